"""Saved searches: filters that somebody gave a name."""

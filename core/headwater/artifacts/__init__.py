"""Artifacts: what runs show of their work, and the latest of each key."""

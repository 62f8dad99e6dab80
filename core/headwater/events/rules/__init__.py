"""Decisions about events: which of them a filter means, and how they are counted."""

"""Administration: what the server tells of itself, and what is set for all clients at once."""

"""What happened, in order: the event log, and how clients add to it."""

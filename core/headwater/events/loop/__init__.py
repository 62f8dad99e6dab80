"""What goes on beside the web processes for the event log."""

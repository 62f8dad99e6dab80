"""Every statement over the event log."""

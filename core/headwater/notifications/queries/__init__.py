"""Every statement over policies and the outbox."""

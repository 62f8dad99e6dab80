"""What goes on beside the web processes for automations."""

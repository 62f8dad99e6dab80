"""Automations: what is to be done when events come, or do not."""

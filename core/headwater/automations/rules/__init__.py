"""Decisions about automations: which of them would never end."""

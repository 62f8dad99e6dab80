"""Automations on the wire: triggers, actions, and both together."""

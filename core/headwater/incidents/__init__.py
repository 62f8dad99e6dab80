"""Incidents: what somebody has to look at, declared by automations, until a person closes it."""

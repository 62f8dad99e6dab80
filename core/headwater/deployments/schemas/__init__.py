"""Deployments and their schedules on the wire."""

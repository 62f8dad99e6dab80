"""Incidents on the wire."""

"""Webhooks on the wire, and the calls that they take."""

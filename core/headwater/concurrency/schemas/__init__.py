"""Concurrency limits, slots and leases on the wire."""

"""Concurrency limits and their leases."""

"""Statements over concurrency limits and leases."""

"""Statements over work pools, queues and workers."""

"""Flows, flow runs, task runs, their states and logs."""

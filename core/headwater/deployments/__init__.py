"""Deployments: how and where a flow is to run."""

"""Every statement over deployments and their schedules."""

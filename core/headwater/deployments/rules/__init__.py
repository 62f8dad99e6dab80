"""Decisions about parameters and schedules, without a database."""

"""When something that recurs is due: intervals, cron and recurrence rules in time zones.

All takes and gives aware times in UTC. What cannot be understood raises ValueError, in words for
whoever wrote it.
"""

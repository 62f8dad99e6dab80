"""Filters of work pools and queues on the wire."""

from headwater import criteria


class WorkPoolFilter(criteria.Filter):
    id: criteria.Ids | None = None
    name: criteria.Strings | None = None
    type: criteria.Strings | None = None


class WorkQueueFilter(criteria.Filter):
    id: criteria.Ids | None = None
    name: criteria.StartsWith | None = None

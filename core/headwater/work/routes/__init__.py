"""The /api routes of work pools, queues and workers: parse, call, answer."""

from headwater.work.routes import polls, pools, queues, slots, task_workers, work_queues, workers

BLUEPRINTS = (
    pools.blueprint,
    queues.blueprint,
    work_queues.blueprint,
    workers.blueprint,
    polls.blueprint,
    slots.blueprint,
    task_workers.blueprint,
)

__all__ = ["BLUEPRINTS"]

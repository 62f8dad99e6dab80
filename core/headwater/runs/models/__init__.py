"""The tables of flows, runs, states and logs."""

from headwater.runs.models.caches import CachedState
from headwater.runs.models.flow_run_counts import FlowRunCount
from headwater.runs.models.flow_runs import FlowRun, FlowRunState
from headwater.runs.models.flows import Flow
from headwater.runs.models.heartbeats import FlowRunHeartbeat
from headwater.runs.models.inputs import FlowRunInput
from headwater.runs.models.logs import Log
from headwater.runs.models.task_claims import TaskClaim
from headwater.runs.models.task_runs import TaskRun, TaskRunState

__all__ = [
    "CachedState",
    "Flow",
    "FlowRun",
    "FlowRunCount",
    "FlowRunHeartbeat",
    "FlowRunInput",
    "FlowRunState",
    "Log",
    "TaskClaim",
    "TaskRun",
    "TaskRunState",
]

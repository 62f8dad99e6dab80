"""What a panel may read and do of automations. Each takes the session and the workspace.

What changes something is called within `write`. JSON columns of rows are `orjson.Fragment`s:
`parse` gives their value.
"""

from headwater.automations.queries.automations import (
    automations_wanted,
    get_automation,
    list_automations,
)
from headwater.automations.queries.history import find_last_fired
from headwater.automations.schemas.automations import (
    AutomationCreate,
    AutomationFilter,
    AutomationPartialUpdate,
    AutomationSort,
    AutomationUpdate,
)
from headwater.automations.schemas.explanations import EventExplained, Why, WhyWanted
from headwater.automations.schemas.history import ActionShown, FiringShown
from headwater.automations.schemas.replays import Rehearsed, Replayed
from headwater.automations.service.automations import create as create_automation
from headwater.automations.service.automations import delete as delete_automation
from headwater.automations.service.automations import replace as replace_automation
from headwater.automations.service.automations import update as switch_automation
from headwater.automations.service.explaining import explain as explain_firing
from headwater.automations.service.history import list_firings
from headwater.automations.service.replaying import replay as replay_automation
from headwater.criteria import Ids
from headwater.db.json import parse
from headwater.errors import InvalidRequestError
from headwater.runs.queries.choices import Choice, find_names, list_choices

__all__ = [
    "ActionShown",
    "AutomationCreate",
    "AutomationFilter",
    "AutomationPartialUpdate",
    "AutomationSort",
    "AutomationUpdate",
    "Choice",
    "EventExplained",
    "FiringShown",
    "Ids",
    "InvalidRequestError",
    "Rehearsed",
    "Replayed",
    "Why",
    "WhyWanted",
    "automations_wanted",
    "create_automation",
    "delete_automation",
    "explain_firing",
    "find_last_fired",
    "find_names",
    "get_automation",
    "list_automations",
    "list_choices",
    "list_firings",
    "parse",
    "replace_automation",
    "replay_automation",
    "switch_automation",
]

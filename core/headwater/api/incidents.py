"""What a panel may read and do of incidents. Each takes the session and the workspace.

What changes something is called within `write`. JSON columns of rows are `orjson.Fragment`s:
`parse` gives their value.
"""

from headwater.db.json import parse
from headwater.errors import ConflictError
from headwater.incidents.queries import get_incident, list_incidents
from headwater.incidents.schemas.incidents import Closing, IncidentsWanted
from headwater.incidents.schemas.severity import Severity
from headwater.incidents.service import close as close_incident

__all__ = [
    "Closing",
    "ConflictError",
    "IncidentsWanted",
    "Severity",
    "close_incident",
    "get_incident",
    "list_incidents",
    "parse",
]

"""Sends news to a room of Matrix."""

from headwater.api import hookimpl
from headwater_matrix.channel import Matrix

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[Matrix]]:
    return [Matrix]

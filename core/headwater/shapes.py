"""The base of every shape on the wire."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A pydantic model that is built at its first use, not at its import.

    There are hundreds of them, and a server that starts needs a few. Building one takes
    milliseconds, under pydantic's own lock (2.14): two threads may use one first at once.
    """

    model_config = ConfigDict(defer_build=True)

"""What every shape on the wire is made with.

There are hundreds of them, and a server that starts needs a few. Building one takes milliseconds,
so it is done at the first use, not at the import, under pydantic's own lock (2.14): two threads
may use one first at once.
"""

from pydantic import BaseModel, ConfigDict

# For a TypeAdapter of what is no Shape itself, such as a list of some.
LATE = ConfigDict(defer_build=True)


class Shape(BaseModel):
    """A pydantic model that is built at its first use."""

    model_config = LATE

"""What clients send and get of access."""

from datetime import datetime
from uuid import UUID

from headwater.shapes import Shape
from headwater.texts import ChosenKey


class CsrfClient(Shape):
    """The name that a client gives itself: any text, which it repeats in a header."""

    client: ChosenKey


class CsrfToken(Shape):
    id: UUID
    created: datetime
    updated: datetime
    token: str
    client: str
    expiration: datetime

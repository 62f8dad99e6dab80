"""Administration on the wire."""

from uuid import UUID

from pydantic import ConfigDict

from headwater.shapes import Shape


class DatabaseChange(Shape):
    confirm: bool = False


class ServerDefaultResultStorage(Shape):
    default_result_storage_block_id: UUID | None


class ServerDefaultResultStorageUpdate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    default_result_storage_block_id: UUID

"""The /api routes of blocks: parse, call, answer."""

from headwater.blocks.routes import documents, schemas, types

BLUEPRINTS = (types.blueprint, schemas.blueprint, documents.blueprint)

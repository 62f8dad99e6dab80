"""The filters of all three kinds: each may be asked for by the others."""

from pydantic import ConfigDict

from headwater.criteria import Criterion, Equal, Few, Filter, Ids, Like, Names, Strings
from headwater.texts import ChosenString


class Capabilities(Criterion):
    """All of these; of none, everything."""

    model_config = ConfigDict(title="BlockSchemaFilterCapabilities")

    all_: Few[ChosenString] | None = None


class BlockTypeFilter(Criterion):
    name: Like | None = None
    slug: Strings | None = None


class BlockSchemaFilter(Filter):
    block_type_id: Ids | None = None
    block_capabilities: Capabilities | None = None
    id: Ids | None = None
    version: Strings | None = None


class BlockDocumentFilter(Filter):
    """Who does not ask for anonymous documents gets none, not even by id."""

    id: Ids | None = None
    is_anonymous: Equal | None = Equal(eq_=False)
    block_type_id: Ids | None = None
    name: Names | None = None

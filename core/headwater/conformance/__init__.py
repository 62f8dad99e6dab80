"""Whether values are what a JSON schema asks for, where the schema is a client's.

References are followed within the schema alone, nothing is ever fetched; and no pattern takes
long, whoever wrote it.
"""

from headwater.conformance.checks import (
    Mismatch,
    MismatchError,
    SchemaError,
    check,
    check_schema,
    list_mismatches,
)
from headwater.conformance.relaxing import relax, without_required

__all__ = [
    "Mismatch",
    "MismatchError",
    "SchemaError",
    "check",
    "check_schema",
    "list_mismatches",
    "relax",
    "without_required",
]

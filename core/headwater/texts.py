"""What text and JSON is taken and kept, the same on both databases."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field


def _refuse_nul(value: Any) -> Any:
    if isinstance(value, str) and "\0" in value:
        raise ValueError("must not contain a NUL character")
    if isinstance(value, dict):
        _refuse_nul([*value, *value.values()])
    if isinstance(value, list | tuple | set):
        for item in value:
            _refuse_nul(item)
    return value


def show_nul(value: Any) -> Any:
    """Return *value* with each NUL as a visible sign: PostgreSQL takes none."""
    if isinstance(value, str):
        return value.replace("\0", "\u2400") if "\0" in value else value
    if isinstance(value, dict):
        return {show_nul(key): show_nul(item) for key, item in value.items()}
    if isinstance(value, list):
        return [show_nul(item) for item in value]
    return value


# What a person chose is refused, what a machine wrote is kept visibly.
ChosenAny = Annotated[Any, AfterValidator(_refuse_nul)]
ChosenJson = Annotated[dict[str, Any], AfterValidator(_refuse_nul)]
ChosenString = Annotated[str, AfterValidator(_refuse_nul)]
ChosenText = Annotated[ChosenString, Field(min_length=1)]
WrittenText = Annotated[str, AfterValidator(show_nul)]
WrittenJson = Annotated[dict[str, Any], AfterValidator(show_nul)]

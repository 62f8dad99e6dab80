"""Forms of JSON schemas, for `fields` of the template `forms.html`; what is wrong in a form."""

from headwater.web.faults import Wrong, say_fault
from headwater.web.forms import PREFIX, Field, Filled, Kind, make_fields, read_form, read_json

__all__ = [
    "PREFIX",
    "Field",
    "Filled",
    "Kind",
    "Wrong",
    "make_fields",
    "read_form",
    "read_json",
    "say_fault",
]

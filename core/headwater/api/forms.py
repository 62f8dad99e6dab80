"""Forms made from JSON schemas, for `fields` of the template `forms.html`."""

from headwater.web.forms import PREFIX, Field, Filled, Kind, make_fields, read_form

__all__ = ["PREFIX", "Field", "Filled", "Kind", "make_fields", "read_form"]

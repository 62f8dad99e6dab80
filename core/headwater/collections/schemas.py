"""What clients look up, on the wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote

# The clients' newer pages leave out a kind that has no picture; the address of one elsewhere would
# tell somebody else who looks.
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="6" fill="#1d5b79"/><text x="16" y="22" fill="#fff" '
    'font-family="sans-serif" font-size="16" text-anchor="middle">{initial}</text></svg>'
)


def draw_logo(name: str) -> str:
    """Return the address of a picture that has the first letter of a name, and is in it whole."""
    return f"data:image/svg+xml,{quote(_PICTURE.format(initial=escape(name[:1])))}"


@dataclass(frozen=True)
class WorkPoolType:
    """A kind of work pools: what serves it, and the template that a new pool of it begins with.

    *package* is the distribution that has its worker, for the clients' machines.
    """

    type: str
    package: str
    display_name: str
    description: str
    base_job_template: Mapping[str, Any] = field(default_factory=dict)
    documentation_url: str = ""
    is_beta: bool = False

    def show(self) -> dict[str, Any]:
        """Return the kind in the clients' own words."""
        return {
            "type": self.type,
            "display_name": self.display_name,
            "description": self.description,
            "install_command": f"pip install {self.package}",
            "documentation_url": self.documentation_url,
            "logo_url": draw_logo(self.display_name),
            "is_beta": self.is_beta,
            "default_base_job_configuration": dict(self.base_job_template),
        }

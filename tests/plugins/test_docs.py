"""Each hook has a page in docs/plugins, and what the pages refer to is there."""

import re
from pathlib import Path

import pytest

from headwater import hookspecs

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("hook", [one for one in vars(hookspecs) if one.startswith("headwater_")])
def test_each_hook_has_a_page_which_the_first_one_names(hook):
    first = (DOCS / "plugins/README.md").read_text()
    (page,) = re.findall(rf"^\| \[`{hook}`\]\((\S+)\) \|", first, re.MULTILINE)

    assert f"`{hook}`" in (DOCS / "plugins" / page).read_text().splitlines()[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_what_a_page_links_to_is_there(page):
    assert [
        link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()
    ] == []

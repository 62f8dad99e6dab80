"""The contract of panels, as tests: what the core asks of their pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from headwater.app import create_app
from headwater.db import migrations
from headwater.db.session import disconnect
from headwater.plugins import PluginState
from headwater.settings import Settings
from headwater.web.panels import PANELS, Panel, Panels

# What the pages' Content-Security-Policy keeps from running: it would work in no browser.
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>\s*\S|<style|\sstyle=|\son[a-z]+=|javascript:")
_ELSEWHERE = re.compile(r"<(?:script|img|iframe)[^>]*\ssrc=\"(?:https?:)?//|<link[^>]*\"https?://")


@contextmanager
def app_on(database_url: str) -> Iterator[Flask]:
    """Be within the server with all installed plugins, on that database, which is brought up to
    date."""
    app = create_app(Settings.load(api_database_connection_url=database_url))
    with app.app_context():
        migrations.upgrade()
        yield app
        disconnect()


class PanelContract:
    """Subclass it with the id of the *plugin* that offers the panels.

    *client* asks a server in this process, on a database in memory that the class has for itself.
    """

    plugin: ClassVar[str]

    @pytest.fixture(scope="class")
    @classmethod
    def app(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HEADWATER_HOME", str(tmp_path_factory.mktemp("home")))
            with app_on("sqlite://") as app:
                yield app

    @pytest.fixture
    def client(self, app: Flask) -> FlaskClient:
        return app.test_client()

    def panels(self, app: Flask) -> list[Panel]:
        panels: Panels = app.extensions[PANELS]
        return [one for one in panels.shown if panels.owner_of(one.blueprint.name) == self.plugin]

    def pages(self, app: Flask) -> list[str]:
        """Return where the pages are that the navigation leads to."""
        return [self._place(app, one, one.navigation.endpoint) for one in self.panels(app)]

    def cards(self, app: Flask) -> list[str]:
        panels = self.panels(app)
        return [self._place(app, one, card.endpoint) for one in panels for card in one.cards]

    def _place(self, app: Flask, panel: Panel, endpoint: str) -> str:
        with app.test_request_context():
            return url_for(f"{panel.blueprint.name}.{endpoint}")

    def test_all_that_it_offers_is_taken(self, app: Flask) -> None:
        report = app.extensions[PANELS].plugins.reports[self.plugin]

        assert (report.state, report.reasons) == (PluginState.ACTIVE, [])
        assert self.panels(app)

    def test_each_page_is_one_of_the_servers(self, app: Flask, client: FlaskClient) -> None:
        for path in self.pages(app):
            answer = client.get(path)
            page = answer.get_data(as_text=True)
            assert answer.status_code == 200, path
            assert f'href="{path}" aria-current="page"' in page, "extend layout.html"

    def test_each_card_is_a_fragment(self, app: Flask, client: FlaskClient) -> None:
        for path in self.cards(app):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert "<html" not in answer.get_data(as_text=True), path

    def test_nothing_is_inline_or_from_elsewhere(self, app: Flask, client: FlaskClient) -> None:
        for path in [*self.pages(app), *self.cards(app)]:
            page = client.get(path).get_data(as_text=True)
            assert not _INLINE.search(page), path
            assert not _ELSEWHERE.search(page), path

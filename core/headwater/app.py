"""Builds the Flask application: puts the parts together, nothing else."""

from flask import Flask
from flask_migrate import Migrate
from htmx_flask import Htmx
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from headwater import web
from headwater.db import session
from headwater.db.base import db
from headwater.db.storage import StorageBackend
from headwater.errors import ConfigError
from headwater.offers import Offers, collect_offers
from headwater.paths import MIGRATIONS, TEMPLATES
from headwater.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.load()
    offers = collect_offers(settings)
    storage = choose_storage(settings, offers)
    app = Flask("headwater", template_folder=TEMPLATES, static_folder=None)
    Htmx(app)
    session.init_app(app, storage)
    Migrate().init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    web.init_app(app, settings, offers.plugins, offers.panels)
    return app


def choose_storage(settings: Settings, offers: Offers) -> StorageBackend:
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        raise ConfigError("HEADWATER_API_DATABASE_CONNECTION_URL is not a URL") from None
    scheme = url.get_backend_name()
    if scheme not in offers.storage_backends:
        raise ConfigError(
            f"no plugin keeps {scheme} databases, only {sorted(offers.storage_backends)}; "
            f"try: pip install headwater-{scheme}"
        )
    backend = offers.storage_backends[scheme]
    return backend(backend.normalise(url))

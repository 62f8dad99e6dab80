"""Builds the Flask application: puts the parts together, nothing else."""

from functools import cache, partial
from typing import cast

import click
from flask import Flask
from htmx_flask import Htmx
from sqlalchemy.orm import Session

from headwater import clock, web
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.administration import routes as administration
from headwater.artifacts import routes as artifacts
from headwater.artifacts.service import list_for_graph
from headwater.automations import routes as automations
from headwater.automations.loop.actions import Executor
from headwater.automations.loop.retention import make_loop as make_firing_retention
from headwater.automations.loop.triggers import make_loop as make_triggers
from headwater.blocks import routes as blocks
from headwater.blocks.service import documents, types
from headwater.collections import routes as collections
from headwater.collections.service import WORK_POOL_TYPES
from headwater.commands import LazyGroup
from headwater.concurrency import routes as concurrency
from headwater.db import session
from headwater.db.base import db
from headwater.db.session import write
from headwater.db.storage import StorageBackend, parse_url
from headwater.db.vault import check_fingerprint, keep_fingerprint, open_vault
from headwater.deployments import routes as deployments
from headwater.deployments.loop import make_loop as make_scheduler
from headwater.deployments.loop import make_silence_loop
from headwater.deployments.service.readiness import note_poll_of_queues
from headwater.entries import list_entries
from headwater.errors import ConfigError
from headwater.events import routes as events
from headwater.events.loop.indexing import make_loop as make_indexer
from headwater.events.loop.retention import make_loop as make_event_retention
from headwater.events.service import READERS, Reader
from headwater.events.sockets import EVENTS_IN, EVENTS_OUT, FOLLOWER, make_follower
from headwater.incidents import routes as incidents
from headwater.loops.loop import EXTENSION as LOOPS
from headwater.metrics import routes as metrics
from headwater.metrics.service.counts import Counts
from headwater.notifications import routes as notifications
from headwater.notifications.loop import Mailroom
from headwater.notifications.loop.groups import make_loop as make_groups
from headwater.notifications.loop.resting import make_loop as make_resting
from headwater.notifications.loop.retention import make_loop as make_ledger_retention
from headwater.notifications.routes.channels import KINDS
from headwater.notifications.service.channels import Kinds
from headwater.notifications.service.health import list_banners
from headwater.offers import Offers, collect_offers, why_no_storage
from headwater.paths import MIGRATIONS, TEMPLATES
from headwater.runs import routes as runs
from headwater.runs.loop import make_loops
from headwater.runs.loop.silent import patience_of
from headwater.runs.service import heartbeats, task_run_events
from headwater.runs.service.graph import ARTIFACTS
from headwater.runs.sockets import FOLLOWER as LOG_FOLLOWER
from headwater.runs.sockets import LOGS_OUT
from headwater.runs.sockets import make_follower as make_log_follower
from headwater.searches import routes as searches
from headwater.settings import Settings
from headwater.variables import routes as variables
from headwater.web.banners import BANNERS
from headwater.web.context import VAULT, current_vault
from headwater.web.sockets import routes as sockets
from headwater.webhooks import routes as webhooks
from headwater.webhooks.service import webhooks as kept_webhooks
from headwater.work import loop as work_loop
from headwater.work import routes as work
from headwater.work import sockets as work_sockets
from headwater.work.service.polls import NOTERS
from headwater.work.sockets.channel import FOLLOWER as CHANNEL_FOLLOWER
from headwater.work.sockets.channel import make_follower as make_channel_follower
from headwater.work.sockets.offering import OFFERING, Offering


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.load()
    offers = collect_offers(settings)
    storage = choose_storage(settings, offers)
    app = Flask("headwater", template_folder=TEMPLATES, static_folder=None)
    Htmx(app)
    counts = Counts.make(settings.server_workers) if settings.server_metrics_enabled else None
    session.init_app(app, storage, counts.watches if counts else None)
    _add_commands(app)
    web.init_app(app, settings, offers.plugins, offers.panels)
    app.extensions[VAULT] = cache(lambda: open_vault(settings))
    app.extensions[READERS] = _list_readers(settings)
    app.extensions[ARTIFACTS] = list_for_graph
    app.extensions[FOLLOWER] = make_follower()
    app.extensions[LOG_FOLLOWER] = make_log_follower()
    app.extensions[CHANNEL_FOLLOWER] = make_channel_follower()
    kinds = app.extensions[KINDS] = _channel_kinds(offers)
    app.extensions[WORK_POOL_TYPES] = list(offers.work_pool_types.values())
    app.extensions[OFFERING] = Offering()
    app.extensions[BANNERS] = [list_banners]
    app.extensions[NOTERS] = [note_poll_of_queues]
    count = counts.note_attempt if counts else None
    mailroom = Mailroom(settings, kinds, app.extensions[VAULT], count)
    executor = Executor(settings, kinds, app.extensions[VAULT])
    app.extensions[LOOPS] = [
        mailroom.loop(),
        executor.loop(),
        make_firing_retention(settings),
        make_ledger_retention(settings),
        make_event_retention(settings),
        make_indexer(),
        *make_loops(settings),
        make_groups(),
        make_resting(),
        *work_loop.make_loops(),
        make_silence_loop(),
        make_scheduler(settings),
        make_triggers(),
    ]
    for blueprint in (
        *events.BLUEPRINTS,
        *runs.BLUEPRINTS,
        *work.BLUEPRINTS,
        *deployments.BLUEPRINTS,
        *blocks.BLUEPRINTS,
        *concurrency.BLUEPRINTS,
        *notifications.BLUEPRINTS,
        variables.blueprint,
        artifacts.blueprint,
        searches.blueprint,
        *automations.BLUEPRINTS,
        *webhooks.BLUEPRINTS,
        incidents.blueprint,
        collections.blueprint,
        administration.blueprint,
    ):
        app.register_blueprint(blueprint)
    paths = [EVENTS_IN, EVENTS_OUT, LOGS_OUT, *work_sockets.SOCKETS]
    count_socket = counts.note_socket if counts else None
    sockets.init_app(app, paths, web.make_door(settings), count_socket)
    if counts is not None:
        metrics.init_app(app, counts)
    return app


def install(app: Flask) -> None:
    """Make the database ready for this server: once, at its start, after the migrations.

    Raise ConfigError where the server lacks the key of the secrets in it.
    """

    def unit(session: Session) -> None:
        check_fingerprint(session, vault)
        if len(vault.fingerprints) > 1:  # so that the older keys can be taken away
            documents.renew_encryption(session, vault)
            kept_webhooks.renew_encryption(session, vault)
            keep_fingerprint(session, vault)
        types.install(session, DEFAULT_WORKSPACE, definitions, now=clock.now())

    with app.app_context():
        vault, definitions = current_vault(), administration.built_in_types()
        write(unit)


def _list_readers(settings: Settings) -> list[Reader]:
    readers: list[Reader] = [task_run_events.record]
    if patience := patience_of(settings):
        readers.append(partial(heartbeats.record, patience=patience))
    return readers


def _channel_kinds(offers: Offers) -> Kinds:
    owners = {slug: offers.plugins.owner_of(kind) for slug, kind in offers.channels.items()}
    return Kinds(offers.channels, owners)


def choose_storage(settings: Settings, offers: Offers) -> StorageBackend:
    url = parse_url(settings.database_url)
    scheme = url.get_backend_name()
    if scheme not in offers.storage_backends:
        raise ConfigError(why_no_storage(offers, scheme))
    backend = offers.storage_backends[scheme]
    return backend(backend.normalise(url))


def _add_commands(app: Flask) -> None:
    """Give `flask --app headwater.app` Flask-Migrate's commands, and ours of the server."""

    def load_db() -> click.Group:
        from flask_migrate import Migrate  # late, since it imports Alembic, too

        Migrate().init_app(app, db, directory=str(MIGRATIONS))  # which puts its own in our place
        return cast(click.Group, app.cli.commands["db"])

    def load_server() -> click.Group:
        (entry,) = (one for one in list_entries("headwater.commands") if one.name == "server")
        return cast(click.Group, entry.load())

    app.cli.add_command(LazyGroup("db", load_db, "Write migrations, and run them."))
    app.cli.add_command(LazyGroup("server", load_server, "Start the server, keep its database."))

"""Where Prometheus looks, if `HEADWATER_SERVER_METRICS_ENABLED` says that it may."""

from datetime import timedelta
from typing import cast

from flask import Blueprint, Flask, Response, current_app, request
from sqlalchemy.exc import DBAPIError

from headwater import clock
from headwater.db.session import reading
from headwater.errors import UnavailableError
from headwater.metrics.service.counts import Counts
from headwater.metrics.service.families import Scrape, expose
from headwater.metrics.service.figures import Figures, read_figures
from headwater.web.context import current_settings
from headwater.web.counting import Requests
from headwater.web.rights import needs

_EXTENSION = "headwater-metrics"

blueprint = Blueprint("metrics", __name__)


def init_app(app: Flask, counts: Counts) -> None:
    """Count from now on: called when the app has all its routes."""
    app.register_blueprint(blueprint)
    app.extensions[_EXTENSION] = (counts, Requests(app, counts.tallies))
    counts.tallies.open()


@blueprint.get("/metrics")
@needs("metrics:read")
def get_metrics() -> Response:
    counts, requests = cast(tuple[Counts, Requests], current_app.extensions[_EXTENSION])
    scrape = Scrape(_read_figures(), counts, requests)
    text, media = expose(scrape, request.headers.get("Accept", ""))
    return Response(text, content_type=media)


def _read_figures() -> Figures | None:
    late_after = timedelta(seconds=current_settings().server_late_runs_after_seconds)
    try:
        with reading() as session:
            return read_figures(session, late_after, now=clock.now())
    except (UnavailableError, DBAPIError):
        return None

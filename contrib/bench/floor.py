"""The least that a Flask server could do for the workloads `lifecycle` and `logs` of load.py.

No validation, no rules, no events: one table write a step and a commit, straight through
SQLAlchemy Core. It is the limit that Headwater is held against, not an example of how to write one.

    DB=sqlite:///floor.db gunicorn -k gthread --threads 16 -w 2 -b 127.0.0.1:4700 floor:app
"""

import os
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

URL = os.environ.get("DB", "sqlite:///floor.db")
engine = create_engine(
    URL,
    pool_size=20,
    json_serializer=lambda value: orjson.dumps(value).decode(),
    json_deserializer=orjson.loads,
)
metadata = MetaData()
flow_run = Table(
    "flow_run",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String),
    Column("flow_id", String(36), index=True),
    Column("state_type", String, index=True),
    Column("state_name", String),
    Column("tags", JSON),
    Column("parameters", JSON),
    Column("start_time", String, index=True),
    Column("end_time", String),
    Column("expected_start_time", String, index=True),
)
state = Table(
    "state",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("flow_run_id", String(36), index=True),
    Column("type", String),
    Column("name", String),
    Column("timestamp", String),
)
log = Table(
    "log",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("flow_run_id", String(36), index=True),
    Column("level", Integer),
    Column("message", Text),
    Column("timestamp", String),
)
ADD_RUN, ADD_STATE, ADD_LOGS = insert(flow_run), insert(state), insert(log)
RUN = select(flow_run).where(flow_run.c.id == bindparam("run_id"))
CHANGE = update(flow_run).where(flow_run.c.id == bindparam("run_id"))
LOGS = (
    select(log)
    .order_by(log.c.timestamp)
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=Integer))
)
app = Flask(__name__)


def set_up(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=wal", "synchronous=normal", "busy_timeout=60000"):
        connection.execute(f"pragma {pragma}")


def make_tables(tries: int = 5) -> None:
    """Workers that start together race for the tables."""
    for left in reversed(range(tries)):
        try:
            metadata.create_all(engine)
            return
        except DBAPIError:
            if not left:
                raise
            time.sleep(0.2)


if URL.startswith("sqlite"):
    event.listen(engine, "connect", set_up)
make_tables()


def now() -> str:
    return datetime.now(UTC).isoformat()


def answer(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, mimetype="application/json")


def write_state(connection: Connection, run_id: str, wanted: dict[str, Any]) -> dict[str, str]:
    kind, name, stamp = wanted["type"], wanted["name"], now()
    row = {"id": str(uuid.uuid4()), "flow_run_id": run_id, "type": kind, "name": name}
    row["timestamp"] = stamp
    connection.execute(ADD_STATE, row)
    changes = {"state_type": kind, "state_name": name, "start_time": stamp}
    connection.execute(CHANGE, changes | {"run_id": run_id})
    return row


@app.get("/api/health")
@app.get("/api/ready")
def health() -> Response:
    return answer(True)


@app.post("/api/flows/")
def create_flow() -> Response:
    return answer({"id": str(uuid.uuid4())}, 201)


@app.post("/api/flow_runs/")
def create_flow_run() -> Response:
    body, run_id = orjson.loads(request.get_data()), str(uuid.uuid4())
    run = {"id": run_id, "flow_id": body["flow_id"], "expected_start_time": now()}
    run |= {"name": body.get("name", "run"), "tags": body.get("tags", [])}
    run["parameters"] = body.get("parameters", {})
    with engine.begin() as connection:
        connection.execute(ADD_RUN, run)
        wanted = write_state(connection, run_id, body["state"])
    return answer({"id": run_id, **body, "state": wanted}, 201)


@app.post("/api/flow_runs/<run_id>/set_state")
def set_state(run_id: str) -> Response:
    body = orjson.loads(request.get_data())
    with engine.begin() as connection:
        connection.execute(RUN, {"run_id": run_id}).first()
        wanted = write_state(connection, run_id, body["state"])
    return answer({"status": "ACCEPT", "state": wanted, "details": {}})


@app.get("/api/flow_runs/<run_id>")
def read_flow_run(run_id: str) -> Response:
    with engine.connect() as connection:
        row = connection.execute(RUN, {"run_id": run_id}).mappings().one()
    return answer({str(key): value for key, value in row.items()})


@app.post("/api/logs/")
def create_logs() -> Response:
    names = ("flow_run_id", "level", "message", "timestamp")
    lines = orjson.loads(request.get_data())
    rows = [{name: line[name] for name in names} | {"id": str(uuid.uuid4())} for line in lines]
    with engine.begin() as connection:
        connection.execute(ADD_LOGS, rows)
    return answer(None, 201)


@app.post("/api/logs/filter")
def read_logs() -> Response:
    body = orjson.loads(request.get_data())
    with engine.connect() as connection:
        rows = connection.execute(LOGS, {name: body[name] for name in ("limit", "offset")})
        found = [{str(key): value for key, value in row.items()} for row in rows.mappings()]
    return answer(found)

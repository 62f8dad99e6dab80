"""Flows for the browser to look at, run by the real client: python flows.py NAME"""

import os
import sys
import time
from pathlib import Path
from typing import Literal

from prefect import flow, get_run_logger, pause_flow_run, tags, task
from prefect.input import RunInput
from pydantic import BaseModel, Field


def wait_for(step: str) -> None:
    """Go on when the test says so."""
    end = time.monotonic() + 60
    while not (Path(os.environ["STEPS"]) / step).exists():
        if time.monotonic() > end:
            raise TimeoutError(step)
        time.sleep(0.05)


@task
def extract(number: int) -> int:
    get_run_logger().warning("\x1b[33mextracted\x1b[0m <b>%s</b> 🌊 https://example.com/", number)
    return number


@task(name="a task with a very long name that goes on and on until it does not fit on a phone")
def load(rows: list[int]) -> int:
    get_run_logger().error("first line\nsecond " + "long " * 60)
    return len(rows)


@task
def fail() -> None:
    raise RuntimeError("the warehouse refused: <i>timeout</i>")


@flow(name="in-steps")
def in_steps() -> None:
    logger = get_run_logger()
    logger.info("the flow has begun")
    wait_for("one")
    extract(1)
    logger.info("the first step is done")
    wait_for("two")
    load([1])
    wait_for("three")
    fail()


class Place(BaseModel):
    city: str = "Bern"


class Approval(RunInput):
    approve: bool = Field(description="May the release go out?")
    reviewer: str
    copies: int = Field(3, ge=1, le=9)
    channel: Literal["stable", "beta"] = "stable"
    emails: list[str] = Field(default=[])
    place: Place = Place()


@flow(name="asks")
def asks() -> None:
    extract(1)
    answer = pause_flow_run(wait_for_input=Approval, timeout=300, poll_interval=1)
    get_run_logger().info("the answer is %s", answer.model_dump_json())


@flow(name="in-turns")
def in_turns() -> None:
    wait_for("one")
    extract(1)
    wait_for("two")
    load([1])
    wait_for("three")
    fail()


@flow(name="in-line")
def in_line() -> int:
    return load(extract.map([1]))


@flow(name="crowd")
def crowd(tasks: int) -> int:
    return load(extract.map(list(range(tasks))))


@flow(name="inner-flow")
def inner() -> int:
    return load([extract(1)])


@flow(name="daily-etl")
def daily_etl(rows: int, where: dict[str, object]) -> int:
    extract.map(list(range(rows))).wait()
    return inner()


@flow(name="fails-" + "with-a-name-as-long-as-any-" * 3)
def fails() -> None:
    fail()


@flow(name="long-log")
def long_log(lines: int) -> None:
    logger = get_run_logger()
    for number in range(lines):
        logger.info("line %s", number)


def various() -> None:
    many = ["prod", "team:data", "🌊", "a-tag-that-is-as-long-as-tags-may-become-when-nobody-cares"]
    with tags(*many, *(f"tag-{number}" for number in range(8))):
        daily_etl(3, {"host": "db.example.com", "tables": ["a", "b"], "text": "word " * 500})
    fails(return_state=True)
    long_log(450)


if __name__ == "__main__":
    globals()[sys.argv[1]](*map(int, sys.argv[2:]))

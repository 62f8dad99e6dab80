"""Saves, loads and overwrites blocks as people do; runs with either major of the client.

Prints one JSON object of what it read back.
"""

import json
import sys
from typing import Dict, List, Optional, Union  # noqa: UP035  # as the older client needs it

import prefect
from prefect.blocks.core import Block
from prefect.blocks.notifications import SlackWebhook
from prefect.blocks.system import Secret

MAJOR = int(prefect.__version__.partition(".")[0])
if MAJOR == 2:
    from prefect.blocks.system import JSON, DateTime, String
    from pydantic.v1 import SecretStr
else:
    from pydantic import SecretStr

# Nothing is sent there, but the older client looks whether it is one of theirs.
URL = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"


class Login(Block):
    """Who signs in."""

    _block_type_name = f"Login {MAJOR}"
    user: str = "root"
    password: SecretStr


class Database(Block):
    """What to sign in to."""

    _block_type_name = f"Database {MAJOR}"
    host: str
    login: Login
    spare: Optional[Login] = None  # noqa: UP045  # the older client cannot read `Login | None`


class Plain(Block):
    """One way in among others."""

    _block_type_name = f"Plain {MAJOR}"
    door: int = 1


class Chest(Block):
    """Secrets in a map and in a list, and one of two blocks."""

    _block_type_name = f"Chest {MAJOR}"
    keys: Dict[str, SecretStr]  # noqa: UP006  # as the older client needs it
    spares: List[SecretStr]  # noqa: UP006  # as the older client needs it
    entry: Union[Login, Plain]  # noqa: UP007  # as above


def save_and_load_nested() -> dict[str, object]:
    name = f"of-{MAJOR}"
    login = Login(user="eve", password="hidden")  # noqa: S106  # of nothing
    login.save("eve")
    keys = {"front": "brass", "back": "iron"}
    Chest(keys=keys, spares=["silver"], entry=Login.load("eve")).save(name)
    first = Chest.load(name)
    kinds = [type(first.entry).__name__]
    first.entry = Plain(door=2)
    first.keys["back"] = SecretStr("steel")
    first.save(name, overwrite=True)
    second = Chest.load(name)
    return {
        "kinds": [*kinds, type(second.entry).__name__],
        "door": second.entry.door,
        "keys": {key: secret.get_secret_value() for key, secret in second.keys.items()},
        "spares": [secret.get_secret_value() for secret in second.spares],
    }


def save_and_load() -> dict[str, object]:
    name = f"of-{MAJOR}"
    SlackWebhook(url=URL).save(name)
    try:
        SlackWebhook(url=URL).save(name)
        refused = False
    except ValueError:
        refused = True
    SlackWebhook(url=URL.lower()).save(name, overwrite=True)

    Secret(value="first").save(name)
    Secret(value="second").save(name, overwrite=True)

    Login(user="ada", password="lovelace").save(name)  # noqa: S106  # of nothing
    spare = Login(password="inline")  # noqa: S106  # of nothing
    database = Database(host="db", login=Login.load(name), spare=spare)
    database.save(name)
    database.host = "db2"
    database.save(name, overwrite=True)
    loaded = Database.load(name)
    again = Database.load(name)
    Database.delete(name)
    try:
        Database.load(name)
        deleted = False
    except ValueError:
        deleted = True
    return {
        "refused": refused,
        "slack": SlackWebhook.load(name).url.get_secret_value(),
        "secret": Secret.load(name).get(),
        "host": loaded.host,
        "user": loaded.login.user,
        "password": loaded.login.password.get_secret_value(),
        "spare": loaded.spare.password.get_secret_value(),
        "login_document": str(again.login._block_document_id),
        "same_login": again.login._block_document_id == loaded.login._block_document_id,
        "deleted": deleted,
    }


def save_and_load_old_kinds() -> dict[str, object]:
    if MAJOR != 2:
        return {}
    JSON(value={"a": [1, None]}).save("json")
    String(value="text").save("string")
    DateTime(value="2026-11-26T10:00:00+00:00").save("time")
    return {
        "json": JSON.load("json").value,
        "string": String.load("string").value,
        "time": str(DateTime.load("time").value),
    }


if __name__ == "__main__":
    sys.stdout.write(
        json.dumps(save_and_load() | save_and_load_nested() | save_and_load_old_kinds())
    )

"""How commands reach a server, and what they say when they do not."""

import pytest

from headwater.app import create_app
from headwater.cli.showing import plain
from headwater.cli.values import parse_value
from headwater.db.migrations import upgrade
from headwater.db.session import disconnect
from headwater.settings import Settings

from .conftest import serving

LOGIN = "ann:secret"
UNKNOWN_CALLER = (
    "the server wants to know who asks, and took no answer: set HEADWATER_API_AUTH_STRING or "
    "HEADWATER_API_KEY"
)


@pytest.fixture(scope="module")
def guarded(new_database):
    """A server that asks for its secret, and for a token with all that changes something."""
    app = create_app(
        Settings.load(
            api_database_connection_url=new_database(),
            server_api_auth_string=LOGIN,
            server_csrf_protection_enabled=True,
        )
    )
    with app.app_context():
        upgrade()
    with serving(app) as url:
        yield url
    with app.app_context():
        disconnect()


@pytest.mark.parametrize(
    "login", [{"HEADWATER_API_AUTH_STRING": LOGIN}, {"HEADWATER_API_KEY": LOGIN}]
)
def test_a_command_says_who_it_is_and_fetches_a_token(headwater, guarded, login):
    done = headwater("flow-run", "ls", "--json", HEADWATER_API_URL=guarded, **login)

    assert (done.returncode, done.stdout) == (0, "[]\n")


@pytest.mark.parametrize("login", [{}, {"HEADWATER_API_AUTH_STRING": "ann:guess"}])
def test_a_command_without_the_secret_says_which_setting_has_it(headwater, guarded, login):
    done = headwater("block", "ls", HEADWATER_API_URL=guarded, **login)

    assert (done.returncode, done.said) == (1, f"Error: {UNKNOWN_CALLER}\n")


def test_on_the_servers_own_machine_its_secret_is_known(headwater, guarded):
    port = guarded.removesuffix("/api").rpartition(":")[2]
    own = {"HEADWATER_SERVER_API_PORT": port, "HEADWATER_SERVER_API_AUTH_STRING": LOGIN}

    assert headwater("flow-run", "ls", **own).returncode == 0
    # It is no other server's business.
    elsewhere = headwater("flow-run", "ls", HEADWATER_API_URL=guarded, **own)
    assert elsewhere.said == f"Error: {UNKNOWN_CALLER}\n"


@pytest.mark.parametrize(
    ("url", "reason"),
    [("http://127.0.0.1:1/api", "ConnectionError"), (None, "it answered 404, and no JSON")],
)
def test_a_server_that_is_not_there_is_named(refusal, served, url, reason):
    url = url or served.removesuffix("/api") + "/nowhere"

    line, code = refusal("block", "ls", HEADWATER_API_URL=url)

    assert code == 1
    assert line == (
        f"no Headwater server at {url} ({reason}); HEADWATER_API_URL says where it is, "
        "with /api at its end"
    )


def test_a_path_that_the_server_does_not_know_is_named(refusal, served):
    line, _ = refusal("block", "ls", HEADWATER_API_URL=f"{served}/v9")

    assert line == f"the server at {served}/v9 knows no POST /block_documents/filter"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("true", True),
        ('{"a": [null]}', {"a": [None]}),
        ('"1"', "1"),
        ("one", "one"),
        ("", ""),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("[1e999]", "[1e999]"),
        ("1e3", 1000.0),
        ("{", "{"),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_values_are_json_or_else_texts(text, value):
    assert parse_value(text) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\x1b[31mb\x07\r", "a\\x1b[31mb\\x07\\x0d"),
        ("one\n\ttwo", "one\n\ttwo"),
        ({"a": "\x1b"}, '{"a": "\\u001b"}'),
        (True, "yes"),
        (None, "-"),
        (1.5, "1.5"),
    ],
)
def test_no_terminal_obeys_what_is_shown(value, shown):
    assert plain(value) == shown

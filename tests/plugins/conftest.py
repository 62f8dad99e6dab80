"""Installs a distribution full of faults beside the good ones."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: 0.9\n"
HEAD = "from headwater.api import *\n"
PANEL = """
from flask import Blueprint
def panel(name):
    blueprint = Blueprint(f"faulty_{name}", __name__)
    blueprint.add_url_rule(f"/{name}", "show", lambda: name)
    return Panel(name, blueprint, NavigationEntry(name, "show"), right="runs:read")
"""
SLACK = "from headwater_slack import SlackWebhook\n"
STORAGE = "from headwater_sqlite import SqliteStorage\n"


@dataclass(frozen=True)
class Fault:
    """A plugin's source (None: no such module), and what must be said of it."""

    source: str | None
    state: str
    reason: str
    offers: tuple[str, ...] = ()


def channels(body, offered):
    return f"{HEAD}{SLACK}{body}\n@hookimpl\ndef headwater_channels():\n    return {offered}\n"


def storages(body):
    return (
        f"{HEAD}{STORAGE}{body}\n@hookimpl\ndef headwater_storage_backends():\n    return [Other]\n"
    )


def panels(offered):
    return f"{HEAD}{PANEL}\n@hookimpl\ndef headwater_panels():\n    {offered}\n"


def pool_types(offered):
    return f"{HEAD}@hookimpl\ndef headwater_work_pool_types():\n    return {offered}\n"


FAULTS = {
    "absent": Fault(
        None, "failed", "loading: ModuleNotFoundError: No module named 'faulty_absent'"
    ),
    "unparsed": Fault("def (:\n", "failed", "loading: SyntaxError: invalid syntax"),
    "exits": Fault("raise SystemExit(3)\n", "failed", "loading: SystemExit: 3"),
    "misspelt": Fault(
        HEAD + "@hookimpl\ndef headwater_chanels():\n    return []\n",
        "failed",
        "loading: headwater_chanels is no hook; did you mean headwater_channels?",
    ),
    "unmarked": Fault(
        HEAD + "def headwater_channels():\n    return []\n",
        "failed",
        "loading: headwater_channels lacks @hookimpl",
    ),
    "hookless": Fault("x = 1\n", "failed", "loading: it implements no hook; there are headwater_"),
    "argument": Fault(
        HEAD + "@hookimpl\ndef headwater_panels(app):\n    return []\n",
        "failed",
        "loading: pluggy._manager.PluginValidationError: ",
    ),
    "newer": Fault(
        HEAD + "headwater_api = '>=7'\n",
        "failed",
        "loading: it wants headwater.api >=7, this is 1.0",
    ),
    "norange": Fault(
        HEAD + "headwater_api = 'one or two'\n",
        "failed",
        "loading: headwater_api is 'one or two', which is no range",
    ),
    "Bad-Id": Fault("x = 1\n", "failed", "loading: its id must be lower-case letters and digits"),
    "raises": Fault(panels("return [][0]"), "impaired", "headwater_panels: IndexError: list index"),
    "nothing": Fault(panels("return None"), "impaired", "headwater_panels: TypeError: 'NoneType'"),
    "nonsense": Fault(
        panels("return [42, panel('sound')]"),
        "impaired",
        "headwater_panels: 42 is no Panel",
        ("headwater_panels: sound",),
    ),
    "halfway": Fault(
        panels("yield panel('first'); raise ValueError('two\\nlines')"),
        "impaired",
        "headwater_panels: ValueError: two lines",
        ("headwater_panels: first",),
    ),
    "abstract": Fault(
        channels("class Other(Channel):\n    slug = 'other'", "[Other]"),
        "impaired",
        "headwater_channels: Other lacks send",
    ),
    "instance": Fault(channels("", "['slack']"), "impaired", "'slack' is no Channel class"),
    "badslug": Fault(
        channels("class Other(SlackWebhook):\n    slug = 'No Slug'", "[Other]"),
        "impaired",
        "headwater_channels: Other.slug is 'No Slug'; it must be like",
    ),
    "modelless": Fault(
        channels("class Other(SlackWebhook):\n    slug, settings_model = 'm', dict", "[Other]"),
        "impaired",
        "headwater_channels: Other.settings_model is no ChannelSettings class",
    ),
    "notype": Fault(
        pool_types("['nomad']"),
        "impaired",
        "headwater_work_pool_types: 'nomad' is no WorkPoolType",
    ),
    "badtype": Fault(
        pool_types("[WorkPoolType('No Type', 'x', 'X', '')]"),
        "impaired",
        "headwater_work_pool_types: the type of work pools is 'No Type'; it must be like",
    ),
    "badtemplate": Fault(
        pool_types(
            "[WorkPoolType('x', 'x', 'X', '', {'job_configuration': {'a': '{{ b }}'},"
            " 'variables': {'properties': {}}}), WorkPoolType('y', 'y', 'Y', '')]"
        ),
        "impaired",
        "headwater_work_pool_types: work pools of type x: The variables specified in the job",
        ("headwater_work_pool_types: y",),
    ),
    "nojson": Fault(
        pool_types("[WorkPoolType('z', 'z', 'Z', object())]"),
        "impaired",
        "headwater_work_pool_types: work pools of type z: Type is not JSON serializable: object",
    ),
    "oneword": Fault(
        storages("class Other(SqliteStorage):\n    schemes = 'other'"),
        "impaired",
        "headwater_storage_backends: Other.schemes must be a list, not 'other'",
    ),
    "zslug": Fault(
        channels(
            "class Same(SlackWebhook): pass\nclass Own(SlackWebhook):\n    slug = 'own'",
            "[Same, Own]",
        ),
        "impaired",
        "headwater_channels: 'slack-webhook' is plugin slack's already",
        ("headwater_channels: own",),
    ),
    "zscheme": Fault(
        storages("class Other(SqliteStorage):\n    schemes = ['other', 'sqlite']"),
        "impaired",
        "headwater_storage_backends: 'sqlite' is plugin sqlite's already",
    ),
}


# A sound plugin, whose name does not tell which databases it keeps.
KEEPER = storages("class Other(SqliteStorage):\n    schemes = ['faultless']")


def install(site, distribution, plugins, commands=""):
    info = site / f"{distribution.replace('-', '_')}-0.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA.format(distribution))
    entries = "".join(f"{name} = {module}\n" for name, module in plugins.items())
    (info / "entry_points.txt").write_text(
        f"[headwater.plugins]\n{entries}\n[headwater.commands]\n{commands}"
    )


def module_of(name):
    return f"faulty_{name.replace('-', '_')}"


@pytest.fixture(scope="session")
def faults(tmp_path_factory):
    """The folder in which the faulty distributions are installed."""
    site = tmp_path_factory.mktemp("site")
    for name, fault in FAULTS.items():
        if fault.source is not None:
            (site / f"{module_of(name)}.py").write_text(fault.source)
    commands = (
        "faulty = faulty_absent:command\nleaving = faulty_exits:command\n"
        "noncommand = faulty_newer:headwater_api\nserver = faulty_absent:command\n"
    )
    install(site, "headwater-faults", {name: module_of(name) for name in FAULTS}, commands)
    install(site, "zz-other-slack", {"slack": "faulty_absent"})
    (site / "faultless.py").write_text(KEEPER)
    install(site, "faultless", {"keeper": "faultless"})
    return site


@pytest.fixture(scope="session")
def run(faults, tmp_path_factory):
    """Return what runs Python in a process that sees the faulty distributions, too."""
    home = tmp_path_factory.mktemp("home-among-faults")

    def run_python(*arguments, **environment):
        return subprocess.run(
            [sys.executable, *arguments],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(faults),
                "HEADWATER_HOME": str(home),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run_python


@pytest.fixture(scope="session")
def headwater(run):
    return lambda *arguments, **environment: run("-m", "headwater", *arguments, **environment)


@pytest.fixture(scope="session")
def listed(headwater):
    """The reports of all plugins, good and bad."""
    done = headwater("plugins", "list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture(params=FAULTS)
def faulty(request, listed):
    """Each fault in turn, with the report of the plugin that has it."""
    (report,) = [report for report in listed if report["name"] == request.param]
    return FAULTS[request.param], report

"""What is said of each fault that a plugin can have, and that it harms no other."""

import json

import pytest

GOOD = {
    "postgres": "headwater_storage_backends: postgresql",
    "runs": "headwater_panels: runs",
    "slack": "headwater_channels: slack-webhook",
    "sqlite": "headwater_storage_backends: sqlite",
}
SERVER = """
from headwater.app import create_app
from headwater.db.migrations import upgrade

app = create_app()
with app.app_context():
    upgrade()
client = app.test_client()
for path in ("/api/health", "/", "/plugins", "/runs", "/sound"):
    answer = client.get(path)
    print(path, answer.status_code)
print(client.post("/api/flows/", json={"name": "a"}).status_code)
print(client.get("/plugins").get_data(as_text=True))
"""


def test_each_fault_is_named_with_its_plugin_and_reason(faulty):
    fault, report = faulty

    assert (report["distribution"], report["version"]) == ("headwater-faults", "0.9")
    assert report["state"] == fault.state
    assert len(report["reasons"]) == 1
    assert fault.reason in report["reasons"][0]
    assert "\n" not in report["reasons"][0]


def test_what_is_sound_in_a_faulty_plugin_is_kept(faulty):
    fault, report = faulty

    assert tuple(report["offers"]) == fault.offers


@pytest.mark.parametrize("name", GOOD)
def test_the_good_ones_beside_them_work(listed, name):
    report = next(report for report in listed if report["name"] == name)

    assert (report["state"], report["reasons"]) == ("active", [])
    assert GOOD[name] in report["offers"]
    assert report["api_range"] == ">=1.0,<2"


def test_the_second_plugin_of_an_id_is_left_out(listed):
    first, second = [report for report in listed if report["name"] == "slack"]

    assert (first["distribution"], first["state"]) == ("headwater-slack", "active")
    assert (second["distribution"], second["state"]) == ("zz-other-slack", "failed")
    assert second["reasons"] == ["headwater-slack has the id 'slack'"]


def test_a_plugin_is_inspected_alone(headwater):
    shown = headwater("plugins", "inspect", "newer").stdout

    assert shown.splitlines() == [
        "Name:         newer",
        "Distribution: headwater-faults",
        "Version:      0.9",
        "API range:    >=7",
        "State:        failed",
        "Offers:       -",
        "Reasons:      loading: it wants headwater.api >=7, this is 1.0",
    ]


def test_a_plugin_is_inspected_as_json_as_well(headwater, listed):
    shown = json.loads(headwater("plugins", "inspect", "zslug", "--json").stdout)

    assert shown == [report for report in listed if report["name"] == "zslug"]


def test_the_list_reads_well_for_people(headwater):
    done = headwater("plugins", "list")

    assert "absent 0.9 (headwater-faults): failed\n    loading: ModuleNotFoundError" in done.stdout
    assert done.stderr == ""


def test_a_plugin_that_is_not_there_is_one_line(headwater):
    done = headwater("plugins", "inspect", "slak")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: there is no plugin 'slak'; did you mean slack?\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("faulty", "cannot be loaded: No module named 'faulty_absent'"),
        ("leaving", "cannot be loaded: 3"),
        ("noncommand", "is no click command"),
    ],
)
def test_a_command_that_cannot_be_loaded_fails_alone(headwater, command, said):
    broken = headwater(command)

    assert broken.returncode == 1
    assert broken.stderr == f"Error: {command} of headwater-faults {said}\n"
    assert f"{command} " in headwater("--help").stdout


def test_no_plugin_takes_a_command_of_the_core(headwater):
    assert "from headwater-faults" not in headwater("server", "--help").stdout
    assert headwater("server", "--help").returncode == 0


def test_the_server_answers_among_all_these_faults(run, new_database):
    done = run("-c", SERVER, HEADWATER_API_DATABASE_CONNECTION_URL=new_database())

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:6] == [
        "/api/health 200",
        "/ 200",
        "/plugins 200",
        "/runs 200",
        "/sound 200",
        "201",
    ]
    assert "No module named &#39;faulty_absent&#39;" in done.stdout
    said = [line for line in done.stderr.splitlines() if line.startswith("plugin absent")]
    assert said == ["plugin absent: loading: ModuleNotFoundError: No module named 'faulty_absent'"]
    assert "Traceback" not in done.stderr

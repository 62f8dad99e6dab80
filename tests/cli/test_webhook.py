"""`headwater webhook`, over HTTP to a server."""

import json

STATIC = '{"event": "e", "resource": {"prefect.resource.id": "r.{{ body.a }}"}}'


def test_a_webhook_is_made_and_its_token_shown(asking, told, client):
    done = asking("webhook", "create", "Backup", "--template", STATIC, "--slug", "nas")

    lines = done.stdout.splitlines()
    assert lines[0] == "Made the webhook Backup."
    shown = dict(line.split(maxsplit=1) for line in lines[1:3])
    assert shown["Address:"].endswith("/hooks/nas")
    assert client.post(f"/hooks/nas/{shown['Token:']}", data='{"a": 1}').status_code == 204
    (listed,) = told("webhook", "ls")
    assert (listed["name"], listed["slug"]) == ("Backup", "nas")


def test_a_template_and_a_secret_may_be_in_files(told, tmp_path):
    (tmp_path / "t").write_text(STATIC)
    (tmp_path / "s").write_text("geheim\n")

    made = told(
        *("webhook", "create", "a", "-t", f"@{tmp_path}/t"),
        *("--signature", "hmac-sha256", "--signature-header", "X-Sign"),
        *("--secret", f"@{tmp_path}/s"),
    )

    assert made["template"] == STATIC
    assert made["signature"] == {"kind": "hmac-sha256", "header": "X-Sign"}
    assert made["secret"] is None


def test_a_file_that_cannot_be_read_is_named(refusal, tmp_path):
    line, code = refusal("webhook", "create", "a", "-t", f"@{tmp_path}/none")

    assert f"{tmp_path}/none cannot be read: No such file or directory. See: " in line
    assert code == 2


def test_a_secret_that_the_server_makes_is_shown(asking):
    done = asking("webhook", "create", "a", "--cloudevents", "--signature", "standard-webhooks")

    assert "Secret:  whsec_" in done.stdout


def test_what_does_not_go_together_is_refused(refusal, asking):
    assert asking("webhook", "create", "a").returncode == 2
    assert asking("webhook", "create", "a", "-t", "{}", "--cloudevents").returncode == 2
    assert asking("webhook", "create", "a", "--cloudevents", "--secret", "x").returncode == 2
    line, code = refusal("webhook", "create", "a", "-t", "{{")
    assert (line.startswith("template: line 1: "), code) == (True, 1)


def test_a_webhook_is_found_by_its_name_its_slug_and_its_id(told, refusal):
    made = told("webhook", "create", "Backup", "-t", STATIC, "--slug", "nas")

    for name in ("Backup", "nas", made["id"]):
        assert told("webhook", "inspect", name)["id"] == made["id"]
    assert refusal("webhook", "inspect", "none") == (
        "there is no webhook 'none'; see: headwater webhook ls",
        1,
    )


def test_webhooks_are_listed_and_shown_to_people(asking):
    asking("webhook", "create", "a", "--cloudevents", "--signature", "github")

    listed = [line.split() for line in asking("webhook", "ls").stdout.splitlines()]
    assert listed[1][0] == "a"
    assert listed[1][2:] == ["github", "active"]
    assert "Template:    {{ body|from_cloud_event(headers) }}" in (
        asking("webhook", "inspect", "a").stdout
    )


def test_a_webhook_is_paused_and_resumed(asking, told):
    asking("webhook", "create", "a", "--cloudevents")

    assert asking("webhook", "pause", "a").said == "Paused the webhook a.\n"
    assert told("webhook", "inspect", "a")["enabled"] is False
    assert told("webhook", "resume", "a")["enabled"] is True


def test_a_token_is_rotated_once_somebody_says_so(asking, told):
    made = told("webhook", "create", "a", "--cloudevents")

    assert asking("webhook", "rotate", "a").returncode == 1
    assert told("webhook", "rotate", "a", "-y")["token"] not in (None, made["token"])
    assert "Token:" in asking("webhook", "rotate", "a", typed="y\n").stdout


def test_a_call_is_tried_without_being_kept(asking, told, refusal):
    asking("webhook", "create", "a", "-t", STATIC)

    done = asking("webhook", "test", "a", "--body", '{"a": 1}', "-H", "X-A: b", "--query", "c=d")

    event = json.loads(done.stdout)
    assert event["resource"] == {"prefect.resource.id": "r.1"}
    assert event["payload"]["headers"] == {"x-a": "b"}
    line, code = refusal("webhook", "test", "a", "-t", "[]")
    assert (line, code) == ("the template makes no JSON object", 1)
    assert asking("webhook", "test", "a", "-H", "nothing").returncode == 2


def test_a_webhook_is_deleted_once_somebody_says_so(asking, told):
    made = told("webhook", "create", "a", "--cloudevents")

    assert asking("webhook", "delete", "a").returncode == 1
    assert told("webhook", "delete", "a", "-y") == {"deleted": made["id"]}
    assert asking("webhook", "ls").said == "There are no webhooks.\n"

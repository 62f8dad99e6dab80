"""What a webhook is sent."""

import json

import pytest
from pydantic import ValidationError

from headwater.api import DeliveryError, Kind
from headwater.testing import MESSAGE
from headwater_webhook.payload import content_of, headers_of, url_of, values_of
from headwater_webhook.settings import WebhookSettings

HAPPENED = "2026-11-25T03:00:00Z"


def made(part, message=MESSAGE, **settings):
    settings = WebhookSettings(**{"url": "https://x/hook"} | settings)
    values = values_of(settings, message, "one", HAPPENED)
    return {
        "url": lambda: url_of(settings, values),
        "content": lambda: content_of(settings, message, values),
        "headers": lambda: headers_of(settings, values),
    }[part]()


def changed(**changes):
    return MESSAGE.model_copy(update=changes)


def test_what_is_sent_by_default_says_all():
    content, kind = made("content")

    assert kind == "application/json"
    assert json.loads(content) == {
        "type": "notification.problem",
        "timestamp": HAPPENED,
        "data": {
            "version": 1,
            "id": "one",
            "status": "firing",
            "severity": "error",
            "dedup_key": MESSAGE.dedup_key,
            "title": MESSAGE.title,
            "body": MESSAGE.body,
            "fields": MESSAGE.fields,
            "url": MESSAGE.link,
        },
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [("problem", "firing"), ("recovery", "resolved"), ("news", "info"), ("test", "test")],
)
def test_a_recovery_can_be_told_from_a_problem(kind, status):
    said = json.loads(made("content", changed(kind=Kind(kind)))[0])

    assert (said["type"], said["data"]["status"]) == (f"notification.{kind}", status)


def test_what_is_sent_by_default_stays_small():
    long = "é" * 100_000
    content, _ = made("content", changed(title=long, body=long, link=long, fields={long: long}))

    assert len(content) < 60_000
    assert "…" in content.decode()


def test_fields_beyond_the_limit_are_counted():
    content, _ = made("content", changed(fields={f"name {number}": "x" for number in range(51)}))

    fields = json.loads(content)["data"]["fields"]
    assert (len(fields), fields["…"]) == (50, "2 more")


@pytest.mark.parametrize("method", ["GET", "delete", "HEAD"])
def test_a_request_that_asks_has_no_body_unless_one_was_written(method):
    assert made("content", method=method) == (None, None)
    assert made("content", method=method, json_data={})[0] == b"{}"


def test_json_of_the_clients_block_is_sent_as_by_it():
    message = changed(title='It "failed" é', body="a\nb", link="")
    data = {"text": "{{subject}}\n{{ body }}", "n": [1, None, {"by": "{{name}}", "t": "{{tok}}"}]}
    content, _ = made("content", message, name="ops", json_data=data, secrets={"tok": "s3cret"})

    told = '{"text":"It \\"failed\\" é\\na\\nb","n":[1,null,{"by":"ops","t":"s3cret"}]}'
    assert content == told.encode()


def test_a_secret_of_another_type_stays_one():
    data = {"chat": "{{chat}}", "text": "to {{chat}}"}
    content, _ = made("content", json_data=data, secrets={"chat": 5})

    assert content == b'{"chat":5,"text":"to 5"}'


def test_a_form_is_one():
    content, kind = made("content", form_data={"text": "{{subject}}"}, message=changed(title="a&b"))

    assert (content, kind) == (b"text=a%26b", "application/x-www-form-urlencoded")


def test_a_text_is_sent_as_it_is():
    content = made("content", changed(title="é"), form_data="<{{subject}}>", json_data=None)

    assert content == ("<é>".encode(), None)


def test_what_values_hold_is_no_template():
    text = "{{tok}} {{ 7*7 }} {% if %}"
    data = {"text": "{{subject}}"}
    content, _ = made("content", changed(title=text), json_data=data, secrets={"tok": "s3cret"})
    assert json.loads(content) == {"text": text}

    template = '{"text": {{ subject|tojson }}}'
    content, _ = made("content", changed(title=text), body_template=template)
    assert json.loads(content) == {"text": text}


def test_a_template_decides_and_loops():
    template = (
        '{"state": "{{ "ok" if status == "resolved" else "alert" }}", "key": {{ secrets.k|tojson }}'
        "{% for name, value in fields.items() %}, {{ name|tojson }}: {{ value|tojson }}"
        "{% endfor %}}"
    )
    content, kind = made("content", body_template=template, secrets={"k": "v"})

    assert kind == "application/json"
    assert json.loads(content) == {"state": "alert", "key": "v", "Flow": "daily-etl"}


def test_a_template_makes_any_type_of_content():
    content = made("content", body_template="<b>{{ title|e }}</b>", content_type="text/html")

    assert content == (f"<b>{MESSAGE.title}</b>".encode(), "text/html")


@pytest.mark.parametrize(
    "template", ['{"text": "{{ title }}"}', "{{ title|nonsense }}", "{{ 1 / 0 }}", "{{ 'x' * 9 }}"]
)
def test_a_template_that_makes_no_json_is_given_up(template):
    with pytest.raises(DeliveryError, match="the body template: ") as caught:
        made("content", changed(title='"'), body_template=template)

    assert caught.value.permanent


def test_long_texts_do_not_break_a_template():
    template = "{{ title|tojson }}"
    content, _ = made("content", changed(title="<" * 100_000), body_template=template)

    assert json.loads(content).endswith("…")


def test_the_link_goes_along_with_the_body_unless_it_has_a_place():
    data = {"text": "{{body}}"}
    said = json.loads(made("content", json_data=data)[0])["text"]
    assert said == f"{MESSAGE.body}\n\n{MESSAGE.link}"

    said = json.loads(made("content", json_data=data | {"url": "{{link}}"})[0])
    assert said == {"text": MESSAGE.body, "url": MESSAGE.link}

    told = changed(body=f"look at {MESSAGE.link}")
    assert json.loads(made("content", told, json_data=data)[0])["text"] == told.body


def test_messages_are_escaped_in_addresses_and_secrets_are_not():
    url = made(
        "url",
        changed(title="a/b?c#d&e"),
        url="https://{{host}}/{{path}}/{{subject}}?x={{title}}",
        secrets={"host": "hooks.example", "path": "T0/B0"},
    )

    assert url == "https://hooks.example/T0/B0/a%2Fb%3Fc%23d%26e?x=a%2Fb%3Fc%23d%26e"


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://x/hook", "https://x/hook?text=a%26b&k=s3cret"),
        ("https://x/hook?a=b#part", "https://x/hook?a=b&text=a%26b&k=s3cret"),
    ],
)
def test_query_parameters_join_those_of_the_address(url, whole):
    params = {"text": "{{subject}}", "k": "{{tok}}"}
    secrets = {"tok": "s3cret"}

    assert made("url", changed(title="a&b"), url=url, params=params, secrets=secrets) == whole


def test_no_header_is_brought_along():
    headers = made(
        "headers",
        changed(title="a\r\nX-Evil: 1\x00 é 🎉"),
        headers={"X-Title": " {{subject}}", "X-Token": "{{tok}}"},
        cookies={"a": "{{subject}}; Path=/", "b": "c"},
        secrets={"tok": "s3cret\n"},
    )

    assert headers == {
        "Cookie": "a=a X-Evil: 1  é ? Path=/; b=c",
        "X-Title": "a X-Evil: 1  é ?",
        "X-Token": "s3cret",
    }


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ({"username": "me", "password": "s3cret"}, "Basic bWU6czNjcmV0"),
        ({"username": "me"}, "Basic bWU6"),
        ({"bearer_token": "s3cret"}, "Bearer s3cret"),
        ({"headers": {"Authorization": "Key {{k}}"}, "secrets": {"k": "s3cret"}}, "Key s3cret"),
    ],
)
def test_who_asks_is_said_in_any_way(settings, value):
    assert made("headers", **settings) == {"Authorization": value}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"json_data": {"a": "{{nobody}}"}}, r"json_data: \{\{nobody\}\} is not among"),
        ({"url": "https://{{ $HOME }}"}, r"url: \{\{\$HOME\}\} is not among"),
        ({"headers": {"X": "{{secret}}"}}, r"headers: \{\{secret\}\} is not among"),
        ({"json_data": {}, "form_data": {}}, "only one can be sent"),
        ({"json_data": {}, "body_template": "x"}, "only one can be sent"),
        ({"body_template": "{% for %}"}, "Expected an expression"),
        ({"body_template": "{{ x"}, "end of template"),
        ({"body_template": "{{ x }}" * 200}, "1000 characters at most"),
        ({"headers": {"X Y": "z"}}, "'X Y' is no header to set"),
        ({"headers": {"Content-Length": "3"}}, "'Content-Length' is no header to set"),
        ({"headers": "{"}, "must be an object, or the JSON of one"),
        ({"method": "GET /x"}, "match pattern"),
        ({"method": "GET\n"}, "match pattern"),
        ({"hmac_header": "X:Y"}, "match pattern"),
        ({"content_type": "text/html\r\nX: y"}, "match pattern"),
        ({"username": "me", "bearer_token": "x"}, "cannot go together"),
        ({"tls_certificate": "x"}, "belong together"),
        ({"proxy": "socks5://x"}, "must begin with http"),
        ({"timeout": 0}, "greater than 0"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, told):
    with pytest.raises(ValidationError, match=told):
        WebhookSettings(**{"url": "https://x"} | settings)


def test_a_command_line_gives_objects_as_json():
    settings = WebhookSettings(url="https://x", headers='{"X-A": "b"}', secrets='{"tok": "c"}')

    assert settings.headers["X-A"].get_secret_value() == "b"
    assert settings.secrets.get_secret_value() == {"tok": "c"}


def test_a_block_that_a_client_saved_is_read():
    saved = {
        "name": "ops",
        "url": "https://x/{{tok}}",
        "method": "PUT",
        "params": None,
        "json_data": {"text": "{{subject}}"},
        "form_data": None,
        "headers": None,
        "cookies": {"a": "b"},
        "timeout": 10.0,
        "allow_private_urls": True,
        "secrets": {"tok": "s3cret"},
        "_block_type_slug": "custom-webhook",
    }
    settings = WebhookSettings.model_validate(saved)

    assert settings.method == "PUT"
    assert "s3cret" not in repr(settings)
    assert "https" not in repr(settings)

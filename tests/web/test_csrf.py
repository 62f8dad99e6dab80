"""Forms that only the server's own pages can send, and what pages say once."""

import re

import pytest
from flask import Flask, redirect, render_template_string, request

from headwater.app import create_app
from headwater.settings import Settings
from headwater.web.csrf import COOKIE, FIELD, LIFETIME
from headwater.web.notices import add_notice
from headwater.web.rights import needs

FORM = "<form method=post>{{ csrf_field() }}{{ csrf_field() }}</form>"
PAGE = "{% extends 'layout.html' %}{% block content %}{% endblock %}"


def make_app(tmp_path, **settings) -> Flask:
    url = f"sqlite:///{tmp_path}/x.db"
    app = create_app(Settings.load(api_database_connection_url=url, home=tmp_path, **settings))

    @app.route("/form", methods=["GET", "POST"])
    @needs("public")
    def show_form():
        if request.method == "GET":
            return render_template_string(FORM)
        add_notice(request.form.get("say", "done"), went_well="bad" not in request.form)
        return redirect("/page", 303)

    @app.get("/page")
    @needs("public")
    def show_page():
        return render_template_string(PAGE)

    return app


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path)


@pytest.fixture
def browser(app):
    return app.test_client()


def token_of(browser):
    tokens = set(re.findall(f'name="{FIELD}" value="([^"]+)"', browser.get("/form").text))
    return tokens.pop()


def send(browser, token=None, headers=None, **fields):
    data = fields | ({FIELD: token} if token else {})
    return browser.post("/form", data=data, headers=headers)


def test_a_form_of_our_own_page_is_taken(browser):
    assert send(browser, token_of(browser)).status_code == 303


def test_a_token_holds_for_all_forms_that_the_browser_has_open(browser):
    first, second = token_of(browser), token_of(browser)

    assert send(browser, second).status_code == 303
    assert send(browser, first).status_code == 303


@pytest.mark.parametrize("token", [None, "", "nonsense", "a.b.c"])
def test_a_form_without_the_token_is_refused(browser, token):
    token_of(browser)

    refused = send(browser, token)

    assert refused.status_code == 403
    assert "too old" in refused.text


def test_the_token_of_another_browser_is_refused(app, browser):
    other = app.test_client()
    token_of(browser)

    assert send(browser, token_of(other)).status_code == 403


def test_a_token_without_the_cookie_is_refused(browser):
    token = token_of(browser)
    browser.delete_cookie(COOKIE)

    assert send(browser, token).status_code == 403


def test_the_cookie_is_no_token(browser):
    token_of(browser)
    cookie = browser.get_cookie(COOKIE).value

    assert send(browser, cookie).status_code == 403


def test_an_old_form_is_refused(browser, monkeypatch):
    token = token_of(browser)
    monkeypatch.setattr("headwater.web.csrf.LIFETIME", -1)

    assert send(browser, token).status_code == 403
    assert LIFETIME > 3600


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://localhost"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_what_browsers_say_of_the_sender_counts_too(browser, headers, status):
    assert send(browser, token_of(browser), headers).status_code == status


def test_a_proxy_that_is_known_may_have_us_under_another_name(tmp_path):
    browser = make_app(tmp_path, ui_url="https://flows.example").test_client()

    answer = send(browser, token_of(browser), {"Origin": "https://flows.example"})

    assert answer.status_code == 303


def test_the_cookie_stays_with_the_browser(browser):
    cookie = browser.get("/form").headers["Set-Cookie"]

    assert "SameSite=Strict" in cookie
    assert "HttpOnly" in cookie
    assert "Set-Cookie" not in browser.get("/form").headers


def test_the_cookie_is_secure_where_the_page_is(browser):
    assert "Secure" in browser.get("/form", base_url="https://localhost").headers["Set-Cookie"]


def test_an_address_that_is_not_there_is_told_so(browser):
    assert browser.post("/nothing").status_code == 404
    assert browser.post("/page").status_code == 405


def test_a_form_outlives_a_new_key_of_the_vault(tmp_path):
    old, new = "A" * 43 + "=", "B" * 42 + "A="
    browser = make_app(tmp_path, secret_key=old).test_client()
    token, cookie = token_of(browser), browser.get_cookie(COOKIE).value

    renewed = make_app(tmp_path, secret_key=f"{new},{old}").test_client()
    renewed.set_cookie(COOKIE, cookie)
    stranger = make_app(tmp_path, secret_key=new).test_client()
    stranger.set_cookie(COOKIE, cookie)

    assert send(renewed, token).status_code == 303
    assert send(stranger, token).status_code == 403


def test_a_notice_is_said_once(browser):
    send(browser, token_of(browser), say="it is <done>")

    first, second = browser.get("/page").text, browser.get("/page").text

    assert '<p class="flash" role="status" data-went="well">it is &lt;done&gt;</p>' in first
    assert "flash" not in second


def test_bad_news_is_told_as_such_and_long_news_is_cut(browser):
    send(browser, token_of(browser), say="x" * 10_000, bad="1")

    page = browser.get("/page").text

    assert 'role="alert" data-went="badly"' in page
    assert "x" * 700 + "…</p>" in page


def test_a_notice_that_somebody_made_up_is_not_said(browser):
    browser.set_cookie("headwater_notice", "eyJ0ZXh0IjoiaGkifQ.x.y")

    assert "flash" not in browser.get("/page").text

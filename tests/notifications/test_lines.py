"""Connections that are kept for the next request of a channel: when, and when not."""

import socket
import time
from threading import Event, Thread

import pytest
from pydantic import SecretStr

from headwater.errors import DeliveryError
from headwater.notifications.http import LineKeeper
from headwater.notifications.http import lines as module
from headwater.notifications.http.alarms import Alarms
from headwater.notifications.http.lines import Lines
from headwater.notifications.http.outgoing import Tls
from tests.notifications.keeping import end, keeping_service
from tests.waiting import wait_until


@pytest.fixture
def service():
    with keeping_service() as service:
        yield service


@pytest.fixture
def lines(monkeypatch):
    monkeypatch.setattr(module, "IDLE", 60.0)  # however busy the machine is
    alarms = Alarms()
    lines = Lines(alarms)
    yield lines
    lines.close()
    alarms.close()


@pytest.fixture
def client(lines):
    return LineKeeper(lines, allow_private=True)


@pytest.fixture
def names(monkeypatch):
    """The addresses of names, by name; *asked* are those that were looked up."""
    known, asked, real = {}, [], socket.getaddrinfo

    def look_up(host, port, **kwargs):
        asked.append(host)
        return [found for each in known.get(host, [host]) for found in real(each, port, **kwargs)]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    known["asked"] = asked
    return known


def ask(client, service, path="", **more):
    url = SecretStr(service.url + path)
    return client.request("POST", url, b"x", longest=more.pop("longest", 10), **more)


def test_one_connection_serves_requests_that_follow_each_other(client, service):
    for path in ("first", "second", "third"):
        assert ask(client, service, path).text == "ok"

    assert service.paths == ["/first", "/second", "/third"]
    assert len(set(service.ports)) == 1


def test_two_at_once_have_a_connection_each(client, service, lines):
    service.hangs = True
    threads = [Thread(target=ask, args=(client, service)) for _ in range(2)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(service.ports) == 2)
    service.over.set()
    for thread in threads:
        thread.join()

    assert len(set(service.ports)) == 2


def test_an_answer_without_a_body_leaves_the_connection_open(client, service):
    service.text = ""
    ask(client, service)
    ask(client, service)

    assert len(set(service.ports)) == 1


def test_who_says_that_it_closes_the_connection_gets_a_new_one(client, service):
    service.headers = {"Connection": "close"}
    ask(client, service)
    ask(client, service)

    assert len(set(service.ports)) == 2


def test_a_connection_that_the_service_closed_meanwhile_is_no_failure(client, service):
    service.then = end
    ask(client, service)
    wait_until(lambda: service.ended == service.ports)
    assert ask(client, service).status == 200

    assert len(set(service.ports)) == len(service.paths) == 2


def test_a_connection_over_which_something_came_unasked_is_not_used(client, service):
    began, was_read, sent = Event(), Event(), Event()

    def say_more(connection):
        began.set()
        was_read.wait(20)
        connection.sendall(b"HTTP/1.1 500 Unasked\r\n\r\n")
        sent.set()

    service.then = say_more
    ask(client, service)
    assert began.wait(20)
    service.then = lambda connection: None
    was_read.set()
    assert sent.wait(20)
    assert ask(client, service).status == 200

    assert len(set(service.ports)) == 2


def test_a_connection_that_breaks_under_a_request_is_a_failure_and_nothing_is_sent_twice(
    client, service
):
    ask(client, service)
    service.breaks = True
    with pytest.raises(DeliveryError, match="cannot reach the service") as caught:
        ask(client, service)

    assert not caught.value.permanent
    assert len(service.paths) == 2
    service.breaks = False
    assert ask(client, service).status == 200
    first, broken, after = service.ports
    assert first == broken != after


def test_the_deadline_holds_on_a_connection_that_was_kept(client, service):
    ask(client, service)
    service.hangs = True
    start = time.monotonic()
    with pytest.raises(DeliveryError, match=r"no whole answer within 0\.3 seconds"):
        ask(client, service, longest=0.3)
    assert time.monotonic() - start < 5
    service.over.set()
    service.hangs = False
    assert ask(client, service).status == 200

    first, hung, after = service.ports
    assert first == hung != after


def test_the_time_of_a_request_before_ends_none_of_the_next(client, service):
    ask(client, service, longest=0.3)
    time.sleep(0.5)  # until it would have been over
    assert ask(client, service).status == 200

    assert len(set(service.ports)) == 1


def test_what_is_not_read_to_its_end_is_not_kept(client, service):
    service.text = "x" * 100_000
    ask(client, service)
    service.text = "ok"
    assert ask(client, service).text == "ok"

    assert len(set(service.ports)) == 2


def test_a_name_that_leads_elsewhere_later_is_checked_with_the_next_connection(
    client, service, names
):
    names["chat.example"] = ["127.0.0.1"]
    service.url = service.url.replace("127.0.0.1", "chat.example")
    ask(client, service)
    names["chat.example"] = ["169.254.169.254"]
    assert ask(client, service).status == 200
    assert names["asked"] == ["chat.example"]

    service.then = end
    ask(client, service)
    wait_until(lambda: service.ended)
    with pytest.raises(DeliveryError, match=r"169\.254\.169\.254 is not allowed"):
        ask(client, service)
    assert len(set(service.ports)) == 1


def test_an_old_connection_is_not_kept_however_often_it_is_used(
    client, service, names, monkeypatch
):
    monkeypatch.setattr(module, "OLDEST", 0.0)
    ask(client, service)
    ask(client, service)

    assert names["asked"] == ["127.0.0.1", "127.0.0.1"]
    assert len(set(service.ports)) == 2


def test_a_connection_that_nobody_wants_is_closed_soon(client, service, monkeypatch):
    monkeypatch.setattr(module, "IDLE", 0.1)
    ask(client, service)
    wait_until(lambda: service.ended == service.ports)

    assert ask(client, service).status == 200
    wait_until(lambda: len(service.ended) == 2)


def test_other_certificates_or_another_proxy_get_a_connection_of_their_own(client, service):
    with keeping_service() as proxy:
        ask(client, service)
        ask(client, service, tls=Tls(server_name="other.example"))
        ask(client, service, proxy=SecretStr(proxy.url))

        assert len(set(service.ports)) == len(service.ports) == 2
        assert len(proxy.ports) == 1


def test_closing_ends_what_waits_and_later_what_is_in_use(client, service, lines):
    ask(client, service)
    service.hangs = True
    busy = Thread(target=ask, args=(client, service))
    busy.start()
    wait_until(lambda: len(service.ports) == 2)
    lines.close()
    assert service.ended == []
    service.over.set()
    busy.join()

    wait_until(lambda: service.ended == [service.ports[1]])


def test_closing_ends_what_waits(client, service, lines):
    ask(client, service)
    lines.close()

    wait_until(lambda: service.ended == service.ports)


def test_alarms_are_called_at_their_times_and_not_once_they_are_cancelled():
    alarms, called = Alarms(), []
    now = time.monotonic()
    alarms.set(now + 0.3, lambda: called.append("later"))
    alarms.set(now + 0.1, lambda: called.append("sooner"))
    alarms.cancel(alarms.set(now + 0.2, lambda: called.append("cancelled")))
    wait_until(lambda: "later" in called)
    alarms.close()

    assert called == ["sooner", "later"]


def test_closed_alarms_end_their_thread():
    alarms = Alarms()
    alarms.cancel(alarms.set(time.monotonic() + 60, lambda: None))
    thread = alarms._thread
    alarms.close()
    thread.join(10)

    assert not thread.is_alive()

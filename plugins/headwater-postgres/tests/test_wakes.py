"""Signals, and those that wait for them."""

import psycopg
from sqlalchemy import event

TOPICS = ["news", "Other News"]


def test_a_listener_whose_connection_was_lost_connects_anew(storage, address, end_all):
    storage.wait(TOPICS, 0)
    end_all()

    assert storage.wait(TOPICS, 0.1) == TOPICS  # what went by meanwhile was not heard
    assert storage.wait(TOPICS, 0.1) == TOPICS
    assert not storage.wait(TOPICS, 0.1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute('NOTIFY "Other News"')
    assert storage.wait(TOPICS, 5) == {"Other News"}
    storage.close()


def test_signals_that_come_together_are_sent_as_one(storage, engine):
    sent = []
    event.listen(engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
    storage.wait(TOPICS, 0)
    for _ in range(20):
        for topic in TOPICS:
            storage.signal(engine, topic)

    assert storage.wait(TOPICS, 5) == set(TOPICS)
    storage.close()
    assert len(sent) < 5


def test_what_was_signalled_before_the_end_is_sent(storage, engine, address):
    with psycopg.connect(address, autocommit=True) as listener:
        listener.execute("LISTEN news")
        storage.signal(engine, "news")
        storage.close()

        assert [note.channel for note in listener.notifies(timeout=0.1)] == ["news"]


def test_a_signal_that_cannot_be_sent_is_no_error(storage, engine, admin, name, end_all, caplog):
    admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    end_all()
    storage.signal(engine, "news")
    storage.close()

    assert "nobody could be woken" in caplog.text

"""What a plugin's failure leaves behind: a reason that is listed, a line in the log."""

import logging
from importlib.metadata import EntryPoint

import pytest

from headwater import hookspecs
from headwater.plugins import GROUP, MOST_REASONS, Plugins, PluginState


class MuteError(Exception):
    def __str__(self):
        raise ValueError


@pytest.fixture
def plugins():
    return Plugins(hookspecs, [EntryPoint("slack", "headwater_slack", GROUP)])


def fail(plugins, error, **how):
    with plugins.isolated("slack", "card", **how):
        raise error


def test_a_failure_is_listed_once_however_often_it_comes(plugins):
    for _ in range(3):
        fail(plugins, ValueError("no"))

    report = plugins.reports["slack"]
    assert (report.state, report.reasons) == (PluginState.IMPAIRED, ["card: ValueError: no"])


def test_failures_with_ever_new_words_do_not_pile_up(plugins):
    for number in range(3 * MOST_REASONS):
        fail(plugins, ValueError(number))

    assert len(plugins.reports["slack"].reasons) == MOST_REASONS


def test_a_plugin_that_failed_wholly_is_not_called_impaired_later(plugins):
    fail(plugins, ValueError("no"), then=PluginState.FAILED)
    fail(plugins, ValueError("again"))

    assert plugins.reports["slack"].state is PluginState.FAILED


def test_at_the_start_a_failure_is_one_line_of_the_log(plugins, caplog):
    fail(plugins, ValueError("two\nlines"))

    (said,) = [record for record in caplog.records if record.levelno >= logging.INFO]
    assert (said.getMessage(), said.exc_info) == (
        "plugin slack: card: ValueError: two lines",
        False,
    )


def test_at_debug_level_the_log_shows_where_it_failed(plugins, caplog):
    caplog.set_level(logging.DEBUG)

    fail(plugins, ValueError("no"))

    assert "raise error" in caplog.text


def test_at_work_each_failure_is_logged_with_its_place(plugins, caplog):
    for _ in range(2):
        fail(plugins, ValueError("no"), traced=True)

    assert caplog.text.count("Traceback") == 2


def test_an_error_that_cannot_be_told_is_told_nevertheless(plugins):
    fail(plugins, MuteError())

    assert "MuteError" in plugins.reports["slack"].reasons[0]


def test_ctrl_c_is_nobodys_failure(plugins):
    with pytest.raises(KeyboardInterrupt):
        fail(plugins, KeyboardInterrupt())

"""What pages of panels have in common: what lists are asked for, charts, lengths, sentences."""

from headwater.web.histories import HIGH, WIDE, History, answer_history, pace_history
from headwater.web.lengths import read_length, say_length, write_length
from headwater.web.live import pace_after
from headwater.web.notices import see
from headwater.web.sentences import Part, as_text, join_clauses, join_names
from headwater.web.wanted import Wanted, parse_id, refuse
from headwater.web.windows import (
    WINDOWS,
    Window,
    parse_moment,
    parse_window,
)

__all__ = [
    "HIGH",
    "WIDE",
    "WINDOWS",
    "History",
    "Part",
    "Wanted",
    "Window",
    "answer_history",
    "as_text",
    "join_clauses",
    "join_names",
    "pace_after",
    "pace_history",
    "parse_id",
    "parse_moment",
    "parse_window",
    "read_length",
    "refuse",
    "say_length",
    "see",
    "write_length",
]

"""What goes on about pools beside the web workers."""

from headwater.loops.loop import Loop
from headwater.work.loop import silence


def make_loops() -> list[Loop]:
    return [silence.make_loop()]

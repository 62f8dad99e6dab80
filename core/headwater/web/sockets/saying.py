"""What is said to many: its frame is made once for all who take it in the same form."""

from collections.abc import Callable


class Saying:
    """*text* for many peers of one hub, whose thread alone asks for frames."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._frames: dict[int | None, bytes] = {}

    def frame(self, form: int | None, make: Callable[[str], bytes]) -> bytes:
        """Return the frame of a form: the bits of the compressor's window, or None for plain."""
        frame = self._frames.get(form)
        if frame is None:
            frame = self._frames[form] = make(self.text)
        return frame

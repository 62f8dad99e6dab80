"""Runs the client's own commands one after the other in one interpreter, and agrees to all it asks.

Each line that it reads is a command's words as JSON, each that it prints [exit status, what the
command printed].
"""

import io
import json
import sys
from contextlib import redirect_stdout

from prefect.cli import app


def call(words: list[str]) -> tuple[int, str]:
    printed = io.StringIO()
    sys.argv = ["prefect", *words]
    sys.stdin = io.StringIO("y\n")
    try:
        with redirect_stdout(printed):
            app()
    except SystemExit as end:
        return int(end.code or 0), printed.getvalue()
    return 0, printed.getvalue()


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(call(json.loads(line))), flush=True)

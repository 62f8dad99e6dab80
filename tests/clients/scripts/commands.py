"""Runs the client's own commands, given as JSON, one after the other in one interpreter.

The last line printed is a list of [exit status, what the command printed].
"""

import io
import json
import sys
from contextlib import redirect_stdout

from prefect.cli import app


def call(words: list[str]) -> tuple[int, str]:
    printed = io.StringIO()
    sys.argv = ["prefect", *words]
    try:
        with redirect_stdout(printed):
            app()
    except SystemExit as end:
        return int(end.code or 0), printed.getvalue()
    return 0, printed.getvalue()


if __name__ == "__main__":
    done = [call(words) for words in json.loads(sys.argv[1])]
    print(json.dumps(done))

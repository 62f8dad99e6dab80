"""Registers blocks by the client's own commands: those of its modules, and those of this file.

Prints the commands' exit codes and last words, as JSON.
"""

import json
import subprocess
import sys
from pathlib import Path

import prefect
from prefect.blocks.core import Block

MAJOR = int(prefect.__version__.partition(".")[0])
COMMANDS = [
    ["register", "-m", "prefect.blocks.notifications"],
    ["register", "--file", __file__],
    ["type", "delete", "secret"],
]


class Lid(Block):
    """What closes a crate."""

    _block_type_name = f"Lid {MAJOR}"
    weight: float = 1.5


class Crate(Block):
    """Has one thing & <another>."""

    _block_type_name = f"Crate {MAJOR}"
    lid: Lid


def run(command: list[str]) -> tuple[int, str]:
    whole = [Path(sys.executable).with_name("prefect"), "--no-prompt", "block", *command]
    done = subprocess.run(whole, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    sys.stdout.write(json.dumps([run(command) for command in COMMANDS]))

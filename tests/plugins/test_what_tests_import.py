"""The tests of plugins are what third parties copy: they use the core's two open doors only."""

import re
from pathlib import Path

PLUGINS = Path(__file__).parents[2] / "plugins"
OPEN = re.compile(r"headwater\.(api|testing)(\.\w+)*$")


def test_the_tests_of_plugins_import_the_facade_and_the_test_kit_only():
    imported = {
        (path.relative_to(PLUGINS), module)
        for path in PLUGINS.glob("*/tests/**/*.py")
        for module in re.findall(r"^(?:from|import) (headwater[\w.]*)", path.read_text(), re.M)
    }
    closed = {(path, name) for path, name in imported if re.match(r"headwater(\.|$)", name)}

    assert imported
    assert {(path, name) for path, name in closed if not OPEN.match(name)} == set()

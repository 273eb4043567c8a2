"""CONTRIBUTING.md: its map is the tree's, its direction the linter's, and what it names is there."""

import re
import tomllib
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
PACKAGE = ROOT / "src" / "results_widgets"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def map_of_rooms() -> list[str]:
    """The rooms that CONTRIBUTING.md lists, from the ground up; the base is one line and no room."""
    block = TEXT.partition("from the ground up")[2].partition("\n\n")[2].partition("\n\n")[0]
    lines = [re.split(r"\s{2,}", line.strip())[0] for line in block.splitlines()]
    return [name.removesuffix("/") for line in lines[1:] for name in line.split(", ")]


def test_map_lists_every_room() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name[:2] != "__"}
    listed = map_of_rooms()
    assert len(listed) == len(set(listed))
    assert set(listed) == folders


def test_map_has_the_direction_that_the_linter_holds() -> None:
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    height = {
        name: place
        for place, layer in enumerate(reversed(layers))
        for name in re.findall(r"\w+", layer)
    }
    heights = [height[name] for name in map_of_rooms() if name not in ("static", "_shared")]
    assert len(heights) > 15
    assert heights == sorted(heights)


def test_contributing_names_what_is_there() -> None:
    named = set(re.findall(r"`([\w.*/-]+(?:/|\.(?:py|md|ts|tsx|mjs|txt|toml|json)))`", TEXT))
    # Made by the tests, or ignored on purpose.
    named -= {"build/pictures", "uv.lock"}
    assert len(named) > 40
    parents = (ROOT, PACKAGE, ROOT / "js" / "src")
    assert [one for one in named if not any((parent / one).exists() for parent in parents)] == []
    names = set(re.findall(r"`([A-Z_]{4,}|[A-Z]\w+[a-z])`", TEXT))
    sources = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    sources += "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py"))
    lost = [one for one in names if not re.search(rf"\b{one}\b", sources)]
    assert set(lost) <= {"Icon", "Float64", "Int64"}

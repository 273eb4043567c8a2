"""Write the tables of docs/definitions.md, which follow from the shipped sets: python scripts/definitions_page.py."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from results_widgets.definitions import DIALECTS, Dialect

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "definitions.md"
_START: Final = "<!-- sets -->\n"
_END: Final = "<!-- end of sets -->"


def with_tables(page: str) -> str:
    """Return the page with its tables as they should be."""
    before, opened, rest = page.partition(_START)
    _, closed, after = rest.partition(_END)
    assert opened, "docs/definitions.md has no place for the sets"
    assert closed, "the place for the sets in docs/definitions.md has no end"
    text = "".join(f"{line}\n" for one in DIALECTS.values() for line in _section(one))
    return f"{before}{_START}{text}{_END}{after}"


def _section(one: Dialect) -> Iterator[str]:
    yield f"### `{one.definitions.name}`: {one.tool}"
    yield ""
    yield f"{one.definitions.text} Source: {one.page}."
    yield ""
    if one.rules:
        given = one.definitions.to_dict()
        yield from ("| field | here | what the documentation says |", "|---|---|---|")
        for rule, says in one.rules.items():
            yield f"| `{rule}` | {_shown(given[rule])} | {says} |"
        yield ""
    if one.unsaid:
        yield from ("| what no field expresses | of |", "|---|---|")
        for unsaid in one.unsaid:
            yield f"| {unsaid.says} | {', '.join(f'`{name}`' for name in unsaid.metrics)} |"
        yield ""


def _shown(value: object) -> str:
    """Return a field in a cell: lists as pairs, an empty one as what it stands for."""
    if not isinstance(value, list):
        return f"`{value}`"
    pairs = [(name, [rest] if isinstance(rest, str) else rest) for name, rest in value]
    return "; ".join(f"{name}: {', '.join(rest)}" for name, rest in pairs) or "as the channels"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

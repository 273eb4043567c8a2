"""Write the table of docs/exports.md, which follows from the declared vendors: python scripts/exports_page.py."""

from pathlib import Path
from typing import Final

import results_widgets as rw

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "exports.md"
_START: Final = "<!-- vendors -->\n"
_END: Final = "<!-- end of vendors -->"
_COLUMNS: Final = {
    "vendor": "vendor",
    "formats": "comes as",
    "campaign": "a campaign is",
    "action": "an action is",
    "tells": "it tells",
    "cannot": "it cannot tell",
}


def with_table(page: str) -> str:
    """Return the page with its table as it should be."""
    before, opened, rest = page.partition(_START)
    _, closed, after = rest.partition(_END)
    assert opened, "docs/exports.md has no place for the vendors"
    assert closed, "the place for the vendors in docs/exports.md has no end"
    return f"{before}{_START}{table()}{_END}{after}"


def table() -> str:
    """Return the table of the vendors."""
    lines = [f"| {' | '.join(_COLUMNS.values())} |", f"|{'---|' * len(_COLUMNS)}"]
    for row in rw.vendors().iter_rows(named=True):
        cells = [f"`{row['vendor']}` ({row['label']})", *(row[name] for name in [*_COLUMNS][1:])]
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

"""Write the table of docs/quality.md, which follows from the declared findings: python scripts/quality_page.py."""

from pathlib import Path
from typing import Final

from results_widgets.engine.quality import FINDINGS, Finding

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "quality.md"
_START: Final = "<!-- findings -->\n"
_END: Final = "<!-- end of findings -->"
_COLUMNS: Final = (
    "check",
    "what it is",
    "what it does",
    "metrics",
    "a warning, serious from",
    "mended by",
)


def with_table(page: str) -> str:
    """Return the page with its table as it should be."""
    before, opened, rest = page.partition(_START)
    _, closed, after = rest.partition(_END)
    assert opened, "docs/quality.md has no place for the findings"
    assert closed, "the place for the findings in docs/quality.md has no end"
    return f"{before}{_START}{table()}{_END}{after}"


def table() -> str:
    """Return the table of the findings."""
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *map(_row, FINDINGS)]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows
    )


def _row(finding: Finding) -> tuple[str, ...]:
    counted = "" if finding.counts == "rows" else f" ({finding.counts})"
    metrics = ", ".join(f"`{one}`" for one in finding.metrics) or "none"
    code = " ".join((finding.fix or "").split())
    levels = f"{_level(finding.warning)}, {_level(finding.serious)}"
    mended = f"`{code}`" if code else "nothing to leave out"
    return f"`{finding.check}`{counted}", finding.text, finding.effect, metrics, levels, mended


def _level(share: float) -> str:
    if share > 1:
        return "never"
    return f"{share * 100:g} %" if share else "any"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

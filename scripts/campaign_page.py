"""Write the tables of docs/campaign.md that follow from the code: python scripts/campaign_page.py."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from results_widgets.campaign.checks import MAX_VARIANTS
from results_widgets.campaign.parts import MODES, TEMPLATES
from results_widgets.campaign.states import DELIVERIES, ON_FINISH, STATUSES
from results_widgets.channels import CHANNELS

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "campaign.md"


def tables() -> dict[str, str]:
    """Return the tables by the name that their markers in the page have."""
    return {"words": _words(), "channels": _channels()}


def with_tables(page: str) -> str:
    """Return the page with its tables as they should be."""
    for name, table in tables().items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, opened, rest = page.partition(start)
        _, closed, after = rest.partition(end)
        assert opened, f"docs/campaign.md has no place for {name}"
        assert closed, f"the place for {name} in docs/campaign.md has no end"
        page = f"{before}{start}{table}{end}{after}"
    return page


def _words() -> str:
    rows = [
        ("`status`", _codes(STATUSES)),
        ("`delivery`", _codes(DELIVERIES)),
        ("`on_finish`", _codes(ON_FINISH)),
        ("`goal.mode`", _codes(MODES)),
        ("`template` of an in-app action", _codes(TEMPLATES)),
        ("`variants`", f"at most {MAX_VARIANTS}"),
    ]
    return _table(("field", "allowed values"), rows)


def _channels() -> str:
    rows = [
        (f"`{one.id}`", _codes(one.events), f"`{one.received}`", _codes(one.interacted) or "–")
        for one in CHANNELS.values()
    ]
    return _table(("channel", "events", "received is", "interacted is"), rows)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

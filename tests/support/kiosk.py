"""A channel that is declared in one place, and a campaign that uses it beside email."""

from datetime import UTC, datetime
from typing import Final

import polars as pl

import results_widgets as rw
from results_widgets.channels import Event, Rate

KIOSK: Final = rw.Channel(
    "kiosk",
    "Kiosk",
    ("shown", "scanned", "jammed", "torn_down"),
    received="shown",
    interacted=("scanned",),
    icon="in_app",
    rates=(
        Rate("scan_rate", "Scan rate", "scanned", "shown"),
        Rate("unique_scan_rate", "Unique scan rate", "unique_scanned", "unique_shown"),
        Rate("jam_rate", "Jam rate", "jammed", "shown"),
    ),
    headline=("shown", "unique_scanned", "jammed"),
    vocabulary=(
        Event(
            "scanned", "Scans", "Unique scanners", "How often the code was scanned.", detail="link"
        ),
        Event("jammed", "Jams", direction="lower", by_user=False, detail="reason"),
        Event("torn_down", direction="lower", ends_reach=True),
    ),
)
CAMPAIGN: Final = rw.Campaign(
    "k1",
    rw.Goal("Purchase"),
    [rw.Action("board", "kiosk", "Board"), rw.Action("mail", "email", "Mail", parent="board")],
    attribution_window="7d",
    own_channels=[KIOSK],
)
_START: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
# User, action, event, hours after the start, link, reason.
_ROWS: Final = [
    ("anna", "board", "shown", 0, None, None),
    ("anna", "board", "scanned", 1, "code-a", None),
    ("anna", "board", "scanned", 2, "code-a", None),
    ("anna", None, "Purchase", 3, None, None),
    ("bob", "board", "shown", 0, None, None),
    ("bob", "board", "shown", 24, None, None),
    ("bob", "board", "jammed", 25, None, "paper"),
    ("bob", "mail", "sent", 26, None, None),
    ("carl", "board", "shown", 1, None, None),
    ("carl", "board", "scanned", 30, "code-b", None),
    ("carl", "board", "torn_down", 31, None, None),
    ("dora", "board", "shown", 2, None, None),
]


def events() -> pl.DataFrame:
    """The events of the campaign."""
    names = ("user_id", "action_id", "event", "hours", "link", "reason")
    schema = {name: pl.Int64 if name == "hours" else pl.String for name in names}
    frame = pl.DataFrame(_ROWS, schema=schema, orient="row")
    at = pl.lit(_START) + pl.duration(hours="hours")
    return frame.select(pl.exclude("hours"), at.alias("timestamp"))


def kiosk_results(campaign: rw.Campaign = CAMPAIGN) -> rw.Results:
    """The results of the campaign."""
    return rw.Results(campaign, events(), time_zone="UTC")


def doubled_results() -> rw.Results:
    """The results of twice as many users, of whom two each do the same: no link or reason is one user's alone."""
    twins = events().with_columns(pl.col("user_id") + "-twin")
    return rw.Results(CAMPAIGN, pl.concat([events(), twins]), time_zone="UTC")

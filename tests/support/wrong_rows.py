"""Events that have everything wrong that quality looks for."""

from typing import Any

import polars as pl

from tests.support.examples import case

_WRONG = """
    anna mail  sent     01T10:00
    anna mail  opened   01T11:00 variant=A
    anna mail  opened   01T12:00 variant=B
    bob  mail  sent     01T08:00 event_id=e1
    bob  mail  sent     01T10:05 event_id=e1
    bob  mail  sent     01T10:10 event_id=e1
    bob  mail  opened   01T07:00
    carl nudge sent     01T10:00
    carl nudge sent     01T10:00
    carl mail  yodelled 01T10:00
    dora elsewhere sent 01T10:00
    dora mail  sent     01T10:00 campaign_id=c2
    emil mail  sent     2199-01-01T00:00:00
    holed mail sent     01T10:00
    Anna  mail sent     01T10:00
    Anna  mail clicked  01T10:00:04
    Anna  -    Purchase 01T10:00:04
    anna  -    Purchase 01T12:00    value=3
    """


def _volumes() -> str:
    """Days with sends, one of them without and one with many; and pushes that are opened before they are sent."""
    counts = [30] * 24
    counts[9], counts[16] = 0, 300
    sent = [
        f"u{day}x{n} mail sent {day + 2:02}T10:00"
        for day, count in enumerate(counts)
        for n in range(count)
    ]
    early = [f"u1x{n} nudge opened 03T10:{n:02}\nu1x{n} nudge sent 03T12:{n:02}" for n in range(12)]
    return "\n".join([*sent, *early])


def wrong_rows() -> tuple[dict[str, Any], pl.DataFrame, pl.DataFrame]:
    """A campaign, events that have everything wrong, and users that lack some of them."""
    asked = case(f"{_WRONG}{_volumes()}", started_at="2026-03-01T09:00:00Z")
    rows = [asked.events]
    for column in ("user_id", "event", "timestamp"):
        holed = asked.events.filter(pl.col("user_id") == "holed")
        rows.append(holed.with_columns(pl.lit(None, holed.schema[column]).alias(column)))
    known = ["anna", "bob", "carl", "emil"]
    users = pl.DataFrame({"user_id": known, "is_developer": [True, False, None, False]})
    return dict(asked.campaign), pl.concat(rows), users

"""A campaign's events, some of which come from wrong clocks, and what results of them must say."""

from typing import Any

from polars.testing import assert_frame_equal

import results_widgets as rw
from tests.support.answers import FromPackage
from tests.support.examples import case

RIGHT = """
    anna mail  sent     02T08:00
    anna mail  opened   02T09:00
    anna -     Purchase 02T10:00
    bob  mail  sent     03T08:00
    bob  nudge sent     04T08:00
    carl mail  sent     05T08:00
"""
WRONG = """
    xena mail  sent     1970-01-01T00:00:00+00:00
    yuri mail  sent     2040-01-01T00:00:00+00:00
    zoe  -     Purchase 2099-01-01T00:00:00+00:00
"""


def results(table: str, zone: str = "UTC", **campaign: Any) -> rw.Results:
    asked = case(table, **campaign)
    return rw.Results(dict(asked.campaign), FromPackage.placed(asked.events), time_zone=zone)


def value(asked: rw.Results, metric: str) -> Any:
    return asked.overview().filter(metric=metric)["value"].item()


DATES = [{}, {"started_at": "2026-03-01T09:00:00Z"}, {"finished_at": "2026-03-09T09:00:00Z"}]


def assert_told_apart(told: rw.Results, right: rw.Results) -> None:
    """Totals count the events of wrong clocks; nothing that has to do with time knows them."""
    assert value(told, "users") == value(right, "users") + 2
    assert told._session.span() == right._session.span()
    assert told.open_entries() == right.open_entries()
    newest = [one.freshness()["newest_event"].item() for one in (told, right)]
    assert newest[0] == newest[1]
    assert told.freshness()["wrong_clocks"].item() == 3
    for every in ("1h", "1d", "1w", "1mo"):
        for metric in ("users", "unique_users", "conversions", "conversion_rate", "entries_open"):
            for cumulative in (False, True):
                how: Any = {"every": every, "cumulative": cumulative}
                lines = [one.explore(metric, **how) for one in (told, right)]
                assert_frame_equal(*lines)
    found = told.quality().filter(check="wrong clock").row(0, named=True)
    assert (found["rows"], found["kept"], found["example"][:10]) == (3, True, "1970-01-01")

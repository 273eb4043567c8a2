"""A small campaign whose events arrive in parts, and what is compared after a refresh."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

import results_widgets as rw

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"], "value": "value"},
    "attribution_window": "7d",
    "actions": [{"id": "a1", "channel": "email"}],
}
EVENTS = pl.DataFrame(
    {
        "user_id": ["anna", "bob", "anna", "carl", "carl", "anna"],
        "action_id": ["a1", "a1", None, "a1", None, "a1"],
        "event": ["sent", "sent", "Purchase", "sent", "Purchase", "sent"],
        "timestamp": [datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (9, 10, 11, 12, 13, 14)],
        "event_id": ["e1", "e2", "e3", "e4", "e5", "e6"],
        "value": [None, None, 2.5, None, 4.0, None],
        "platform": ["ios", "web", None, "ios", None, "web"],
    }
)
COLUMNS = ("variant", "platform", "country")


def results_of(source: object) -> rw.Results:
    """Results of the campaign, of which something has been asked."""
    results = rw.Results(CAMPAIGN, source, time_zone="UTC")
    results.overview(by="platform")
    return results


def frames(results: rw.Results) -> dict[str, pl.DataFrame]:
    """The public frames, under the results' own rules and under others."""
    found: dict[str, pl.DataFrame] = {"quality": results.quality(), "entries": results.entries()}
    for name in ("default", "leanplum-v2"):
        view = results.with_definitions(name)
        found[f"overview {name}"] = view.overview()
        found[f"actions {name}"] = view.actions()
        found[f"conversions {name}"] = view.conversions()
    for by in (by for by in COLUMNS if by in results.breakdowns):
        found[f"overview {by}"] = results.overview(by=by)
        found[f"channels {by}"] = results.channels(by=by)
    found["explore"] = results.explore("unique_users", every="1h", cumulative=True)
    found["users"] = results.analytics().users_in_campaign().users
    nodes, edges = results.flow()
    return found | {"nodes": nodes, "edges": edges}


def assert_same_rows(found: rw.Results, expected: rw.Results) -> None:
    """Check that two results have read the same rows, and left out the same: any row shows in one of these frames.

    That every other frame follows from the rows, `assert_same` holds for random tables.
    """
    assert_frame_equal(found.quality(), expected.quality())
    assert_frame_equal(found.entries(), expected.entries())
    assert_frame_equal(found.conversions(), expected.conversions())
    for by in (None, *(by for by in COLUMNS if by in expected.breakdowns)):
        assert_frame_equal(found.actions(by=by), expected.actions(by=by))


def assert_same(found: rw.Results, expected: rw.Results) -> None:
    """Check that two results give the same public frames."""
    frames_found = frames(found)
    for name, frame in frames(expected).items():
        assert_frame_equal(frames_found[name], frame)


def assert_alike(found: rw.Results, expected: rw.Results) -> None:
    """Check a few frames that would tell lost, repeated, changed and misplaced rows; cheaper than `assert_same`."""
    for by in (None, *(one for one in COLUMNS if one in expected.breakdowns)):
        assert_frame_equal(found.overview(by=by), expected.overview(by=by))
    assert_frame_equal(found.conversions(), expected.conversions())

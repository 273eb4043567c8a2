"""The margins of a breakdown's table: counted anew, not added up; and the code that gives the same table."""

from typing import Any

import polars as pl
import polars.selectors as cs
import pytest

import results_widgets as rw
from results_widgets.errors import QueryError
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.code_snippet import code_snippet
from results_widgets.view_model.pivot import totals_state
from results_widgets.view_model.selection import Selection
from tests.support.loops import some


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(600, seed=3), time_zone="America/New_York")


LINES: list[dict[str, Any]] = [
    {"metric": "conversions", "by": "platform"},
    {"metric": "unique_users", "by": "variant", "every": "1w"},
    {"metric": "unique_users", "by": "platform", "range": "14d", "cumulative": True},
    {"metric": "converted_rate", "by": "platform", "every": "1mo", "compare": True},
    {"metric": "unique_opened", "channel": "email", "by": "is_developer", "every": "auto"},
    {"metric": "goal_value", "by": "platform", "developers": False, "clock": "entry"},
    {"metric": "conversions", "by": "platform", "range": "14d", "compare": True},
]


def told(results: rw.Results, line: dict[str, Any]) -> tuple[rw.Results, pl.DataFrame, Any]:
    """The results as selected, the rows of the chart, and the totals."""
    selection = Selection(**line)
    view = selection.apply(results)
    rows = pl.read_ipc_stream(chart_state(view, selection)[1])
    return view, rows, totals_state(view, selection, code_snippet(selection, results))


@pytest.mark.parametrize("line", LINES, ids=str)
def test_totals_are_those_of_everyone_and_of_each_group(
    results: rw.Results, line: dict[str, Any]
) -> None:
    view, rows, totals = told(results, line)
    asked = {"channel": line.get("channel")}
    every: Any = "1d" if line.get("every") in (None, "auto") else line["every"]
    cumulative = line.get("cumulative", False)
    everyone = view.explore(line["metric"], **asked, every=every, cumulative=cumulative)
    assert [one["value"] for one in totals["periods"]] == everyone["value"].to_list()
    assert {one["time_ms"] for one in totals["periods"]} == set(rows["time_ms"])
    frame = view.overview() if "channel" not in line else view.channels()
    whole = frame.filter(pl.col("metric") == line["metric"])["value"][0]
    assert totals["all"]["value"] == pytest.approx(whole)
    assert [one["by"] for one in totals["groups"]] == rows["by"].unique(
        maintain_order=True
    ).to_list()
    ids = {variant.label: variant.id for variant in results.campaign.variants}
    for group in some(totals["groups"]):
        value: object = ids.get(group["by"], group["by"])
        value = {"true": True, "false": False, "unknown": None}.get(str(value), value)
        if line["metric"] in ("unique_users", "unique_opened"):
            users = view.users(line["metric"], **asked, where={line["by"]: value})
            assert group["value"] == len(users)
        if line["metric"] == "conversions":
            own = rows.filter(pl.col("by") == group["by"])
            assert group["value"] == own["value"].sum()


def test_the_code_gives_the_table(results: rw.Results) -> None:
    for line in LINES:
        _, rows, totals = told(results, line)
        frame = eval(totals["code"], {"results": results, "rw": rw})
        assert frame["total"].to_list() == [one["value"] for one in totals["periods"]]
        cells = sorted(v for v in rows["value"] if v is not None)
        earlier = frame.select(cs.starts_with("previous_"))
        found = frame.select(pl.exclude("time", "total", *earlier.columns))
        assert sorted(found.unpivot()["value"].drop_nulls()) == pytest.approx(cells)
        # What each number is compared with stands in columns of its own.
        assert (earlier.width > 0) == ("compare" in line)
        before = sorted(rows["previous"].drop_nulls())
        assert sorted(earlier.unpivot()["value"].drop_nulls()) == pytest.approx(before)
    assert before


def test_groups_that_are_not_drawn_are_the_last_total() -> None:
    campaign, events, users = rw.datasets.generate(900, seed=5)
    users = users.with_columns(tenth=(pl.int_range(pl.len()) % 10).cast(pl.String))
    results = rw.Results(campaign, events, users, time_zone="UTC")
    _, rows, totals = told(results, {"metric": "conversions", "by": "tenth"})
    assert totals["groups"][-1]["by"] == "3 others"
    values = [one["value"] for one in totals["groups"]]
    assert sum(values) == totals["all"]["value"] == rows["value"].sum()


def test_without_a_breakdown_there_are_none(results: rw.Results) -> None:
    with pytest.raises(QueryError, match="nothing is broken down"):
        totals_state(results, Selection(metric="users"), "")

"""Small numbers in a report are hidden, and none of them follows from those that are shown."""

import re
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, strategies as st

import results_widgets as rw
from results_widgets.engine.reasons import LeftOut, Reason
from results_widgets.report.html import suppression
from results_widgets.report.html.small_cells import Cell, Sum, hidden_cells, hide_days
from results_widgets.report.html.states import Choices, Columns, saved_views, view_state

LEAST = 10
SIDES = ("numerator", "denominator")


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(400, seed=4), time_zone="UTC")


def state(results: rw.Results) -> dict[str, Any]:
    wanted = Choices(definitions=(), ranges=(), developers=False, machine_opens=False)
    found = saved_views(results, rw.Selection(), wanted)
    return view_state(found[0], found, Columns([], 5))


def hidden_in(page: dict[str, Any], results: rw.Results) -> dict[str, Any]:
    """The page without its small counts."""
    return suppression.hide(
        page, results._session.metrics(hidden=True), LEAST, held_back_counted=False
    )


def test_no_small_count_is_shown(results: rw.Results) -> None:
    safe = hidden_in(state(results), results)
    metrics, flow = safe["_metrics"], safe["_flow"]
    for name in ("value", "numerator", "denominator"):
        counts = metrics[name].drop_nulls()
        rated = metrics["denominator"].is_not_null() | metrics["metric"].str.contains(
            "rate|time|value"
        )
        if name == "value":
            counts = metrics.filter(~rated)["value"].drop_nulls()
            counts = counts.filter(counts == counts.floor())
        assert counts.filter((counts > 0) & (counts < LEAST)).is_empty(), name
    for arm in flow["arms"]:
        shown = [node[k] for node in arm["nodes"] for k in ("users_received", "conversions")]
        shown += [edge["users"] for edge in arm["edges"]]
        assert not [n for n in shown if n is not None and 0 < n < LEAST]


def test_a_rate_of_a_hidden_count_is_hidden(results: rw.Results) -> None:
    metrics = hidden_in(state(results), results)["_metrics"]
    assert isinstance(metrics, pl.DataFrame)
    rated = metrics.filter(pl.col("value").is_not_null() & pl.col("denominator").is_not_null())
    # Neither those who did, nor the few who did not, can be worked out from what is shown.
    rest = rated["denominator"] - rated["numerator"]
    assert rated.filter((rest > 0) & (rest < LEAST)).is_empty()
    assert rated["numerator"].null_count() == 0


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_no_hidden_cell_follows_from_a_sum(parts: list[int]) -> None:
    values: dict[Cell, float] = {place: float(n) for place, n in enumerate(parts)}
    values["all"] = float(sum(parts))
    hidden = hidden_cells(values, [Sum("all", tuple(range(len(parts))))], LEAST)
    assert all(cell in hidden for cell, value in values.items() if 0 < value < LEAST)
    unknown = [values[place] for place in range(len(parts)) if place in hidden]
    if "all" in hidden:
        assert unknown or not sum(parts)
    else:
        assert not unknown or (len(unknown) > 1 and sum(unknown) >= LEAST)


def test_min_cell_zero_hides_nothing(results: rw.Results, tmp_path: Path) -> None:
    with pytest.raises(rw.QueryError, match="min_cell is -1"):
        results.to_html(tmp_path / "page.html", min_cell=-1)


# --- small states made by hand: what must be hidden, cell by cell


def with_value(page: dict[str, Any], key: str, value: float) -> dict[str, Any]:
    """The page with another value of a metric of the campaign, in its row and in its ratios."""
    glossary, rows = page["_glossary"], []
    for row in page["_metrics"].iter_rows(named=True):
        entry = glossary[row["metric"]] if row["scope"] == "campaign" else {}
        names = {"value": row["metric"], **{side: entry.get(side) for side in SIDES}}
        changed = [name for name, of in names.items() if row["scope"] == "campaign" and of == key]
        rows.append({**row, **dict.fromkeys(changed, value)})
    return {**page, "_metrics": pl.DataFrame(rows, schema=page["_metrics"].schema)}


def campaign_values(page: dict[str, Any]) -> dict[str, float | None]:
    metrics: pl.DataFrame = page["_metrics"]
    return dict(metrics.filter(scope="campaign").select("metric", "value").iter_rows())


@pytest.mark.parametrize(("without", "shown"), [(397, None), (390, 390), (400, 400), (4, None)])
def test_few_developers_do_not_follow_by_subtraction(
    results: rw.Results, without: int, shown: int | None
) -> None:
    page = state(results)
    status = {"users_with_developers": 400, "users_without_developers": without}
    page["_status"] = {**page["_status"], **status}
    kept = hidden_in(page, results)["_status"]
    assert kept["users_without_developers"] == shown
    assert kept["users_with_developers"] == 400


def with_conversions(page: dict[str, Any], count: int) -> dict[str, Any]:
    """The page with as many conversions and converters, none of them attributed to an action."""
    changed = with_value(with_value(page, "conversions", count), "unique_converters", count)
    everybody, *_ = page["_flow"]["arms"]
    nodes = [{**node, "conversions": 0} for node in everybody["nodes"]]
    arm = {**everybody, "nodes": nodes, "conversions": count, "unattributed": count}
    return {**changed, "_flow": {**page["_flow"], "arms": [arm]}}


def test_amounts_and_times_of_few_conversions_are_hidden(results: rw.Results) -> None:
    few = ("conversions", "unique_converters", "goal_value", "median_time_to_convert")
    hidden = campaign_values(hidden_in(with_conversions(state(results), 7), results))
    assert [hidden[key] for key in few] == [None] * len(few)
    assert hidden["conversion_rate"] is None
    assert hidden["users"] is not None
    shown = campaign_values(hidden_in(with_conversions(state(results), 70), results))
    assert None not in [shown[key] for key in few]


def test_a_share_does_not_tell_hidden_entries(results: rw.Results) -> None:
    page = state(results)
    first = page["_flow"]["arms"][0]["nodes"][0]
    metrics = page["_metrics"]
    assert isinstance(metrics, pl.DataFrame)
    of_first = (pl.col("action_id") == first["action_id"]) & (pl.col("metric") == "entries_reached")
    assert metrics.filter(of_first).height == 1
    page["_metrics"] = metrics.with_columns(
        pl.when(of_first).then(3.0).otherwise("value").alias("value")
    )
    kept = hidden_in(page, results)["_flow"]["arms"][0]["nodes"][0]
    assert kept["users_received"] == first["users_received"]
    assert kept["share_of_entries"] is None


def test_a_hidden_day_is_not_the_total_less_the_days_shown() -> None:
    lines = {"opened": [20.0, 3.0, 0.0, 30.0]}
    alone = hide_days(lines, [], {}, LEAST)
    assert alone == {"opened": [20.0, None, 0.0, 30.0]}
    with_total = hide_days(lines, [], {"opened": 53.0}, LEAST)
    assert with_total == {"opened": [None, None, 0.0, 30.0]}


def test_users_who_did_not_convert_reveal_no_hidden_day() -> None:
    lines = {"users": [100.0, 50.0], "conversions": [96.0, 20.0]}
    found = hide_days(lines, [("conversions", "users")], {}, LEAST)
    # 100 less 96 would tell the 4 who did not convert on the first day.
    assert found == {"users": [100.0, 50.0], "conversions": [None, 20.0]}


REASONS = ("campaign", "action", "event", "goal", "user", "time", "no event")


@given(
    st.sampled_from(REASONS),
    st.tuples(*[st.integers(0, 3) | st.integers(8, 30)] * 4),
    st.booleans(),
)
def test_what_is_said_of_rows_left_out_tells_no_small_count(
    name: str, parts: tuple[int, int, int, int], is_goal: bool
) -> None:
    of_value, of_reason, of_others, counted = parts
    reason = Reason(name, of_value + of_reason, "odd", of_value, "Email", ("known",), "", 9)
    rows = reason.rows + of_others
    found = LeftOut(rows, rows + counted, counted, reason, "Purchase" if is_goal else "")
    text = found.text(min_cell=LEAST)
    said = [int(one) for one in re.findall(r"\d+(?=(?: of \d+)? row)", text)]
    assert not [one for one in said if 0 < one < LEAST]
    assert not [a - b for a, b in product(said, said) if 0 < a - b < LEAST]
    assert found.text(min_cell=1) == found.text()


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
def test_a_page_tells_no_small_count_of_rows_left_out(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(50, seed=2)
    sent = events.lazy().collect().filter(pl.col("event").is_in(["sent", "viewed"]))
    few = sent.head(60).with_columns(
        action_id=pl.when(pl.int_range(pl.len()) < 7).then(pl.lit("odd")).otherwise("action_id")
    )
    results = rw.Results(campaign, few, users, time_zone="UTC")
    pages = [
        results.to_html(tmp_path / f"{least}.html", min_cell=least).read_text("utf-8")
        for least in (0, LEAST)
    ]
    said = results._session.data.left_out
    assert said is not None
    assert ["7 of " in page for page in pages] == [True, False]
    assert "Some rows that name an action, campaign or goal are left out." in pages[1]

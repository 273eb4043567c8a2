"""A metric is one declaration: two toys, declared here and nowhere else, are wherever metrics are."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.metrics.day_cells import distinct_by_day
from results_widgets.glossary import Events, Metric, Ratio, Users, campaign
from results_widgets.report.html import suppression
from results_widgets.report.html.metric_cells import MetricCells, cell_of
from results_widgets.report.html.states import Choices, Columns, saved_views, view_state
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.glossary import glossary_state
from results_widgets.view_model.selection import Selection
from tests.support.saved_pages import unpacked

REPORTERS = Metric(
    "spam_reporters",
    "Spam reporters",
    Users(Events(("marked_as_spam",))),
    "Distinct users who marked a message as spam.",
    direction="lower",
)
REPORTER_RATE = Metric(
    "spam_reporter_rate",
    "Spam reporter rate",
    Ratio(REPORTERS, campaign.UNIQUE_USERS),
    "Spam reporters ÷ unique users.",
    direction="lower",
)
RANGE = (date(2026, 3, 8), date(2026, 3, 21))
MANY = 1_000


@pytest.fixture(scope="module", autouse=True)
def declared() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campaign, "CAMPAIGN", (*campaign.CAMPAIGN, REPORTERS, REPORTER_RATE))
        yield


@pytest.fixture(scope="module")
def dataset() -> tuple[Any, pl.DataFrame, pl.DataFrame]:
    made, events, users = rw.datasets.generate(4000, seed=11)
    assert isinstance(events, pl.DataFrame)
    assert isinstance(users, pl.DataFrame)
    # So many that each group of a breakdown has some, and some twice.
    sent = events.filter(pl.col("event") == "delivered").gather_every(5)
    reports = sent.with_columns(
        pl.lit("marked_as_spam").alias("event"),
        pl.col("timestamp") + timedelta(hours=3),
        pl.lit(None, events.schema["event_id"]).alias("event_id"),
    )
    columns = set(events.columns) - set(reports.columns)
    assert not columns
    return made, pl.concat([events, reports, reports.head(40)]), users


@pytest.fixture(scope="module")
def results(dataset: tuple[Any, pl.DataFrame, pl.DataFrame]) -> rw.Results:
    return rw.Results(*dataset, time_zone="UTC")


@pytest.fixture(scope="module")
def reports(dataset: tuple[Any, pl.DataFrame, pl.DataFrame], results: rw.Results) -> pl.DataFrame:
    """The events that the toy counts, found without the package's engine."""
    emails = [action.id for action in results.campaign.actions if action.channel == "email"]
    own = pl.col("event") == "marked_as_spam", pl.col("action_id").is_in(emails)
    found = dataset[1].filter(*own).with_columns(pl.col("timestamp").dt.convert_time_zone("UTC"))
    assert found["user_id"].n_unique() < found.height
    assert found["user_id"].n_unique() > MANY / 10
    return found


def within(reports: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    return reports.filter(pl.col("timestamp").dt.date().is_between(first, last))


def row(frame: pl.DataFrame, metric: Metric) -> dict[str, Any]:
    (found,) = frame.filter(pl.col("metric") == metric.key).to_dicts()
    return found


def check(view: rw.Results, expected: pl.DataFrame) -> None:
    users = expected["user_id"].n_unique()
    entered = view.unique_users()
    assert entered
    assert row(view.overview(), REPORTERS)["value"] == users
    rate = row(view.overview(), REPORTER_RATE)
    assert (rate["value"], rate["numerator"], rate["denominator"]) == (
        users / entered,
        users,
        entered,
    )


def test_overview_has_it_of_everything_and_of_ranges(
    results: rw.Results, reports: pl.DataFrame
) -> None:
    check(results, reports)
    check(results.between(*RANGE), within(reports, *RANGE))
    check(results.with_definitions("leanplum-v2"), reports)


@pytest.mark.parametrize("by", ["variant", "platform"])
def test_overview_breaks_it_down(results: rw.Results, reports: pl.DataFrame, by: str) -> None:
    expected = dict(reports.group_by(by).agg(pl.col("user_id").n_unique()).iter_rows())
    assert len(expected) > 1
    frame = results.overview(by=by).filter(pl.col("metric") == REPORTERS.key)
    assert dict(frame.filter(pl.col("value") > 0).select(by, "value").iter_rows()) == expected


def test_explore_has_it_over_time(results: rw.Results, reports: pl.DataFrame) -> None:
    days = reports.group_by(pl.col("timestamp").dt.date()).agg(pl.col("user_id").n_unique())
    frame = results.explore(rw.MetricKey(REPORTERS.key)).filter(pl.col("value") > 0)
    shown = frame.select(pl.col("time").dt.date(), "value").iter_rows()
    assert dict(shown) == dict(days.iter_rows())
    total = results.explore(rw.MetricKey(REPORTERS.key), every="1w", cumulative=True)["value"][-1]
    assert total == reports["user_id"].n_unique()
    assert results.explore(rw.MetricKey(REPORTER_RATE.key))["value"].is_not_null().any()


def test_users_behind_it_are_the_ones_counted(results: rw.Results, reports: pl.DataFrame) -> None:
    assert set(results.users(rw.MetricKey(REPORTERS.key)).users["user_id"]) == set(
        reports["user_id"]
    )
    view = results.between(*RANGE)
    assert set(view.users(rw.MetricKey(REPORTERS.key)).users["user_id"]) == set(
        within(reports, *RANGE)["user_id"]
    )
    with pytest.raises(rw.QueryError, match="has no users of its own; ask for those of 'spam_rep"):
        results.users(rw.MetricKey(REPORTER_RATE.key))


def test_glossary_and_picker_have_it(results: rw.Results) -> None:
    said = results.glossary().filter(pl.col("metric") == REPORTER_RATE.key).to_dicts()
    assert said == [
        {
            "scope": "campaign",
            "channel": None,
            "metric": "spam_reporter_rate",
            "label": "Spam reporter rate",
            "unit": "rate",
            "numerator": "spam_reporters",
            "denominator": "unique_users",
            "text": "Spam reporters ÷ unique users.",
            "missing": None,
        }
    ]
    entry: Any = glossary_state(results)[REPORTERS.key]
    assert (entry["label"], entry["group"], entry["scopes"], entry["low_is_good"]) == (
        "Spam reporters",
        "Distinct users",
        ["campaign"],
        True,
    )
    chart, rows = chart_state(results, Selection(metric=REPORTERS.key))
    assert chart["title"] == "Spam reporters, per day"
    assert pl.read_ipc_stream(io.BytesIO(rows)).height > 0


def test_estimates_and_roll_ups_have_it(results: rw.Results, reports: pl.DataFrame) -> None:
    exact = reports["user_id"].n_unique()
    for view in (results.with_uniques("approximate"), results.rollup().results(time_zone="UTC")):
        assert row(view.overview(), REPORTERS)["value"] == pytest.approx(exact, rel=0.02)
        estimate = view._session.estimate(REPORTER_RATE)
        assert estimate is not None
        assert (estimate.numerator, estimate.denominator) == (True, True)


@pytest.mark.parametrize("span", [(0, 60), (4, 11), (9, 9)])
def test_day_cells_have_it(
    results: rw.Results, reports: pl.DataFrame, span: tuple[int, int]
) -> None:
    cells = distinct_by_day(results._session.scoped())["campaign", "", REPORTERS.key]
    new = pl.col("before") < span[0], pl.col("last").is_between(*span), pl.col("first") >= span[0]
    first = results.explore("users")["time"][0].date()
    days = [first + timedelta(days=place) for place in span]
    expected = within(reports, *days)["user_id"].n_unique()
    assert expected > 0
    assert cells.filter(*new)["users"].sum() == expected


def test_saved_report_has_it(results: rw.Results, reports: pl.DataFrame, tmp_path: Path) -> None:
    page = results.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    data, _ = unpacked(page)
    own = next(look for look in data["looks"] if look["cells"])
    assert data["names"]["campaign||spam_reporter_rate"][0] == "Spam reporter rate"
    assert own["state"]["_glossary"]["spam_reporters"]["label"] == "Spam reporters"
    days = next(one for one in own["blocks"] if one["every"] == "1d" and not one["cumulative"])
    assert {"campaign||spam_reporters", "campaign||spam_reporter_rate"} <= set(days["lines"])
    assert "campaign||spam_reporters" in own["cells"]
    # Users of single days do not add up.
    assert not {"campaign||spam_reporters", "campaign||spam_reporter_rate"} & set(own["adds"])
    shown = f"<td>Spam reporters</td><td>{reports['user_id'].n_unique():,}</td>"
    assert shown in page


def test_small_counts_of_it_are_suppressed(results: rw.Results) -> None:
    few = int(row(results.overview(), REPORTERS)["value"]) + 1
    (view,) = saved_views(
        results, Selection(), Choices((), (), (), developers=False, machine_opens=False)
    )
    state: dict[str, Any] = view_state(view, [view], Columns([], 5))
    metrics = results._session.metrics(hidden=True)
    hidden = suppression.hide(state, metrics, few, held_back_counted=False)["_metrics"].filter(
        scope="campaign"
    )
    assert row(hidden, REPORTERS)["value"] is None
    rate = row(hidden, REPORTER_RATE)
    assert (rate["value"], rate["numerator"], rate["low"]) == (None, None, None)
    # With what the channels report of it, it could be worked out.
    sums = list(
        MetricCells(state["_metrics"], metrics, state["_campaign"], held_back_counted=False).sums()
    )
    parts = [one.parts for one in sums if one.total == cell_of(REPORTERS)]
    assert parts == [(("channel", "email", "unique_marked_as_spam"),)]
    assert cell_of(REPORTERS) in {part for one in sums for part in one.parts}


def test_users_of_exits_are_counted_as_well(
    dataset: tuple[Any, pl.DataFrame, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    exiters = Metric("exiters", "Exiters", Users(Events(("exited",))), "Distinct users who exited.")
    monkeypatch.setattr(campaign, "CAMPAIGN", (*campaign.CAMPAIGN, exiters))
    results = rw.Results(*dataset, time_zone="UTC")
    # Exits have no bit in the masks of users: they are counted another way, by the same declaration.
    users = results.users(rw.MetricKey(exiters.key)).users
    assert users.height > 0
    assert row(results.overview(), exiters)["value"] == users.height
    assert row(results.between("2026-03-01", None).overview(), exiters)["value"] == users.height

"""Another tool's numbers beside ours: what is told, what is assumed, what is refused, and how it is said."""

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.reconciliation.causes import CAUSES


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(600, seed=2), time_zone="UTC")


def table(*rows: tuple[str | None, str, object]) -> pl.DataFrame:
    """A table of theirs, its values as text where they are not all numbers."""
    columns = list(zip(*rows, strict=True))
    values = [str(value) if isinstance(rows[0][2], str) else value for value in columns[2]]
    return pl.DataFrame({"action": columns[0], "metric": columns[1], "value": values})


def numbers(results: rw.Results, *metrics: str) -> pl.DataFrame:
    """Numbers of actions as another tool would give them."""
    found = results.actions().filter(pl.col("metric").is_in(metrics))
    return found.select("action_id", "metric", "value")


def value(results: rw.Results, action: str, metric: str) -> Any:
    found = results.actions().filter(action_id=action, metric=metric)
    return found["value"].item()


# ------------------------------------------------------------------------------ the causes


def test_analytics_without_developers_is_one_row(results: rw.Results) -> None:
    """The seed's own case: two screens of one product, of which one leaves out developers."""
    metrics = ("sent", "unique_opened", "unique_clicked", "users_received")
    found = results.reconcile(numbers(results.analytics(), *metrics), developers=False, guess=False)
    differing = found.table.filter(pl.col("difference") != 0)
    assert differing.height > 5
    assert differing["explained"].equals(differing["difference"], check_names=False)
    assert {*found.table["text"]} == {"equal", "explained"}
    assert found.waterfall["cause"].unique().sort().to_list() == ["developers", "rest"]
    assert "Developers: theirs left out, ours counted." in found.summary()
    assert found.is_explained


def test_rules_that_nobody_told_are_found_and_said_to_be_assumed(results: rw.Results) -> None:
    definitions = rw.Definitions("theirs", machine_opens="left_out", email_rate_base="sent")
    there = results.with_definitions(definitions).analytics()
    theirs = numbers(there, "opened", "unique_opened", "unique_clicked", "open_rate")
    found = results.reconcile(theirs)
    assumed = found.rules.filter(status="assumed")
    assert assumed["cause"].to_list() == ["developers", "machine_opens", "rate_base"]
    assert found.is_explained
    assert "not told; assumed, because it fits" in found.summary()
    assert found.table.filter(text="explained").height > 4
    tried = found.rules.filter(status="tried")["cause"]
    assert "duplicates" in tried
    assert {*found.alone["cause"]} >= {"duplicates", "developers"}
    untold = results.reconcile(theirs, guess=False)
    assert {*untold.rules["status"]} == {"not told"}
    assert not untold.is_explained


def test_only_one_of_what_machines_did_may_be_left_out(results: rw.Results) -> None:
    ours = {m: value(results, "we-miss-you", m) for m in ("opened", "clicked", "machine_opened")}
    theirs = table(
        ("we-miss-you", "opened", ours["opened"] - ours["machine_opened"]),
        ("we-miss-you", "clicked", ours["clicked"]),
        ("we-miss-you", "machine_opened", ours["machine_opened"]),
    )
    assert ours["machine_opened"] > 0
    found = results.reconcile(theirs, machine_opens="left_out", machine_clicks="counted")
    assert found.table["rest"].to_list() == [0, 0, 0]
    assert found.table["explained"].to_list() == [-ours["machine_opened"], 0, 0]


def test_a_range_is_cut_by_the_days_of_each_zone(results: rw.Results) -> None:
    days = ("2026-03-05", "2026-03-09")
    there = results.in_time_zone("Pacific/Auckland").between(*days)
    theirs = numbers(there, "sent", "unique_opened")
    asked = {"time_zone": "Pacific/Auckland", "start": days[0], "end": days[1]}
    found = results.reconcile(theirs, guess=False, **asked)  # type: ignore[arg-type]
    ours = results.between(*days)
    assert (
        found.table["ours"].to_list() == numbers(ours, "sent", "unique_opened")["value"].to_list()
    )
    steps = found.waterfall.filter(cause="time_zone")["step"]
    assert (steps != 0).any()
    assert found.is_explained


def test_late_events_and_the_window_are_taken_away_one_after_the_other(results: rw.Results) -> None:
    overview = results.overview().filter(metric="conversions")
    theirs = overview.select(pl.lit(None, pl.String).alias("action"), "metric", "value")
    found = results.reconcile(theirs, as_of="2026-03-14", window="1h", guess=False)
    late, window, rest = found.waterfall["step"].to_list()
    assert found.waterfall["cause"].to_list() == ["late_events", "window", "rest"]
    assert late < 0
    assert window < 0
    assert late + window + rest == 0
    assert found.table["text"].to_list() == ["equal, but not under their rules"]
    assert found.rules.filter(cause="window")["theirs"].item() == "1h"
    assert found.rules.filter(cause="late_events")["theirs"].item() == (
        "left out if they happened after 2026-03-15 00:00 UTC"
    )


def test_an_event_is_late_by_when_it_came_in() -> None:
    campaign, events, users = rw.datasets.generate(150, seed=3)
    table_ = events.lazy().collect()
    delay = pl.when(pl.int_range(pl.len()) % 5 == 0).then(pl.duration(days=40))
    came = (pl.col("timestamp") + delay.otherwise(pl.duration(hours=1))).alias("came_in")
    table_ = table_.with_columns(pl.when(pl.int_range(pl.len()) % 7 > 0).then(came))
    results = rw.Results(campaign, table_, users, time_zone="UTC")
    as_of = "2026-03-20"
    end = pl.lit(as_of).str.to_datetime(time_zone="UTC") + pl.duration(days=1)
    there = table_.filter(pl.coalesce("came_in", "timestamp") < end)
    theirs = numbers(rw.Results(campaign, there, users, time_zone="UTC"), "sent", "unique_opened")
    found = results.reconcile(theirs, as_of=as_of, arrived="came_in", guess=False)
    assert found.is_explained
    assert (found.waterfall.filter(cause="late_events")["step"] < 0).any()
    assert not results.reconcile(theirs, as_of=as_of, guess=False).is_explained
    with duckdb.connect() as connection:
        rows = connection.from_arrow(table_.to_arrow())
        engine = rw.Results(campaign, rows, users, time_zone="UTC")
        there_too = engine.reconcile(theirs, as_of=as_of, arrived="came_in", guess=False)
        assert_frame_equal(there_too.waterfall, found.waterfall)
    for column, words in (
        ("came", "unknown column 'came'"),
        ("platform", "is String, and arrived="),
    ):
        with pytest.raises(rw.QueryError, match=words):
            results.reconcile(theirs, as_of=as_of, arrived=column)
    with pytest.raises(rw.QueryError, match="pass as_of="):
        results.reconcile(theirs, arrived="came_in")


def test_repeated_rows_are_counted_again() -> None:
    campaign, events, _ = rw.datasets.generate(100, seed=3)
    twice = pl.concat([events.lazy().collect(), events.lazy().collect().head(200)])
    results = rw.Results(campaign, twice, time_zone="UTC")
    theirs = table(*((id_, "sent", 0) for id_ in ("we-miss-you", "reminder")))
    found = results.reconcile(theirs, duplicates="counted", guess=False)
    once = rw.Results(campaign, twice.drop("event_id"), time_zone="UTC")
    again = [value(once, id_, "sent") for id_ in ("we-miss-you", "reminder")]
    assert found.waterfall.filter(cause="duplicates")["value"].to_list() == again
    assert (found.waterfall.filter(cause="duplicates")["step"] > 0).any()


def test_what_cannot_be_tried_is_not_available(results: rw.Results) -> None:
    campaign, events, _ = rw.datasets.generate(100, seed=3)
    bare = rw.Results(
        campaign, events.lazy().collect().drop("machine", "event_id"), time_zone="UTC"
    )
    theirs = table(("we-miss-you", "opened", 1))
    rules: dict[str, Any] = {
        "developers": False,
        "machine_opens": "left_out",
        "machine_clicks": "left_out",
        "duplicates": "counted",
    }
    found = bare.reconcile(theirs, **rules)
    missing = found.rules.filter(status="n/a")
    causes = ["duplicates", "developers", "machine_opens", "machine_clicks"]
    assert missing["cause"].to_list() == causes
    steps = found.waterfall.filter(pl.col("cause").is_in(causes))
    assert steps["step"].to_list() == [None] * 4
    assert all(text.startswith("n/a: ") for text in steps["text"])
    assert "Developers: n/a, no table of users says who is a developer." in found.summary()


def test_a_rollup_tries_what_needs_no_event(results: rw.Results) -> None:
    there = results.rollup("1d").results(time_zone="UTC")
    ours = value(there, "we-miss-you", "sent")
    theirs = table(("we-miss-you", "sent", ours - 1))
    found = there.reconcile(theirs, window="3d", duplicates="counted", developers=False)
    missing = dict(found.rules.filter(status="n/a").select("cause", "text").iter_rows())
    assert missing["window"] == "n/a: a roll-up holds no single events"
    assert missing["duplicates"] == "n/a: a roll-up holds no single events"
    assert "rolled up with developers" in missing["developers"]
    assert found.table["rest"].to_list() == [-1]


def test_estimates_are_a_cause_of_their_own(results: rw.Results) -> None:
    pytest.importorskip("datasketches")
    ours = value(results, "we-miss-you", "unique_opened")
    estimate = value(results.with_uniques("approximate"), "we-miss-you", "unique_opened")
    theirs = table(("we-miss-you", "unique_opened", estimate))
    found = results.reconcile(theirs, uniques="approximate", guess=False)
    assert found.waterfall["step"].to_list() == [estimate - ours, 0]
    assert "Their distinct users are estimates." in found.summary()


def test_causes_are_declared_once_each() -> None:
    keys = [cause.key for cause in CAUSES]
    assert len(keys) == len(set(keys)) == 16
    assert all(cause.label for cause in CAUSES)


# ------------------------------------------------------------------------- how theirs are read


def test_actions_and_metrics_are_named_as_people_write_them(results: rw.Results) -> None:
    theirs = table(
        (" we miss you", "Unique Opens", 0),
        ("we-miss-you", "unique-clicked", 0),
        ("reminder", "Users received", 0),
        (None, "unique users", 0),
    )
    found = results.reconcile(theirs, guess=False).table
    assert found.select("action", "channel", "metric").rows() == [
        ("we-miss-you", "email", "unique_opened"),
        ("we-miss-you", "email", "unique_clicked"),
        ("reminder", "push", "users_received"),
        (None, None, "unique_users"),
    ]


def test_a_channel_is_named_by_a_column_of_its_own(results: rw.Results) -> None:
    there = results.channels().filter(channel="email", metric="sent")["value"].item()
    theirs = pl.DataFrame(
        {"action": [None], "channel": ["Email"], "metric": ["sent"], "value": [there]}
    )
    found = results.reconcile(theirs)
    assert found.table.select("action", "channel", "ours", "rest").rows() == [
        (None, "email", there, 0)
    ]


def test_all_rows_that_cannot_be_compared_are_listed(results: rw.Results) -> None:
    theirs = table(
        ("we miss yu", "sent", "1"),
        ("reminder", "unique opend", "2"),
        ("reminder", "sent", "many"),
        ("reminder", "sent", "3%"),
        ("welcome back", "sent", "4"),
        ("reminder", "opened", "5"),
        ("Reminder", "Opens", "6"),
    )
    with pytest.raises(rw.QueryError) as told:
        results.reconcile(theirs)
    words = str(told.value)
    assert words.startswith("theirs: 6 rows cannot be compared: row 1: unknown action 'we miss yu'")
    for part in (
        "(did you mean 'We miss you'?)",
        "row 2: unknown metric of the action 'unique opend' (did you mean 'unique_opened'?)",
        "row 3: the value 'many' is not a number; write 1234.5 or 53.5%",
        "row 4: '3%' is a percentage, but 'Sent' is not a rate",
        "row 5: 'welcome back' names several actions",
        "row 7: the same number as row 6; keep one of them",
        "results.glossary() lists the metrics",
    ):
        assert part in words


def test_columns_that_are_missing_are_named(results: rw.Results, tmp_path: Path) -> None:
    with pytest.raises(
        rw.QueryError, match=r"theirs: metric, value is missing; found: action, n\."
    ):
        results.reconcile(pl.DataFrame({"action": ["a"], "n": [1]}))
    with pytest.raises(rw.QueryError, match="theirs: the table has no rows"):
        results.reconcile(pl.DataFrame(schema=["action", "metric", "value"]))
    with pytest.raises(rw.EventsError, match="theirs: no file matches"):
        results.reconcile(tmp_path / "nowhere.csv")
    for rule in ({"machine_opens": "no"}, {"developers": "no"}, {"window": "long"}, {"unique": 1}):
        with pytest.raises(rw.QueryError, match=next(iter(rule))):
            results.reconcile(table(("reminder", "sent", 1)), **rule)


def test_files_are_read_with_numbers_as_people_write_them(
    results: rw.Results, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.csv"
    lines = ["Action,Metric,Value", 'reminder,sent,"1,234"', "reminder,Open rate,12.5%"]
    path.write_text("\n".join([*lines, "reminder,bounced,n/a"]), encoding="utf-8")
    found = results.reconcile(path, guess=False)
    assert found.table["theirs"].to_list() == [1234, 0.125, None]
    assert found.table["text"][2] == "n/a: they have no number"
    table(("reminder", "sent", 5)).write_parquet(tmp_path / "theirs.parquet")
    assert results.reconcile(tmp_path / "theirs.parquet").table["theirs"].to_list() == [5]


@pytest.mark.parametrize(("scale", "words"), [(1, "fractions"), (100, "per cents")])
def test_rates_are_read_as_they_clearly_are(results: rw.Results, scale: float, words: str) -> None:
    theirs = numbers(results, "open_rate", "unsubscribe_rate").drop_nulls()
    theirs = theirs.with_columns(value=(pl.col("value") * scale).round(1 if scale > 1 else 3))
    found = results.reconcile(theirs)
    assert f"Their rates are read as {words}, as they look." in found.summary()
    assert {*found.table["text"]} <= {"equal", "explained but for rounding"}
    assert "explained but for rounding" in found.table["text"]


def test_rates_of_two_kinds_are_refused_and_may_be_told(results: rw.Results) -> None:
    theirs = numbers(results, "open_rate").filter(pl.col("value") > 0.2)
    theirs = theirs.with_columns(value=pl.col("value") * (1 + 99 * (pl.int_range(pl.len()) % 2)))
    with pytest.raises(rw.QueryError, match="mark per cents with %, or pass rates='fraction'"):
        results.reconcile(theirs)
    found = results.reconcile(theirs, rates="percent")
    assert found.table["theirs"].max() == pytest.approx(theirs["value"].max() / 100)  # type: ignore[operator]
    assert "as was told" in found.summary()


# ------------------------------------------------------------------------------ how it is shown


def test_what_is_shown_holds_every_step_and_is_escaped() -> None:
    campaign, events, users = rw.datasets.generate(200, seed=1)
    actions = campaign.to_dict()["actions"]
    actions[0]["name"] = "<b>Hello</b>"  # type: ignore[index]
    named = rw.Campaign.from_json({**campaign.to_dict(), "actions": actions})
    results = rw.Results(named, events, users, time_zone="UTC")
    found = results.reconcile(numbers(results.analytics(), "unique_opened"))
    html = found._repr_html_()
    assert "&lt;b&gt;Hello&lt;/b&gt;" in html
    assert "<b>" not in html
    assert html.count("<caption>") == found.table.filter(pl.col("difference") != 0).height
    assert "Ours: whole campaign; definitions default; days of UTC." in html
    text = repr(found)
    assert text.splitlines()[0] == found.sentences[0]
    assert "−1" in text


def test_chart_draws_what_differs(results: rw.Results) -> None:
    found = results.reconcile(numbers(results.analytics(), "unique_opened", "sent"))
    spec = found.chart("sent").to_dict()
    rows = spec["datasets"]["reconciliation"] if "datasets" in spec else spec["data"]["values"]
    first = [row for row in rows if row["name"] == rows[0]["name"]]
    assert [row["cause"] for row in first] == ["Ours", "Developers", "Theirs"]
    assert first[1]["before"] + first[1]["step"] == first[1]["value"] == first[2]["value"]
    assert spec["description"].startswith("From our numbers to theirs, cause by cause.")
    with pytest.raises(rw.QueryError, match="there is nothing to draw"):
        found.chart("bounced")


def test_report_has_it_under_the_dashboard(results: rw.Results, tmp_path: Path) -> None:
    found = results.reconcile(numbers(results.analytics(), "unique_opened"))
    page = results.to_html(tmp_path / "report.html", reconcile=found).read_text("utf-8")
    assert '<section class="rw-reconcile"' in page
    assert found.to_html() in page
    plain = results.to_html(tmp_path / "plain.html", min_cell=1).read_text("utf-8")
    assert "<section" not in plain
    with pytest.raises(rw.QueryError, match="min_cell hides small counts, and the steps"):
        results.to_html(tmp_path / "small.html", reconcile=found, min_cell=5)
    with pytest.raises(rw.QueryError, match="reconcile is a DataFrame; pass what"):
        results.to_html(tmp_path / "wrong.html", reconcile=found.table)  # type: ignore[arg-type]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plain.html", "report.html"]

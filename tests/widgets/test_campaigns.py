"""The Campaigns widget: its rows are each campaign's own numbers, and what it opens and shares is the portfolio's."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
import traitlets

import results_widgets as rw
from results_widgets.disclosure import HIDE_USERS
from results_widgets.errors import QueryError
from tests.support.comm import browser_asks
from tests.support.loops import some
from tests.support.named_users import users_in

HOSTILE = "<img src=x onerror=alert(1)>"

pytestmark = pytest.mark.usefixtures("lines")


@pytest.fixture(scope="module")
def portfolio() -> rw.Portfolio:
    made = [rw.Results(*rw.datasets.generate(900, seed=seed), time_zone="UTC") for seed in (1, 2)]
    return rw.Portfolio(dict(zip(("spring", HOSTILE), made, strict=True)))


@pytest.fixture(scope="module")
def kept(portfolio: rw.Portfolio) -> dict[str, Any]:
    """The rows of the whole campaigns, computed once."""
    return dict(rw.Campaigns(portfolio)._campaigns)


@pytest.fixture
def campaigns(portfolio: rw.Portfolio) -> Iterator[rw.Campaigns]:
    widget = rw.Campaigns(portfolio)
    yield widget
    widget.close()


def asked(widget: rw.Campaigns, kind: str, **more: Any) -> Any:
    (reply,) = browser_asks(widget, {"id": "1", "kind": kind, **more})
    assert reply["ok"], reply
    return reply[kind]


def refusal(widget: rw.Campaigns, kind: str, **more: Any) -> str:
    (reply,) = browser_asks(widget, {"id": "1", "kind": kind, **more})
    assert not reply["ok"]
    return str(reply["error"]["message"])


def test_rows_are_each_campaigns_own_numbers(portfolio: rw.Portfolio, kept: dict[str, Any]) -> None:
    assert [row["name"] for row in kept["rows"]] == portfolio.names
    for row in some(kept["rows"]):
        results, found = portfolio[row["name"]], row["numbers"]
        overview = {
            one["metric"]: one for one in results.overview(interval=0.95).iter_rows(named=True)
        }
        assert found["entries"] == overview["users"]["value"]
        assert found["value"] == overview["goal_value"]["value"]
        rate = overview["converted_rate"]
        assert [found["rate"], found["low"], found["high"]] == pytest.approx(
            [rate["value"], rate["low"], rate["high"]], abs=1e-6
        )
        extra = results.experiment().incremental.filter(arm="all", metric="conversions")
        assert found["lift"]["value"] == pytest.approx(extra["per_user"].item())
        maturity = results.maturity().row(0, named=True)
        assert found["ripe"] == pytest.approx(1 - maturity["open"] / maturity["entries"], abs=1e-6)
        assert found["windows"].startswith(f"{maturity['open']} windows open until ")
    assert [one["value"] for one in kept["months"]] == ["2026-04", "2026-03"]


def test_a_month_is_that_of_the_portfolio(
    campaigns: rw.Campaigns, portfolio: rw.Portfolio, kept: dict[str, Any]
) -> None:
    assert asked(campaigns, "choose", choice={"month": "2026-04"})["month"] == "2026-04"
    (row, _) = campaigns._campaigns["rows"]
    inside = portfolio.month("2026-04")
    assert row["numbers"]["entries"] == inside.overview().filter(metric="users")["value"][0]
    assert campaigns.view["spring"].unique_users() == inside["spring"].unique_users()
    campaigns.selection.month = None
    assert campaigns._campaigns == kept
    assert campaigns._choice["month"] is None


def test_what_cannot_be_chosen_is_left_as_it_was(campaigns: rw.Campaigns) -> None:
    chosen = {
        "month": "2026-13",
        "sort": "luck",
        "campaign": "nobody",
        "tab": 7,
        "search": "x" * 999,
    }
    state = asked(campaigns, "choose", choice=chosen)
    assert (state["month"], state["sort"], state["campaign"]) == (None, "value", None)
    assert (state["tab"], len(state["search"])) == ("overlap", 200)
    with pytest.raises(traitlets.TraitError, match="is not a month"):
        campaigns.selection.month = "March"
    with pytest.raises(QueryError, match="choice"):
        rw.Campaigns(campaigns.portfolio, order="value")
    with pytest.raises(TypeError, match="takes a Portfolio, found Results"):
        rw.Campaigns(campaigns.portfolio["spring"])  # type: ignore[arg-type]


def test_states_are_any_number_and_status_is_short_for_one(portfolio: rw.Portfolio) -> None:
    campaigns = rw.Campaigns(portfolio, states=["running", "paused", "running"])
    chosen = campaigns.selection
    assert campaigns._choice["states"] == ["running", "paused"]
    assert (chosen.states, chosen.status) == (["running", "paused"], None)
    assert asked(campaigns, "choose", choice={"states": ["finished"]})["states"] == ["finished"]
    assert chosen.status == "finished"
    assert asked(campaigns, "choose", choice={"states": 7})["states"] == ["finished"]
    assert asked(campaigns, "choose", choice={"states": [1]})["states"] == ["finished"]
    chosen.status = "paused"
    assert chosen.states == campaigns._choice["states"] == ["paused"]
    chosen.status = None
    assert chosen.states == []
    campaigns.close()
    campaigns = rw.Campaigns(portfolio, status="running")
    assert campaigns.selection.states == ["running"]
    campaigns.close()
    with pytest.raises(traitlets.TraitError, match="unknown state 'lost'; known: draft, running"):
        chosen.states = ["running", "lost"]
    with pytest.raises(QueryError, match="status is short for states of one; pass states alone"):
        rw.Campaigns(portfolio, status="running", states=["paused"])


def test_a_row_opens_its_dashboard_in_the_chosen_month(
    campaigns: rw.Campaigns, portfolio: rw.Portfolio
) -> None:
    campaigns.selection.month = "2026-03"
    id_ = asked(campaigns, "open", place=1)
    dashboard = campaigns.dashboard
    assert dashboard is not None
    assert dashboard.model_id == id_
    assert dashboard.results is portfolio[HOSTILE]
    assert dashboard.view.unique_users() == portfolio.month("2026-03")[HOSTILE].unique_users()
    assert campaigns.selection.campaign == campaigns._choice["campaign"] == HOSTILE
    assert campaigns.open_campaign(HOSTILE) is dashboard
    experiment = campaigns.open_campaign(HOSTILE, part="experiment")
    assert campaigns.experiment is experiment
    assert experiment.selection.start == date(2026, 3, 1)
    assert (campaigns.selection.part, campaigns.dashboard) == ("experiment", dashboard)
    with pytest.raises(QueryError, match="unknown part 'flow'"):
        campaigns.open_campaign(HOSTILE, part="flow")  # type: ignore[call-overload]
    campaigns.selection.month = None
    assert dashboard.selection.range == "whole"
    campaigns.selection.month = "2026-04"
    assert dashboard.selection.start == date(2026, 4, 1)
    other = campaigns.open_campaign("spring")
    assert other.selection.end == date(2026, 4, 30)
    campaigns.close()
    assert (dashboard.comm, other.comm, experiment.comm) == (None, None, None)


def test_settings_hold_for_all_campaigns_and_for_what_is_opened(
    campaigns: rw.Campaigns, portfolio: rw.Portfolio, kept: dict[str, Any]
) -> None:
    dashboard = campaigns.open_campaign("spring")
    asked(campaigns, "shared", part="overlap")
    chosen = {"time_zone": "Asia/Tokyo", "definitions": "leanplum", "clock": "entry"}
    state = asked(campaigns, "choose", choice={**chosen, "month": "2026-03", "locale": "de"})
    assert {name: state[name] for name in chosen} == chosen
    month = portfolio.in_time_zone("Asia/Tokyo").with_definitions("leanplum").with_clock("entry")
    (row, _) = campaigns._campaigns["rows"]
    rates = month.month("2026-03").overview().filter(metric="engagement_rate")
    assert row["numbers"]["metrics"]["engagement_rate"]["value"] == pytest.approx(
        rates["value"][0], abs=1e-6
    )
    assert row["numbers"]["rate_text"].count(",") == 1
    assert campaigns._shared == {}
    settings = campaigns._campaigns["settings"]
    assert (settings["zone_label"], settings["definitions"]) == ("Tokyo (JST)", "leanplum")
    assert dashboard.view.unique_users() == month.month("2026-03")["spring"].unique_users()
    assert dashboard.selection.locale == "de"
    back = {"time_zone": None, "definitions": "", "clock": None, "month": None, "locale": None}
    asked(campaigns, "choose", choice=back)
    assert campaigns._campaigns == kept
    assert dashboard.selection.range == "whole"


def test_settings_that_no_campaign_has_are_refused_and_those_that_differ_say_so(
    campaigns: rw.Campaigns, portfolio: rw.Portfolio
) -> None:
    wrong = {"time_zone": "Mars/Base", "definitions": "vendor", "clock": "wall", "locale": "tlh"}
    state = asked(campaigns, "choose", choice=wrong)
    assert [state[name] for name in wrong] == [None, "", None, None]
    with pytest.raises(traitlets.TraitError, match="unknown time zone 'Mars/Base'"):
        rw.Campaigns(portfolio, time_zone="Mars/Base")
    spring = portfolio["spring"]
    mixed = {
        "here": spring,
        "there": spring.in_time_zone("Asia/Tokyo").with_definitions("leanplum"),
    }
    found = rw.Campaigns(rw.Portfolio(mixed))._campaigns["settings"]
    assert found["zone_label"] == found["definitions"] == "Each campaign’s own"


def test_columns_are_known_ones_and_every_metric_can_be_one(
    campaigns: rw.Campaigns, portfolio: rw.Portfolio, kept: dict[str, Any]
) -> None:
    overview = portfolio["spring"].overview(formatted=True)
    texts = dict(overview.select("label", "text").iter_rows())
    numbers = kept["rows"][0]["numbers"]["metrics"]
    for one in some(kept["metrics"]):
        assert numbers[one["key"]]["text"] == texts[one["label"]]
    chosen = ["unique_users", "name", "rate", "unique_users"]
    state = asked(campaigns, "choose", choice={"columns": chosen, "sort": "unique_users"})
    assert (state["columns"], state["sort"]) == (["unique_users", "rate"], "unique_users")
    assert asked(campaigns, "choose", choice={"columns": ["luck"]})["columns"] == state["columns"]
    with pytest.raises(traitlets.TraitError, match="unknown column 'luck'"):
        rw.Campaigns(portfolio, columns=["luck"])


def test_small_multiples_are_each_campaigns_own_series_on_shared_days(
    campaigns: rw.Campaigns, portfolio: rw.Portfolio
) -> None:
    later = portfolio["spring"].between("2026-03-20", "2026-04-02")
    both = rw.Campaigns(rw.Portfolio({"later": later, HOSTILE: portfolio[HOSTILE]}))
    for metric in ("converted_rate", "conversions", "unique_users", "goal_value"):
        asked(both, "shared", part="trends", metric=metric)
        found = both._shared["trends"][metric]
        assert found["every"] == "1d"
        days = [date.fromisoformat(one) for one in found["starts"]]
        assert days == [days[0] + timedelta(days=at) for at in range(len(days))]
        for row in some(found["rows"]):
            series = both.portfolio[row["name"]].explore(metric, every="1d")
            own = {time.date(): value for time, value in series.select("time", "value").rows()}
            assert row["values"] == pytest.approx([own.get(day) for day in days], abs=1e-6)
    window = portfolio[HOSTILE].campaign.attribution_window
    newest = portfolio[HOSTILE].freshness()["newest_event"].item()
    opened = both._shared["trends"]["converted_rate"]["rows"][1]["open"]
    assert days[opened] <= (newest - window).date() < days[opened + 1]
    assert set(both._shared["trends"]) == {
        "converted_rate",
        "conversions",
        "unique_users",
        "goal_value",
    }
    assert "unknown metric 'sent'" in refusal(campaigns, "shared", part="trends", metric="sent")


@pytest.mark.parametrize("place", [2, -1, True, "spring", None])
def test_a_row_that_is_not_there_is_refused(campaigns: rw.Campaigns, place: object) -> None:
    for kind in ("open", "detail"):
        assert refusal(campaigns, kind, place=place).startswith("the request names the campaign")
    assert campaigns.dashboard is None


def test_shared_users_are_those_of_the_overlap(
    campaigns: rw.Campaigns, portfolio: rw.Portfolio
) -> None:
    assert asked(campaigns, "shared", part="overlap")
    shared = campaigns._shared["overlap"]
    pairs = portfolio.overlap()
    assert shared["both"][0][1] == pairs["users"][0]
    assert shared["any"] == portfolio.combinations()["users"].sum()
    for inside, outside, users in (
        ([0, 1], [], shared["both"][0][1]),
        ([0], [1], shared["users"][0] - shared["both"][0][1]),
        ([1], [], shared["users"][1]),
    ):
        head = asked(campaigns, "segment", of="campaigns", inside=inside, outside=outside)
        assert campaigns.segment is not None
        assert head["size"] == len(campaigns.segment) == users
    assert campaigns.segment is not None
    assert campaigns.segment.name == f"In {HOSTILE}"
    mails = [portfolio[name].users_in_campaign() for name in portfolio.names]
    only = asked(campaigns, "segment", of="campaigns", inside=[0], outside=[1])
    assert only["name"] == f"In spring, not in {HOSTILE}"
    segment: rw.Segment | None = campaigns.segment
    assert segment is not None
    assert set(segment.users["user_id"]) == set((mails[0] - mails[1]).users["user_id"])
    assert "no campaign" in refusal(campaigns, "segment", inside=[], outside=[0])
    assert "the campaigns [5]" in refusal(campaigns, "segment", inside=[5], outside=[])


def test_parts_are_what_the_portfolio_says_of_the_month(
    campaigns: rw.Campaigns, portfolio: rw.Portfolio
) -> None:
    for rule in ("last", "first", "shared"):
        asked(campaigns, "shared", part="credit", rule=rule)
        credit = portfolio.credit(rule)
        found = campaigns._shared["credit"][rule]
        assert [row["claimed"] for row in found["rows"]] == credit["claimed"].to_list()
        assert [row["credited"] for row in found["rows"]] == pytest.approx(credit["credited"])
        assert found["happened"] == round(credit["credited"].sum())
    asked(campaigns, "shared", part="pressure")
    weeks = portfolio.pressure().select("messages", "users", "opened").rows()
    kept = campaigns._shared["pressure"]["week"]
    assert [(row["messages"], row["users"], row["opened"]) for row in kept] == weeks
    asked(campaigns, "shared", part="heatmap")
    hours = portfolio.heatmap("conversions").filter(pl.col("campaign") == "spring")
    cells = campaigns._shared["heatmap"]["rows"][0]["values"]
    assert cells[2][15] == hours.filter(weekday=3, hour=15)["value"].item()
    assert [len(day) for day in cells] == [24] * 7
    campaigns.selection.month = "2026-03"
    assert campaigns._shared == {}
    assert "rule" in refusal(campaigns, "shared", part="credit", rule="most")
    assert "part" in refusal(campaigns, "shared", part="everything")


def test_an_unfolded_row_says_the_verdict_and_each_step(
    campaigns: rw.Campaigns, portfolio: rw.Portfolio
) -> None:
    detail = asked(campaigns, "detail", place=0)
    results = portfolio["spring"]
    assert detail["title"] == results.experiment().verdict().title
    assert [one["name"] for one in detail["steps"]] == [
        one.label for one in results.campaign.actions[:6]
    ]
    rate = results.actions().filter(metric="conversion_rate_attributed")["value"][0]
    assert detail["steps"][0]["text"] == f"{100 * rate:.1f}\u202f%"


def test_without_javascript_the_same_numbers_stand_as_text(
    campaigns: rw.Campaigns, kept: dict[str, Any]
) -> None:
    data, _ = campaigns._repr_mimebundle_() or ({}, {})
    assert "<img" not in data["text/html"]
    assert "&lt;img" in data["text/html"]
    for row in some(kept["rows"]):
        assert row["numbers"]["rate_text"] in data["text/html"]
        assert row["numbers"]["windows"] in data["text/plain"]


def test_no_user_is_in_what_is_saved(campaigns: rw.Campaigns, portfolio: rw.Portfolio) -> None:
    for part in ("overlap", "credit", "pressure", "heatmap"):
        asked(campaigns, "shared", part=part)
    asked(campaigns, "segment", of="campaigns", inside=[0], outside=[])
    own = {
        name: value
        for name, value in campaigns.get_state().items()
        if name[:4] not in ("_esm", "_css")
    }
    text = json.dumps(own, default=str)
    assert users_in(text, portfolio["spring"].users_in_campaign().users["user_id"]) == set()


def test_a_server_without_users_answers_with_numbers_only(
    portfolio: rw.Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HIDE_USERS, "1")
    widget = rw.Campaigns(portfolio)
    assert widget._options["closed"]["users"] == "This report shows numbers and no users"
    said = refusal(widget, "segment", of="campaigns", inside=[0], outside=[])
    assert said == "this report shows numbers and no users"
    assert asked(widget, "shared", part="overlap")


def test_a_campaign_that_cannot_be_read_says_why(
    portfolio: rw.Portfolio, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("broken") / "events.parquet"
    events = portfolio["spring"]._session.source.events
    assert isinstance(events, pl.DataFrame)
    events.write_parquet(path)
    broken = rw.Results(portfolio["spring"].campaign, str(path), time_zone="UTC")
    path.unlink()
    widget = rw.Campaigns(rw.Portfolio({"whole": portfolio["spring"], "broken": broken}))
    whole, row = widget._campaigns["rows"]
    assert whole["numbers"]["entries"] > 0
    assert row["numbers"] is None
    assert "events.parquet" in row["trouble"]

"""Callbacks of people: whoever registered first, they find the new segment, view and chart, never half a change."""

import copy
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest
import traitlets
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from tests.support.comm import browser_asks, browser_selects, browser_sets, small
from tests.support.profiles import examples

pytestmark = pytest.mark.usefixtures("lines")

Seen = list[dict[str, Any]]


RESULTS = small()


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return RESULTS


class Desk:
    """Two linked widgets and a person's callbacks, put together in a given order."""

    def __init__(self, results: rw.Results, order: Sequence[str]) -> None:
        self.results = results
        self.selection = rw.Selection()
        self.seen: Seen = []
        self.dashboard: rw.Dashboard | None = None
        self.flow: rw.Flow | None = None
        for step in order:
            getattr(self, step)()
        self.seen.clear()

    def make_dashboard(self) -> None:
        self.dashboard = rw.Dashboard(self.results, selection=self.selection)

    def make_flow(self) -> None:
        self.flow = rw.Flow(self.results, selection=self.selection)

    def observe_everything(self) -> None:
        self.selection.observe(self.look)

    def observe_action(self) -> None:
        self.selection.observe(self.look_again, "action")

    def observe_segments(self) -> None:
        for widget in (self.dashboard, self.flow):
            if widget is not None:
                widget.observe(self.look, "segment")

    def look(self, _: object) -> None:
        self.seen.append(self.now())

    def look_again(self, change: object) -> None:
        self.look(change)

    def now(self) -> dict[str, Any]:
        """What somebody who looks now finds: the values, the users, what each widget shows."""
        found: dict[str, Any] = {"selection": self.selection.to_state(self.results)}
        for name, widget in (("dashboard", self.dashboard), ("flow", self.flow)):
            if widget is None:
                continue
            found[f"{name} users"] = widget.segment and widget.segment.rule
            found[f"{name} range"] = widget.view.overview()["value"].to_list()
            found[f"{name} shows"] = (widget._selection, widget._metrics, widget._status["code"])
        if self.dashboard is not None:
            found["chart shown"] = (self.dashboard._chart["key"], self.dashboard._series)
        return found


STEPS = ("make_dashboard", "make_flow", "observe_everything", "observe_action", "observe_segments")


def assign(desk: Desk, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(desk.selection, name, value)


def hold(desk: Desk, changes: Mapping[str, Any]) -> None:
    with desk.selection.hold_trait_notifications():
        assign(desk, changes)


def click(desk: Desk, changes: Mapping[str, Any]) -> None:
    assert desk.dashboard is not None
    texts = {name: str(value) if "-" in str(value) else value for name, value in changes.items()}
    browser_selects(desk.dashboard, **texts)


def ask(desk: Desk, changes: Mapping[str, Any]) -> None:
    """A request overtakes the selection that it was made under, and brings it."""
    assert desk.flow is not None
    browser_asks(
        desk.flow,
        {"id": "1", "kind": "days", "selection": {**desk.flow._selection, **changes}},
    )


ONE_CHANGE: dict[str, Callable[[Desk, Mapping[str, Any]], None]] = {
    "hold": hold,
    "click": click,
    "ask": ask,
}
CHANGES = {"action": "nudge", "metric": "users_received", "developers": False, "range": "7d"}


def turned_first(names: Iterable[str]) -> list[Any]:
    """Every order of the names; by day those in which each stands at each place, before and after each other."""
    known = [*names]
    turns = [(*known[at:], *known[:at]) for at in range(len(known))]
    by_day = [*turns, *(turn[::-1] for turn in turns)]
    others = [one for one in itertools.permutations(known) if one not in by_day]
    return [
        pytest.param(one, id="-".join(one), marks=() if one in by_day else pytest.mark.nightly)
        for one in (*by_day, *others)
    ]


@pytest.mark.parametrize("order", turned_first(STEPS))
def test_every_order_of_registering_finds_one_selected_card(
    results: rw.Results, order: tuple[str, ...]
) -> None:
    desk = Desk(results, order)
    desk.selection.action = "nudge"
    after = desk.now()
    assert desk.seen
    assert desk.seen == [after] * len(desk.seen)
    assert desk.dashboard is not None
    assert desk.dashboard.segment is not None
    assert desk.dashboard.segment.users["user_id"].to_list() == ["bob"]


@pytest.mark.parametrize("way", ONE_CHANGE)
@pytest.mark.parametrize("names", turned_first(CHANGES))
def test_change_of_several_traits_is_seen_whole(
    results: rw.Results, way: str, names: tuple[str, ...]
) -> None:
    desk = Desk(results, ("observe_everything", "observe_action", "make_dashboard", "make_flow"))
    ONE_CHANGE[way](desk, {name: CHANGES[name] for name in names})
    after = desk.now()
    # One call per trait, and one more for the action.
    assert desk.seen == [after] * (len(CHANGES) + 1)
    assert {name: after["selection"][name] for name in CHANGES} == CHANGES


WALK = st.lists(
    st.tuples(
        st.sampled_from(["assign", *ONE_CHANGE]),
        st.fixed_dictionaries(
            {},
            optional={
                "action": st.sampled_from(["mail", "nudge", None]),
                "metric": st.sampled_from(["users", "conversions", "users_received"]),
                "range": st.sampled_from(["whole", "7d", "today"]),
                "developers": st.booleans(),
                "every": st.sampled_from(["1d", "1w"]),
            },
        ),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=examples(10))
@given(order=st.permutations(STEPS), walk=WALK)
def test_users_and_numbers_are_those_of_the_moment_in_any_order(
    order: list[str], walk: list[tuple[str, dict[str, Any]]]
) -> None:
    results = RESULTS
    desk = Desk(results, order)
    for way, changes in walk:
        desk.seen.clear()
        if way == "assign":
            for name, value in changes.items():
                desk.seen.clear()
                assign(desk, {name: value})
                assert desk.seen == [desk.now()] * len(desk.seen)
        else:
            ONE_CHANGE[way](desk, changes)
            assert desk.seen == [desk.now()] * len(desk.seen)
    fresh = rw.Dashboard(results, **chosen(desk.selection))
    assert desk.dashboard is not None
    if desk.dashboard._status["error"] is not None:
        # A metric that its action does not have was chosen: the last numbers stay, and it says so.
        assert fresh._status["error"] == desk.dashboard._status["error"]
        return
    assert fresh._metrics == desk.dashboard._metrics
    assert fresh._status["code"] == desk.dashboard._status["code"]


def chosen(selection: rw.Selection) -> dict[str, Any]:
    return {name: getattr(selection, name) for name in selection.class_trait_names()}


def test_chart_is_of_what_was_selected(results: rw.Results) -> None:
    selection = rw.Selection()
    seen: list[tuple[dict[str, Any], str]] = []
    selection.observe(
        lambda _: seen.append((dashboard.chart.to_dict(), dashboard._chart["title"])), "action"
    )
    dashboard = rw.Dashboard(results, selection=selection)
    selection.action = "nudge"
    assert seen == [(dashboard.chart.to_dict(), "Users received, nudge, per day")]


def test_day_typed_is_one_change(results: rw.Results) -> None:
    desk = Desk(results, ("observe_everything", "make_dashboard"))
    desk.selection.start = "2026-03-02"
    assert {seen["selection"]["range"] for seen in desk.seen} == {"custom"}
    assert {seen["selection"]["start"] for seen in desk.seen} == {"2026-03-02"}


def test_other_results_are_seen_whole(results: rw.Results) -> None:
    desk = Desk(results, ("observe_everything", "make_dashboard"))
    desk.selection.action = "nudge"
    desk.seen.clear()
    other = rw.Results(*rw.datasets.generate(100, seed=1), time_zone="UTC")
    assert desk.dashboard is not None
    desk.results = other
    desk.dashboard.results = other
    assert chosen(desk.selection)["action"] is None
    assert desk.seen
    assert desk.seen == [desk.now()] * len(desk.seen)


# ------------------------------------------------------------------------------ callbacks that change


def test_callback_that_selects_is_heard_in_order_by_the_others(results: rw.Results) -> None:
    dashboard = rw.Dashboard(results)
    heard: dict[str, list[tuple[Any, Any]]] = {"first": [], "last": []}

    def hear(who: str) -> Callable[[Any], None]:
        def heard_by(change: Any) -> None:
            # What the change says is what stands there, and the users are of that card.
            assert change["new"] == dashboard.selection.action
            assert dashboard.segment is not None
            assert dashboard.segment.rule == results.users_in_action(change["new"]).rule
            heard[who].append((change["old"], change["new"]))

        return heard_by

    def redirect(change: Any) -> None:
        if change["new"] == "mail":
            dashboard.selection.action = "nudge"
            assert dashboard.segment is not None
            assert dashboard.segment.rule == results.users_in_action("nudge").rule

    dashboard.selection.observe(hear("first"), "action")
    dashboard.selection.observe(redirect, "action")
    dashboard.selection.observe(hear("last"), "action")
    dashboard.selection.action = "mail"
    assert heard == {"first": [(None, "mail"), ("mail", "nudge")], "last": [(None, "nudge")]}


def test_callbacks_that_never_agree_end(results: rw.Results) -> None:
    dashboard = rw.Dashboard(results)
    there_and_back = {"1d": "1w", "1w": "1d"}

    def contradict(change: Any) -> None:
        dashboard.selection.every = there_and_back[change["new"]]

    dashboard.selection.observe(contradict, "every")
    with pytest.raises(RecursionError, match="keep changing each other's selection"):
        dashboard.selection.every = "1w"
    dashboard.selection.unobserve(contradict, "every")
    dashboard.selection.metric = "conversions"
    assert dashboard._selection["metric"] == "conversions"


# ------------------------------------------------------------------------------- callbacks that raise


class UnluckyError(Exception):
    """What a person's callback raises."""


def raises(_: object) -> None:
    raise UnluckyError("no such list")


@pytest.mark.parametrize("place", ["selection", "segment"])
def test_callback_that_raises_is_told_and_freezes_nothing(
    results: rw.Results, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    dashboard = rw.Dashboard(results)
    told: list[object] = []
    observed: traitlets.HasTraits = dashboard.selection if place == "selection" else dashboard
    name = "action" if place == "selection" else "segment"
    observed.observe(raises, name)
    observed.observe(told.append, name)
    for action in ("mail", "nudge", "mail"):
        with pytest.raises(UnluckyError):
            dashboard.selection.action = action
        assert dashboard.segment is not None
        assert dashboard.segment.rule == results.users_in_action(action).rule
        assert dashboard._selection["action"] == action
        assert dashboard._status["state"] == "ready"
    # The others are called all the same.
    assert len(told) == 3
    for action in ("nudge", "mail"):
        caplog.clear()
        browser_selects(dashboard, action=action)
        assert "no such list" in caplog.text
        assert dashboard._selection["action"] == action
        assert dashboard.segment is not None
        assert dashboard.segment.rule == results.users_in_action(action).rule


def test_request_is_answered_though_a_callback_raises(
    results: rw.Results, caplog: pytest.LogCaptureFixture
) -> None:
    dashboard = rw.Dashboard(results)
    dashboard.observe(raises, "segment")
    for _ in range(2):
        (reply,) = browser_asks(dashboard, {"id": "1", "kind": "segment", "of": "campaign"})
        assert reply["ok"]
        (reach,) = browser_asks(
            dashboard, {"id": "2", "kind": "reach", "token": reply["segment"]["token"]}
        )
        assert reach["ok"]
    assert "no such list" in caplog.text


def test_several_that_raise_are_told_together(results: rw.Results) -> None:
    selection = rw.Selection()
    widget = rw.Overview(results, selection=selection)
    selection.observe(raises)
    selection.observe(partial(raises), "range")
    with pytest.raises(ExceptionGroup) as told:
        selection.range = "7d"
    assert [type(error) for error in told.value.exceptions] == [UnluckyError, UnluckyError]
    assert widget._selection["range"] == "7d"


def test_answer_is_on_its_way_before_a_slow_callback(results: rw.Results) -> None:
    dashboard = rw.Dashboard(results)
    line: Any = dashboard.comm
    sent_before: list[int] = []
    dashboard.observe(
        lambda _: sent_before.append(sum(m["data"].get("method") == "custom" for m in line.sent)),
        "segment",
    )
    browser_asks(dashboard, {"id": "1", "kind": "segment", "of": "campaign"})
    assert sent_before == [1]


# -------------------------------------------------------------------------------- as traitlets has it


def test_observers_come_and_go_as_traitlets_has_it() -> None:
    selection, heard = rw.Selection(), []

    class Ears:
        def hear(self, change: Any) -> None:
            heard.append((change["name"], change["old"], change["new"]))

    ears = Ears()
    selection.observe(ears.hear, ["metric", "every"])
    selection.observe(ears.hear, ["metric"])  # registered once
    selection.metric = "conversions"
    selection.unobserve(ears.hear, "metric")
    selection.metric = "users"
    selection.every = "1w"
    assert heard == [("metric", "users", "conversions"), ("every", "auto", "1w")]
    selection.unobserve_all()
    selection.every = "1d"
    assert len(heard) == 2


def test_copy_of_a_selection_is_of_its_values(results: rw.Results) -> None:
    selection = rw.Selection(metric="conversions")
    widget = rw.Overview(results, selection=selection)
    copied = copy.deepcopy(selection)
    copied.metric = "users"
    assert (widget._selection["metric"], selection.metric) == ("conversions", "conversions")


def test_links_of_traitlets_work(results: rw.Results) -> None:
    one, other = rw.Selection(), rw.Selection()
    link = traitlets.link((one, "metric"), (other, "metric"))
    widget = rw.Overview(results, selection=other)
    one.metric = "conversions"
    assert widget._selection["metric"] == "conversions"
    other.metric = "users"
    assert one.metric == "users"
    link.unlink()
    one.metric = "conversions"
    assert other.metric == "users"


def test_methods_that_observe_hear_too(results: rw.Results) -> None:
    class Heard(rw.Selection):
        rules: tuple[str, ...] = ()

        @traitlets.observe("action")
        def _heard(self, _: object) -> None:
            assert dashboard.segment is not None
            self.rules += (dashboard.segment.rule,)

    selection = Heard()
    dashboard = rw.Dashboard(results, selection=selection)
    selection.action = "mail"
    assert selection.rules == (results.users_in_action("mail").rule,)


def test_browser_that_sends_several_traits_is_one_change() -> None:
    following = rw.Results(*rw.datasets.generate(100, seed=1))
    widget = rw.Dashboard(following)
    seen: list[tuple[str, str]] = []
    widget.selection.observe(
        lambda _: seen.append((widget.view.time_zone, widget._status["zone"])), "range"
    )
    for zone, name in (("Asia/Tokyo", "7d"), ("Asia/Kolkata", "30d")):
        browser_sets(widget, _selection={**widget._selection, "range": name}, _viewer_zone=zone)
        assert seen.pop() == (zone, zone)

"""What is looked at: each widget in each of its states."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import polars as pl
from playwright.sync_api import Page

import results_widgets as rw
from results_widgets.widgets.segment_widget import SegmentWidget
from tests.support import arms
from tests.support.browser.pages import results

Widget = Callable[[], SegmentWidget]
Steps = Callable[[Page], None]
LIGHT, DARK = "light", "dark"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
_NUMBERS = ("_metrics", "_flow", "_trends", "_chart", "_series", "_parts", "_experiment", "_notes")


@dataclass(frozen=True)
class Look:
    """A widget, what is done to it, and how its page is seen.

    `sizes` are widths and themes, `media` options of the page's emulated media; with `hover` the
    pointer stays where the steps left it, and with `fresh` each size is drawn anew: else one page shows them all.
    `part` is what the picture is of; a widget that is `waiting` gets no answer, and the kernel of one that is
    `lost` has ended.
    """

    widget: Widget
    sizes: tuple[tuple[int, str], ...]
    steps: Steps = lambda _: None
    media: Mapping[str, str] = field(default_factory=dict)
    hover: bool = False
    fresh: bool = False
    part: str = ".rw"
    waiting: bool = False
    lost: bool = False


@cache
def shown() -> rw.Results:
    """The results of most pictures, computed once."""
    return results()


@cache
def forest(cards: int) -> rw.Results:
    """A campaign of so many actions and some people who went through it."""
    dice = random.Random(cards)
    kinds = ("email", "push", "in_app", "sms")
    actions = [
        {
            "id": f"n{number}",
            "name": f"Step {number} of many",
            "channel": kinds[number % len(kinds)],
            "parent": f"n{dice.randrange(max(0, number - 9), number)}" if number else None,
        }
        for number in range(cards)
    ]
    received = {"in_app": "viewed"}
    rows = []
    for user in range(60):
        reached: set[str | None] = {None}
        for number, action in enumerate(actions):
            if action["parent"] in reached and dice.random() < 0.72:
                reached.add(str(action["id"]))
                event = received.get(str(action["channel"]), "sent")
                rows.append((f"u{user}", action["id"], event, START + timedelta(hours=number)))
        if dice.random() < len(reached) / cards:
            rows.append((f"u{user}", None, "Purchase", START + timedelta(hours=cards)))
    columns = ["user_id", "action_id", "event", "timestamp"]
    events = pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        campaign_id=pl.when(pl.col("action_id").is_not_null()).then(pl.lit("big"))
    )
    campaign = {
        "id": "big",
        "name": f"{cards} steps",
        "status": "running",
        "started_at": START.isoformat(),
        "goal": {"events": ["Purchase"]},
        "attribution_window": "7d",
        "actions": actions,
    }
    return rw.Results(campaign, events, time_zone="UTC")


@cache
def early() -> rw.Results:
    """A campaign of two variants and a holdback whose windows are mostly open."""
    late = [arms.event(f"late{n}", "sent", 2 + n / 40, "AB"[n % 2]) for n in range(160)]
    rows = (arms.users("A", 90, 9), arms.users("B", 90, 18), arms.users(arms.HELD_BACK, 20, 1))
    return arms.results(*rows, late, [arms.event("A0", "opened", 7.5)])


@cache
def wrong() -> rw.Results:
    """A campaign whose variants are not in the declared shares."""
    rows = (arms.users("A", 540, 54), arms.users("B", 360, 54), arms.users(arms.HELD_BACK, 100, 5))
    return arms.results(*rows, arms.closing())


@cache
def nobody() -> rw.Results:
    """A campaign before its first action."""
    campaign = {
        "id": "soon",
        "name": "Summer, soon",
        "status": "draft",
        "started_at": "2040-06-01T09:00:00+02:00",
        "goal": {"events": ["Purchase"]},
        "actions": [
            {"id": "a", "name": "Save the date", "channel": "email"},
            {"id": "b", "name": "It is on", "channel": "push", "parent": "a"},
        ],
    }
    events = pl.DataFrame(
        {"user_id": ["u"], "event": ["Login"], "timestamp": [START], "action_id": [None]},
        schema_overrides={"action_id": pl.String},
    ).with_columns(campaign_id=pl.lit(None, pl.String))
    return rw.Results(campaign, events, time_zone="Europe/Berlin")


@cache
def portfolio() -> rw.Portfolio:
    """Campaigns of several sizes, states and channels: one holds nobody back, another has harmed."""
    made = {}
    for seed, (name, users, status) in enumerate(_CAMPAIGNS, 1):
        campaign, events, people = rw.datasets.generate(users, seed=seed)
        if name in _WITHOUT_HOLDOUT:
            events = events.filter(pl.col("event") != "held_back")
        told = {**campaign.to_dict(), "name": name, "status": status}
        made[name] = rw.Results(told, events, people, time_zone="Europe/Berlin")
    return rw.Portfolio(made)


_CAMPAIGNS = (
    ("Win-back, spring 2026", 4000, "running"),
    ("Onboarding, week one", 2400, "running"),
    ("Basket left, 3 steps", 1200, "running"),
    ("Spring sale", 700, "finished"),
    ("Trial ends", 300, "paused"),
    ("Price alert", 500, "running"),
)
_WITHOUT_HOLDOUT = ("Spring sale", "Price alert")


def _unfolded(page: Page) -> None:
    page.get_by_role("button", name="Unfold Win-back, spring 2026").click()
    page.locator(".rw-steps li").first.wait_for()
    page.get_by_test_id("twice").wait_for()
    page.get_by_test_id("overlap-matrix").wait_for()


@cache
def planned() -> rw.Results:
    """A campaign that nobody has entered, because its first action is to come."""
    campaign = {
        "id": "summer",
        "name": "Summer, soon",
        "status": "running",
        "started_at": "2040-06-01T07:00:00+02:00",
        "goal": {"events": ["Purchase"]},
        "attribution_window": "7d",
        "actions": [
            {"id": "a", "name": "Save the date", "channel": "email", "delay": "2h"},
            {"id": "b", "name": "It is on", "channel": "push", "parent": "a", "delay": "3d"},
        ],
    }
    events = pl.DataFrame(
        {"user_id": ["u"], "event": ["Purchase"], "timestamp": [START], "action_id": [None]},
        schema_overrides={"action_id": pl.String},
    ).with_columns(campaign_id=pl.lit(None, pl.String))
    return rw.Results(campaign, events, time_zone="Europe/Berlin")


@cache
def few() -> rw.Results:
    """A campaign that seven users have entered."""
    rows: list[tuple[str, str | None, str, datetime]] = [
        (f"u{user}", "hello", event, START + timedelta(days=user % 3, hours=hours))
        for user in range(7)
        for event, hours in (("sent", 0), ("opened", 2))[: 1 + user % 2]
    ]
    rows.append(("u3", None, "Purchase", START + timedelta(days=1)))
    columns = ["user_id", "action_id", "event", "timestamp"]
    events = pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        campaign_id=pl.when(pl.col("action_id").is_not_null()).then(pl.lit("few"))
    )
    campaign = {
        "id": "few",
        "name": "A handful",
        "status": "running",
        "started_at": START.isoformat(),
        "goal": {"events": ["Purchase"]},
        "attribution_window": "7d",
        "actions": [{"id": "hello", "name": "Hello", "channel": "email"}],
    }
    return rw.Results(campaign, events, time_zone="UTC")


def loading() -> rw.Dashboard:
    """A dashboard as it is displayed before its first numbers are there."""
    widget = rw.Dashboard(shown())
    state = {name: widget.traits()[name].default() for name in _NUMBERS}
    widget._set_state({**state, **widget._placeholder()})
    return widget


def _highlighted() -> rw.Flow:
    flow = rw.Flow(shown(), metric="users")
    flow.highlight(shown().users("conversions"), "Converters")
    return flow


def _audience(parts: int) -> Widget:
    def widget() -> rw.Audience:
        seen = shown()
        known = [
            seen.users_in_action("we-miss-you", "opened"),
            seen.users_in_action("reminder"),
            seen.users("unique_converters"),
            seen.users_in_action("offer-10"),
        ]
        return rw.Audience(*known[:parts])

    return widget


def _profiled(page: Page) -> None:
    page.get_by_text("Profile, compared with the rest").wait_for()
    page.locator(".rw-profile tbody tr").first.wait_for()


def _press(*names: str) -> Steps:
    def steps(page: Page) -> None:
        for name in names:
            page.get_by_role("button", name=name, exact=True).first.click()

    return steps


def _experiment(page: Page) -> None:
    """Open the experiment, and go back to the top, where nothing sticks over what the picture is of."""
    _press("Experiment")(page)
    page.get_by_role("heading", name="Experiment", exact=True).wait_for()
    page.evaluate("() => new Promise(requestAnimationFrame).then(() => scrollTo(0, 0))")


def _tab(name: str) -> Steps:
    """Bring a part forward, where it is a tab."""

    def steps(page: Page) -> None:
        tab = page.get_by_role("tab", name=name)
        if tab.count():
            tab.click()

    return steps


def _pick(page: Page) -> None:
    for action in ("reminder", "offer-10"):
        page.locator(f'[data-action="{action}"]').click(modifiers=["Shift"])
    page.locator('[data-edge="last-chance"]').hover()


def _unfold(page: Page) -> None:
    for fold in page.locator("summary").all():
        fold.click()


def _point(page: Page) -> None:
    _tab("Explore")(page)
    box = page.locator(".rw-chart-box")
    box.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")


def _days(page: Page) -> None:
    page.get_by_test_id("days").first.click()
    page.locator(".rw-day-data").first.wait_for()


def _choose_range(page: Page) -> None:
    # The notice that an answer is late would come into some pictures.
    page.evaluate(
        """() => {
            const wait = setTimeout;
            globalThis.setTimeout = (call, ms, ...more) => ms < 5000 ? wait(call, ms, ...more) : 0;
        }"""
    )
    page.get_by_test_id("range").first.select_option("7d")


def _search(page: Page) -> None:
    page.get_by_test_id("explore-title").click()
    page.get_by_label("Search metrics").fill("email unique")


def _detail(action: str) -> Widget:
    return lambda: rw.ActionDetail(shown(), action)


BOTH = ((900, LIGHT), (900, DARK))
LOOKS: Mapping[str, Look] = {
    "dashboard": Look(
        lambda: rw.Dashboard(shown(), metric="users"),
        ((1440, LIGHT), (1440, DARK), (1008, LIGHT), (700, DARK), (390, LIGHT), (390, DARK)),
    ),
    "dashboard-estimates": Look(
        lambda: rw.Dashboard(
            shown().with_uniques("approximate"), range="14d", compare=True, metric="engagement_rate"
        ),
        ((1440, LIGHT),),
        _point,
    ),
    "dashboard-of-rollup": Look(
        lambda: rw.Dashboard(shown().rollup("1h", "1w").results(), metric="engaged"),
        ((1440, DARK), (480, LIGHT)),
    ),
    "dashboard-action": Look(
        lambda: rw.Dashboard(shown(), action="we-miss-you", metric="users_received"),
        ((1008, DARK), (700, LIGHT), (390, DARK)),
    ),
    "dashboard-contrast": Look(
        lambda: rw.Dashboard(shown(), metric="conversions"),
        ((1440, LIGHT), (1440, DARK)),
        media={"forced_colors": "active"},
    ),
    "dashboard-print": Look(
        lambda: rw.Dashboard(shown(), metric="users"), ((900, LIGHT),), media={"media": "print"}
    ),
    "dashboard-empty": Look(
        lambda: rw.Dashboard(nobody(), metric="users"), ((1100, LIGHT), (480, DARK))
    ),
    "dashboard-error": Look(
        lambda: rw.Dashboard(shown(), start="2026-03-20", end="2026-03-05", metric="users"),
        ((900, LIGHT),),
    ),
    "dashboard-planned": Look(lambda: rw.Dashboard(planned(), metric="users"), ((700, LIGHT),)),
    "dashboard-few": Look(
        lambda: rw.Dashboard(few(), metric="converted_rate"),
        ((1008, LIGHT),),
        part=".rw-halves",
    ),
    "dashboard-stale": Look(
        lambda: rw.Dashboard(shown(), metric="users"),
        ((700, LIGHT),),
        _choose_range,
        waiting=True,
    ),
    "dashboard-loading": Look(loading, ((1008, LIGHT), (390, DARK)), waiting=True),
    "explore-no-kernel": Look(
        lambda: rw.Explore(shown(), metric="users"), ((700, DARK),), lost=True
    ),
    "dashboard-experiment": Look(
        lambda: rw.Dashboard(shown(), metric="users"), ((700, LIGHT),), _experiment
    ),
    "experiment": Look(
        lambda: rw.Experiment(shown()),
        ((1440, LIGHT), (1008, DARK), (390, DARK)),
    ),
    "experiment-early": Look(lambda: rw.Experiment(early()), ((1008, LIGHT),)),
    "experiment-wrong": Look(lambda: rw.Experiment(wrong()), ((700, DARK),)),
    "experiment-unmeasured": Look(lambda: rw.Experiment(forest(3)), ((1008, LIGHT),)),
    "experiment-contrast": Look(
        lambda: rw.Experiment(shown()), ((1008, LIGHT),), media={"forced_colors": "active"}
    ),
    "experiment-print": Look(
        lambda: rw.Experiment(shown()), ((900, LIGHT),), media={"media": "print"}
    ),
    "audience": Look(_audience(1), BOTH, _profiled),
    "audience-of-two": Look(_audience(2), ((900, LIGHT), (480, DARK)), _profiled),
    "audience-of-four": Look(_audience(4), ((1440, DARK),), _profiled),
    "campaigns": Look(
        lambda: rw.Campaigns(portfolio(), states=["running", "finished", "paused"], least=100),
        ((1440, LIGHT), (390, DARK)),
        _unfolded,
    ),
    "overview": Look(
        lambda: rw.Overview(shown(), range="14d", metric="users"), ((700, LIGHT), (480, DARK))
    ),
    "channels": Look(lambda: rw.Channels(shown(), metric="users"), BOTH, _unfold),
    "channels-table": Look(
        lambda: rw.Channels(shown(), metric="users"),
        ((900, LIGHT), (480, DARK)),
        lambda page: page.get_by_role("switch", name="As a table").click(),
    ),
    "flow": Look(lambda: rw.Flow(shown(), action="reminder"), BOTH),
    "flow-picked": Look(_highlighted, BOTH, _pick, hover=True),
    "flow-overlaid": Look(lambda: rw.Flow(shown(), metric="users"), BOTH, _press("Overlaid")),
    "flow-beside": Look(
        lambda: rw.Flow(shown(), metric="users"), ((1440, LIGHT),), _press("Side by side")
    ),
    "flow-of-three": Look(lambda: rw.Flow(forest(3), metric="users"), ((700, LIGHT),)),
    "flow-of-sixty": Look(
        lambda: rw.Flow(forest(60), metric="users"),
        ((1440, LIGHT), (900, DARK)),
        _press("Show the whole flow"),
        fresh=True,  # it keeps the scale that fitted the first width
    ),
    "explore": Look(
        lambda: rw.Explore(
            shown(),
            metric="unique_opened",
            channel="email",
            by="platform",
            range="14d",
            compare=True,
        ),
        BOTH,
        _point,
    ),
    "explore-days": Look(
        lambda: rw.Explore(shown(), start="2026-03-09", end="2026-03-24", metric="users"),
        ((900, LIGHT), (480, DARK)),
        _days,
        fresh=True,  # what is open keeps its place
    ),
    "explore-search": Look(lambda: rw.Explore(shown(), metric="users"), ((700, LIGHT),), _search),
    "explore-table": Look(
        lambda: rw.Explore(shown(), metric="conversions", every="1w", cumulative=True),
        ((700, DARK),),
        _press("Show table"),
    ),
    "explore-rate": Look(
        lambda: rw.Explore(shown(), metric="converted_rate"),
        ((1008, LIGHT), (390, DARK)),
        _press("Show table"),
    ),
    "explore-rates": Look(
        lambda: rw.Explore(shown(), metric="unique_open_rate", channel="email", by="platform"),
        ((1440, DARK), (700, LIGHT)),
    ),
    "explore-groups": Look(
        lambda: rw.Explore(shown(), metric="conversions", by="country"), ((700, LIGHT),)
    ),
    "action-push": Look(_detail("reminder"), BOTH, _tab("Message")),
    "action-in-app": Look(_detail("welcome-10"), ((700, LIGHT),), _tab("Message")),
    "action-webhook": Look(_detail("crm-note"), ((700, DARK),), _tab("Message")),
}

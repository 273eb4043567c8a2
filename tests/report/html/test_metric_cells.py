"""The cells of a page's metrics, by rows made by hand: what is a count, what adds up to what, what goes with what."""

from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.glossary import Count, Events, Metric
from results_widgets.report.html.metric_cells import MetricCells
from results_widgets.report.html.small_cells import Cell, Sum
from tests.support.examples import case

NUMBERS = ("value", "numerator", "denominator", "low", "high", "previous")
SCHEMA: dict[str, Any] = dict.fromkeys(("scope", "action_id", "channel", "metric"), pl.String)
ACTIONS = [
    {"id": "one", "channel": "email"},
    {"id": "two", "channel": "email", "parent": "one"},
    {"id": "hello", "channel": "push"},
]


def campaign(metric: str, *numbers: float | None) -> tuple[Any, ...]:
    return "campaign", None, None, metric, *numbers


def channel(owner: str, metric: str, *numbers: float | None) -> tuple[Any, ...]:
    return "channel", None, owner, metric, *numbers


def action(owner: str, metric: str, *numbers: float | None) -> tuple[Any, ...]:
    kind = next(one["channel"] for one in ACTIONS if one["id"] == owner)
    return "action", owner, kind, metric, *numbers


def cells_of(
    *rows: tuple[Any, ...],
    more: tuple[Metric, ...] = (),
    actions: list[dict[str, str]] = ACTIONS,
) -> MetricCells:
    """Rows of which the numbers at the end may be left out, and metrics beside the declared ones."""
    schema = SCHEMA | dict.fromkeys(NUMBERS, pl.Float64)
    whole = [(*row, *[None] * (len(schema) - len(row))) for row in rows]
    asked = case("anna one sent 01T10:00\n anna one delivered 01T10:00", actions=ACTIONS)
    results = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    frame = pl.DataFrame(whole, schema=schema, orient="row")
    declared = [*results._session.metrics(hidden=True), *more]
    return MetricCells(frame, declared, {"actions": actions}, held_back_counted=False)


def shown(metrics: MetricCells, *hidden: Cell) -> dict[str, tuple[float | None, ...]]:
    rows = metrics.without({*hidden}).select("metric", *NUMBERS).rows()
    return {name: tuple(numbers) for name, *numbers in rows}


def test_counts_are_cells_and_so_are_those_that_only_a_rate_shows() -> None:
    found = cells_of(
        campaign("users", 200),
        campaign("conversion_rate", 0.5, 100, 200),
        campaign("goal_value", 75.5),
        channel("email", "sent", 90),
        channel("email", "open_rate", None, None, 80),
        action("two", "drop_off", 0.1, 9, 90),
        campaign("exits", None),
    ).cells()
    assert found == {
        ("campaign", "", "users"): 200,
        ("campaign", "", "conversions"): 100,
        ("channel", "email", "sent"): 90,
        ("channel", "email", "delivered"): 80,
        ("action", "two", "dropped_off"): 9,
        ("action", "two", "parent_users_received"): 90,
    }


def test_a_count_of_its_own_row_wins_over_the_side_of_a_rate() -> None:
    found = cells_of(campaign("conversion_rate", 0.5, 100, 200), campaign("conversions", 99))
    assert found.cells()["campaign", "", "conversions"] == 99


def owned(metrics: MetricCells, scope: str) -> list[Sum]:
    """What adds up to a cell of the scope."""
    return [one for one in metrics.sums() if isinstance(one.total, tuple) and one.total[0] == scope]


def test_a_rates_numerator_is_within_its_denominator() -> None:
    metrics = cells_of(
        campaign("conversion_rate", 0.5, 100, 200), channel("email", "open_rate", 0.5, 40, 80)
    )
    assert Sum(("campaign", "", "users"), (("campaign", "", "conversions"),)) in [*metrics.sums()]
    assert owned(metrics, "channel") == [
        Sum(("channel", "email", "delivered"), (("channel", "email", "opened"),))
    ]
    assert owned(metrics, "action") == []


def test_a_channel_counts_what_its_actions_count() -> None:
    rows = (
        channel("email", "sent", 90),
        channel("push", "sent", 5),
        action("one", "sent", 60),
        campaign("exits", 3),
    )
    mails = Sum(
        ("channel", "email", "sent"), (("action", "one", "sent"), ("action", "two", "sent"))
    )
    pushes = Sum(("channel", "push", "sent"), (("action", "hello", "sent"),))
    assert owned(cells_of(*rows), "channel") == [mails, pushes]
    # A channel without actions has nothing to add up.
    assert owned(cells_of(*rows, actions=ACTIONS[:2]), "channel") == [mails]


def test_some_entries_are_within_all_and_events_over_channels_are_those_of_each() -> None:
    opens = Metric("opens", "Opens", Count(Events(("opened", "clicked"))), "All opens and clicks.")
    views = Metric("views", "Views", Count(Events(("opened",))), "All opens.")
    found = owned(cells_of(campaign("users", 200), more=(opens, views)), "campaign")
    assert found == [
        Sum(("campaign", "", "users"), (("campaign", "", "entries_open"),)),
        # Of the entries of a range, those that engaged or converted.
        Sum(("campaign", "", "unique_users"), (("campaign", "", "engaged_of_entries"),)),
        Sum(("campaign", "", "users"), (("campaign", "", "converted_of_entries"),)),
        Sum(
            ("campaign", "", "opens"),
            (
                ("channel", "email", "opened"),
                ("channel", "email", "clicked"),
                ("channel", "push", "opened"),
            ),
        ),
        Sum(
            ("campaign", "", "views"),
            (("channel", "email", "opened"), ("channel", "push", "opened")),
        ),
    ]


RATE = campaign("conversion_rate", 0.5, 100, 200, 0.4, 0.6, 0.3)


@pytest.mark.parametrize(
    ("hidden", "kept"),
    [
        ([], (0.5, 100, 200, 0.4, 0.6, None)),
        (["conversions"], (None, None, 200, None, None, None)),
        (["users"], (None, 100, None, None, None, None)),
        (["conversions", "users"], (None,) * 6),
        (["conversion_rate"], (None,) * 6),
    ],
)
def test_a_rate_goes_with_its_sides(hidden: list[str], kept: tuple[float | None, ...]) -> None:
    found = shown(cells_of(RATE), *[("campaign", "", name) for name in hidden])
    assert found == {"conversion_rate": kept}


def test_amounts_and_times_go_with_the_counts_of_their_rows() -> None:
    metrics = cells_of(
        campaign("goal_value", 75.5),
        campaign("median_time_to_convert", 60),
        campaign("value_per_user", 0.4, 75.5, 200),
        campaign("unique_users", 190),
        channel("email", "sent", 90),
    )
    whole = shown(metrics)
    assert {name: numbers[0] for name, numbers in whole.items()} == {
        "goal_value": 75.5,
        "median_time_to_convert": 60,
        "value_per_user": 0.4,
        "unique_users": 190,
        "sent": 90,
    }
    few = shown(metrics, ("campaign", "", "unique_converters"))
    assert [name for name, numbers in few.items() if numbers == (None,) * 6] == [
        "goal_value",
        "median_time_to_convert",
        "value_per_user",
    ]
    # Another owner's hidden count takes nothing of theirs away.
    assert shown(metrics, ("channel", "email", "sent"))["goal_value"][0] == 75.5
    assert shown(metrics, ("channel", "push", "sent"))["sent"][0] == 90

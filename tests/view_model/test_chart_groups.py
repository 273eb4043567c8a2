"""The groups that a chart draws: the largest, the others added up where that means anything, colours that stay."""

from datetime import UTC, datetime, timedelta

import polars as pl

import results_widgets as rw
from results_widgets.charts import GROUPS
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.chart_groups import drawn_groups, value_colours
from results_widgets.view_model.selection import Selection
from tests.support.comm import small

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def of_many(groups: int) -> pl.DataFrame:
    """Two days of so many groups, the first of which is the smallest."""
    names = [f"g{n:02}" for n in range(groups)]
    return pl.DataFrame(
        {
            "time": [DAY] * groups + [DAY + timedelta(days=1)] * groups,
            "name": names * 2,
            "value": [float(n) for n in range(groups)] * 2,
        }
    )


def test_what_adds_up_over_groups_has_a_line_of_all_others() -> None:
    conversions = small()._session.describe("conversions", None, None)
    found = drawn_groups(of_many(12), "name", conversions)
    assert (found.shown, found.all, found.is_summed) == (7, 12, True)
    first = found.frame.filter(pl.col("time") == DAY)
    # The largest first; the five smallest (0 to 4) are the last line.
    assert first["name"].to_list() == [*(f"g{n:02}" for n in range(11, 4, -1)), "5 others"]
    assert first["value"].sum() == sum(range(12))


def test_distinct_users_of_several_groups_are_no_sum() -> None:
    users = small()._session.describe("unique_users", None, None)
    found = drawn_groups(of_many(12), "name", users)
    assert (found.shown, found.all, found.is_summed) == (len(GROUPS), 12, False)
    assert found.frame["name"].n_unique() == len(GROUPS)


def test_few_groups_are_all_drawn() -> None:
    conversions = small()._session.describe("conversions", None, None)
    found = drawn_groups(of_many(8), "name", conversions)
    assert (found.shown, found.all, found.is_summed) == (8, 8, False)


def test_a_value_has_one_colour_whatever_is_drawn_of_it() -> None:
    results = rw.Results(*rw.datasets.generate(300, seed=1), time_zone="UTC")

    def colours(view: rw.Results, **selected: object) -> dict[str, float]:
        _, series = chart_state(view, Selection(**selected))
        rows = pl.read_ipc_stream(series).select("by", "colour").unique()
        return dict(rows.iter_rows())

    whole = colours(results, metric="users", by="platform")
    assert len(set(whole.values())) == len(whole)
    week = colours(
        results.between("2026-03-02", "2026-03-08"), metric="sent", channel="email", by="platform"
    )
    assert week.items() <= whole.items()
    assert week


def test_variants_have_the_colours_of_the_flow() -> None:
    results = small()
    labels = [variant.label for variant in results.campaign.variants]
    # As js/src/ui/arms.ts takes them.
    assert list(value_colours(results, "variant").items()) == list(zip(labels, [1, 2], strict=True))

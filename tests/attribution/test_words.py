"""Paths to conversion in words: which are shown, what the others add up to, and when there is no value."""

import polars as pl
import pytest

from results_widgets.attribution.words import written_paths
from results_widgets.campaign import Campaign
from results_widgets.locales import locale_of

CAMPAIGN = Campaign.from_json(
    {
        "id": "c1",
        "goal": {"events": ["Purchase"]},
        "actions": [{"id": "mail", "name": "Mail", "channel": "email"}],
    }
)
ENGLISH = locale_of("en")


def paths(*values: float | None) -> pl.DataFrame:
    """A path for each value, with one conversion each."""
    count = len(values)
    return pl.DataFrame(
        {
            "path": [["mail"] * (n + 1) for n in range(count)],
            "conversions": [1] * count,
            "value": values,
            "share": [1 / count] * count,
        },
        {
            "path": pl.List(pl.String),
            "conversions": pl.Int64,
            "value": pl.Float64,
            "share": pl.Float64,
        },
    )


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (20, ("Mail",) * 20),
        # A row for one other path would take as much room as the path.
        (21, ("Mail",) * 21),
        (22, "2 other paths"),
    ],
)
def test_the_rarest_paths_are_added_up_where_that_saves_rows(
    count: int, last: str | tuple[str, ...]
) -> None:
    written = written_paths(paths(*[2.5] * count), CAMPAIGN, ENGLISH)
    assert written.rows[-1][0] == last
    assert len(written.rows) == min(count, 21)
    assert sum(int(str(row[1])) for row in written.rows) == count
    assert sum(float(str(row[3])) for row in written.rows) == 2.5 * count


def test_value_has_a_column_as_soon_as_one_path_has_some() -> None:
    written = written_paths(paths(0, 7.25, None), CAMPAIGN, ENGLISH)
    assert written.heads == ("Path", "Conversions", "Share", "Value")
    assert [row[3] for row in written.rows][1] == "7.25"
    assert written.numbers == {1, 2, 3}
    assert written.notes == ()


def test_goal_without_amounts_has_no_column_of_them() -> None:
    written = written_paths(paths(0, 0), CAMPAIGN, ENGLISH)
    assert written.heads == ("Path", "Conversions", "Share")
    assert {len(row) for row in written.rows} == {3}
    assert written.numbers == {1, 2}
    assert written.notes == ()


def test_amounts_that_cannot_be_added_up_are_said_to_be() -> None:
    written = written_paths(paths(None, None), CAMPAIGN, ENGLISH)
    assert written.notes == ("Amounts in several currencies are not added up.",)
    assert len(written.heads) == 3


def test_conversions_that_no_touch_leads_to_and_actions_that_are_gone_have_a_name() -> None:
    found = paths(1, 1).with_columns(
        path=pl.Series([[], ["gone", "mail"]], dtype=pl.List(pl.String))
    )
    written = written_paths(found, CAMPAIGN, ENGLISH)
    assert [row[0] for row in written.rows] == ["None", ("gone", "Mail")]

"""The replies that the dashboard draws as tables: by other tools' definitions, and paths to conversion."""

from typing import Any

import pytest

import results_widgets as rw
from results_widgets.view_model.told_tables import dialects_reply, paths_reply


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")


def test_key_numbers_of_the_campaign_and_its_channels_stand_under_every_set(
    results: rw.Results,
) -> None:
    reply: dict[str, Any] = dict(dialects_reply(results))
    numbers = [row[0] for row in reply["rows"]]
    of_channels = {
        f"Unique {one}" for one in ("open rate (Email)", "open rate (Push)", "click rate (SMS)")
    }
    assert {"Engagement rate", *of_channels} <= {*numbers}
    # Not a key number, though the sets differ in it.
    assert "Value per entry" not in numbers
    for one in {*numbers}:
        sets = [name for row in reply["rows"] if row[0] == one for name in row[1].split(", ")]
        assert sorted(sets) == sorted(rw.DEFINITIONS)


def test_paths_name_actions_and_add_up_to_all_conversions(results: rw.Results) -> None:
    reply: dict[str, Any] = dict(paths_reply(results))
    labels = {one.id: one.label for one in results.campaign.actions}
    assert reply["rows"][0][0] == [labels[one] for one in results.paths()["path"][0]]
    total = results.overview().filter(metric="conversions")["value"].item()
    assert sum(int(row[1]) for row in reply["rows"]) == total


def test_roll_up_says_that_it_cannot_tell_and_what_can(results: rw.Results) -> None:
    rolled = results.rollup().results(time_zone="UTC")
    for ask in (dialects_reply, paths_reply):
        with pytest.raises(rw.QueryError, match="use the results that it was made from"):
            ask(rolled)


def test_nobody_converted_is_said() -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    before = results.between("2020-01-01", "2020-01-02")
    reply: dict[str, Any] = dict(paths_reply(before))
    assert (reply["rows"], reply["notes"]) == ([], ["Nobody has converted."])

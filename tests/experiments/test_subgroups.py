"""Sub-groups: the same experiment among the users of each value, adjusted for how many there are."""

from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.experiments.estimates import adjusted_p_values
from tests.support.arms import HELD_BACK, closing, event, results, users
from tests.support.loops import some

ARMS = [users("A", 300, 30), users("B", 300, 60), users(HELD_BACK, 100, 5)]


def attributes(**columns: Any) -> pl.DataFrame:
    ids = sorted({row["user_id"] for rows in ARMS for row in rows})
    return pl.DataFrame({"user_id": ids}).with_columns(**columns)


COUNTRY = pl.when(pl.col("user_id").str.ends_with("1")).then(pl.lit("NO")).otherwise(pl.lit("SE"))


def test_each_group_is_the_experiment_of_its_users_alone() -> None:
    found = results(*ARMS, closing(), users=attributes(country=COUNTRY)).experiment()
    groups = found.subgroups("country")
    assert groups["country"].unique(maintain_order=True).to_list() == ["SE", "NO"]
    for (value,), rows in some(groups.partition_by("country", as_dict=True).items()):
        own = [
            [row for row in arm if (row["user_id"].endswith("1")) == (value == "NO")]
            for arm in ARMS
        ]
        alone = results(*own, closing()).experiment().table.filter(metric="converted")
        names = ["arm", "users", "value", "control_value", "difference", "low", "high", "p_value"]
        assert rows.select(names).equals(alone.select(names))


def test_p_values_are_adjusted_over_all_groups_and_arms() -> None:
    found = results(*ARMS, closing(), users=attributes(country=COUNTRY)).experiment()
    groups = found.subgroups("country")
    assert groups.height == 4
    expected = adjusted_p_values(groups["p_value"].to_list(), "holm")
    assert groups["p_adjusted"].to_list() == pytest.approx(expected)


def test_users_without_a_value_are_in_no_group_and_the_largest_twelve_are_shown() -> None:
    number = pl.int_range(pl.len()) % 20
    many = pl.when(number < 19).then(pl.lit("g") + number.cast(pl.String))
    found = results(*ARMS, closing(), users=attributes(group=many)).experiment()
    assert found.subgroups("group")["group"].n_unique() == 12


def test_what_is_known_only_after_entry_makes_no_groups() -> None:
    opened = [{**event(f"A{n}", "opened", 1), "platform": "ios"} for n in range(9)]
    rows = [{**row, "platform": None} for arm in [*ARMS, closing()] for row in arm]
    schema = {"platform": pl.String, "variant": pl.String, "value": pl.Float64}
    table = pl.DataFrame([*rows, *opened], schema_overrides=schema, infer_schema_length=None)
    campaign = results(*ARMS, closing()).campaign
    found = rw.Results(campaign, table, time_zone="UTC").experiment()
    with pytest.raises(rw.QueryError, match="'platform' has no value on the rows that start"):
        found.subgroups("platform")
    with pytest.raises(rw.QueryError, match="unknown column 'plan'"):
        found.subgroups("plan")


def test_a_browser_gets_only_values_that_users_share() -> None:
    ids = attributes(name=pl.col("user_id"))
    widget = rw.Experiment(results(*ARMS, closing(), users=ids))
    replies: list[Any] = []
    widget.send = lambda reply, *_: replies.append(reply)
    widget._on_message(None, {"id": "1", "kind": "subgroups", "by": "name"}, None)
    assert replies[0]["ok"] is False
    shared = rw.Experiment(results(*ARMS, closing(), users=attributes(country=COUNTRY)))
    shared.send = lambda reply, *_: replies.append(reply)
    shared._on_message(None, {"id": "2", "kind": "subgroups", "by": "country"}, None)
    groups = replies[1]["subgroups"]
    assert [group["arm"] for group in groups] == ["10 % off, control", "15 % off"]
    assert [row["label"] for row in groups[0]["rows"]] == ["SE", "NO"]


def test_variants_have_one_name_in_breakdowns() -> None:
    explore = rw.Explore(results(*ARMS, closing()), metric="users", by="variant")
    names = set(pl.read_ipc_stream(explore._series)["by"].drop_nulls())
    assert names == {"10 % off, control", "15 % off"}

"""Where given users were: on every card of the flow, how many of them received the action."""

import polars as pl

from results_widgets.errors import EventsError
from results_widgets.results import Results
from results_widgets.segments import Segment
from results_widgets.sources import read_table


def user_ids(users: object) -> pl.Series:
    """Return the distinct ``user_id`` of a segment, or of a frame of any kind.

    Raises:
        EventsError: It is no frame, or has no ``user_id``.
    """
    if isinstance(users, Segment):
        return users.users["user_id"].unique()
    table = read_table(users, "users to highlight")
    columns = table.collect_schema().names()
    if "user_id" not in columns:
        raise EventsError.missing_column("user_id", columns, "users to highlight")
    return table.select("user_id").collect()["user_id"].drop_nulls().unique()


def highlight_wire(results: Results, ids: pl.Series, name: str) -> dict[str, object]:
    """Return how many of the users received each action, and how many entered the campaign."""
    wanted = ids.to_frame().lazy()
    owners = [action.id for action in results.campaign.actions]
    segments = [results.users_in_campaign(), *(results.users_in_action(id_) for id_ in owners)]
    dtype = segments[0].lazy().collect_schema()["user_id"]
    wanted = wanted.select(pl.col("user_id").cast(dtype, strict=False))
    plans = [
        s.lazy().select("user_id").join(wanted, on="user_id", how="semi").select(pl.len())
        for s in segments
    ]
    entered, *there = (int(frame.item()) for frame in pl.collect_all(plans))
    return {
        "name": name,
        "size": len(ids),
        "entered": entered,
        "actions": dict(zip(owners, there, strict=True)),
    }

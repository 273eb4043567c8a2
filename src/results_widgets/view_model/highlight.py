"""The ``_highlight`` trait: how many of some given users received each action."""

from dataclasses import dataclass
from typing import Self

import polars as pl

from results_widgets.errors import EventsError
from results_widgets.results import Results
from results_widgets.segments import Segment
from results_widgets.sources import read_table
from results_widgets.view_model.serialization import State


@dataclass(frozen=True, slots=True, eq=False)
class Highlighted:
    """Users to highlight.

    Attributes:
        name: What they are called on screen.
        user_ids: Their distinct ids.
    """

    name: str
    user_ids: pl.Series

    @classmethod
    def of(cls, users: object, name: str | None = None) -> Self:
        """Return the users of a segment, or of a frame of any kind with a column ``user_id``.

        Raises:
            EventsError: It is neither, or has no ``user_id``.
        """
        if isinstance(users, Segment):
            return cls(name or users.name, users.users["user_id"].unique())
        table = read_table(users, "users to highlight")
        columns = table.collect_schema().names()
        if "user_id" not in columns:
            raise EventsError.missing_column("user_id", columns, "users to highlight")
        ids = table.select("user_id").collect()["user_id"].drop_nulls().unique()
        return cls(name or "Highlighted users", ids)


def highlight_state(results: Results, highlighted: Highlighted | None) -> State:
    """Return the value of ``_highlight``: ``name``, ``size``, and how many of the users ``entered``
    the campaign and received each of its ``actions``; empty if no users are highlighted.
    """
    if highlighted is None:
        return {}
    actions = [action.id for action in results.campaign.actions]
    segments = [results.users_in_campaign(), *(results.users_in_action(id_) for id_ in actions)]
    dtype = segments[0].lazy().collect_schema()["user_id"]
    wanted = highlighted.user_ids.to_frame("user_id").lazy()
    wanted = wanted.select(pl.col("user_id").cast(dtype, strict=False))
    counts = [
        segment.lazy().select("user_id").join(wanted, on="user_id", how="semi").select(pl.len())
        for segment in segments
    ]
    entered, *received = (int(frame.item()) for frame in pl.collect_all(counts))
    return {
        "name": highlighted.name,
        "size": len(highlighted.user_ids),
        "entered": entered,
        "actions": dict(zip(actions, received, strict=True)),
    }

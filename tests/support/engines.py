"""What tests of engines other than memory share."""

from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import HealthCheck

import results_widgets as rw
from results_widgets.engine.encoding.event_codes import EventCodes
from tests.support.strategies import Question

REUSED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
"""What Hypothesis may not complain of: one connection serves all examples of a test."""


def in_engine_order(asked: Question) -> Question:
    """The question with its rows in the order that engines give simultaneous ones."""
    events = asked.case.events
    codes = EventCodes(rw.Campaign.from_json(dict(asked.case.campaign)))
    actions = {action.id: number for number, action in enumerate(codes.actions, 1)}
    names = {name: place for place, name in enumerate(codes.events)}

    def code(row: dict[str, Any]) -> int:
        number, event = actions.get(row["action_id"], 0), names.get(row["event"], 0)
        found = number * codes.width + event
        shifts = [more for own, more in codes.by_machine.items() if found in own]
        return found + (sum(shifts) if row.get("machine") else 0)

    rest = [name for name in ("entry_id", "value") if name in events.columns]
    carried = [name for name in events.columns if name in ("variant", "platform", "machine")]
    keys = pl.Series("_code", [code(row) for row in events.to_dicts()], dtype=pl.Int64)
    ordered = events.with_columns(keys).sort(["user_id", "_code", *rest, *carried]).drop("_code")
    return replace(asked, case=replace(asked.case, events=ordered))

"""Every query, asked of events wherever they are: the answers are the reference's.

Engines know no order of a file, so the reference is given the rows in the order that simultaneous
ones have there; see `portable_log.order`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

import results_widgets as rw
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.encoding.event_codes import EventCodes
from tests.answers import FromPackage
from tests.strategies import Question, question, questions
from tests.test_against_reference import PROPERTIES

Property = Callable[[Question], None]

REUSED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def in_engine_order(asked: Question) -> Question:
    """The question with its rows in the order that engines give simultaneous ones."""
    events = asked.case.events
    codes = EventCodes(rw.Campaign.from_json(dict(asked.case.campaign)))
    actions = {action.id: number for number, action in enumerate(codes.actions, 1)}
    names = {name: place for place, name in enumerate(codes.events)}

    def code(row: dict[str, Any]) -> int:
        number, event = actions.get(row["action_id"], 0), names.get(row["event"], 0)
        found = number * codes.width + event
        return found + codes.machine_shift * (
            bool(row.get("machine")) and found in codes.machine_opens
        )

    rest = [name for name in ("entry_id", "value") if name in events.columns]
    carried = [name for name in events.columns if name in ("variant", "platform", "machine")]
    keys = pl.Series("_code", [code(row) for row in events.to_dicts()], dtype=pl.Int64)
    ordered = events.with_columns(keys).sort(["user_id", "_code", *rest, *carried]).drop("_code")
    return replace(asked, case=replace(asked.case, events=ordered))


def test_events_stay_on_their_engine(duckdb_tables: None) -> None:
    asked = question(1)
    package = FromPackage(asked.case, asked.query)
    assert isinstance(package.results._data, LazyBackend)
    assert package.results._data.table.engine.name == "DuckDB"


@pytest.mark.parametrize("equals", PROPERTIES)
@settings(max_examples=40, suppress_health_check=REUSED)
@given(asked=questions())
def test_polars_in_the_portable_way(
    portable_polars: None, asked: Question, equals: Property
) -> None:
    equals(in_engine_order(asked))


@pytest.mark.parametrize("equals", PROPERTIES)
@settings(max_examples=6, suppress_health_check=REUSED)
@given(asked=questions())
def test_duckdb(duckdb_tables: None, asked: Question, equals: Property) -> None:
    equals(in_engine_order(asked))

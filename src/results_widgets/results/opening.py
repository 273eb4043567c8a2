"""Making a session from newly read data."""

from pathlib import Path
from typing import Final

import tzlocal

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions, as_definitions
from results_widgets.engine.open import Source
from results_widgets.engine.query import QueryScope, Uniques, check_uniques
from results_widgets.engine.refresh import read_with_store
from results_widgets.engine.rollup.cells import Cells
from results_widgets.engine.store.contents import open_store
from results_widgets.errors import QueryError, listing, warn_caller
from results_widgets.keys import DefinitionSet
from results_widgets.results.live import warn_of
from results_widgets.results.session import Session
from results_widgets.tables.options import ReadOptions
from results_widgets.tables.zones import check_zone

_CALLER: Final = 4
"""Stack level of whoever makes results: above `warn_of`, `open_session` and ``Results(…)``."""


def open_session(
    source: Source,
    definitions: DefinitionSet | Definitions,
    time_zone: str | None,
    uniques: Uniques,
) -> Session:
    """Read the data and return its session; for parameters and errors see `Results`."""
    query = scope_of(source.campaign, definitions, time_zone, uniques)
    source, reading = read_with_store(source)
    note = window_note(source.campaign)
    if note and not isinstance(source.events, Cells):
        warn_caller(note)
    warn_of(reading.problems, caller=_CALLER)
    return Session(source, reading, query, zone_is_named=time_zone is not None)


def open_store_session(
    folder: Path,
    definitions: DefinitionSet | Definitions,
    time_zone: str | None,
    uniques: Uniques,
    options: ReadOptions,
) -> Session:
    """Open a store and return its session; for parameters and errors see `Results`."""
    if given := [f"{name}=" for name, value in options.arguments.items() if value]:
        raise QueryError(
            f"{folder}: a store has been read already; pass {listing(given)} when the store is made, and only "
            f"definitions=, time_zone= or uniques= here"
        )
    source, reading = open_store(folder.absolute())
    scope = scope_of(source.campaign, definitions, time_zone, uniques)
    return Session(source, reading, scope, zone_is_named=time_zone is not None)


def scope_of(
    campaign: Campaign,
    definitions: DefinitionSet | Definitions,
    time_zone: str | None,
    uniques: Uniques,
) -> QueryScope:
    """Return the scope that results start with; for parameters and errors see `Results`."""
    return QueryScope(
        as_definitions(definitions, campaign.known_channels),
        check_zone(time_zone if time_zone is not None else _machine_zone()),
        uniques=check_uniques(uniques),
    )


def window_note(campaign: Campaign) -> str:
    """Return the warning about a missing attribution window; empty if one was given or none is needed."""
    if campaign.window_is_given or campaign.delivery == "recurring":
        return ""
    return (
        "campaign: attribution_window is not given, so only goal events up to the last action "
        "received count; set one, such as '7d', or '0d' for none"
    )


def _machine_zone() -> str:
    name = tzlocal.get_localzone_name() or "UTC"
    return "UTC" if name in ("Etc/UTC", "Etc/UCT", "Zulu") else name

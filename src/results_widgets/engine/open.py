"""Where a campaign's events are decides how they are asked: in memory, or on their own engine."""

from results_widgets.campaign import Campaign
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.lazy.event_log import LazyTable
from results_widgets.engine.backends.lazy.event_log import normalise as normalise_on_engine
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.frames import Rows
from results_widgets.engine.rollup.cells import Cells
from results_widgets.engine.rollup.dataset import RollUpBackend
from results_widgets.sources import read_table
from results_widgets.sources.engines import Engine, as_rows, engine_of, is_database, open_table
from results_widgets.tables.events import normalise
from results_widgets.tables.users import check_once, normalise_users, shape_users


def read_data(
    campaign: Campaign, events: object, users: object, naive_time_zone: str | None
) -> Backend:
    """Read a campaign's events and users; those of DuckDB and Spark stay where they are.

    Raises:
        EventsError: A table cannot be used.
    """
    if isinstance(events, Cells):
        return RollUpBackend(campaign, events)
    native = open_table(str(events), "events") if is_database(events) else events
    engine = engine_of(native)
    if engine is not None:
        return on_engine(campaign, native, users, naive_time_zone, engine)
    table = normalise(read_table(native, "events"), campaign, naive_time_zone)
    known = None if users is None else read_table(users, "users")
    return MemoryBackend(campaign, table, normalise_users(known, table))


def on_engine(
    campaign: Campaign,
    events: object,
    users: object,
    naive_time_zone: str | None,
    engine: Engine,
) -> LazyBackend:
    """Return the data of events on an engine; users that are elsewhere are brought there."""
    table = normalise_on_engine(as_rows(events), engine, campaign, naive_time_zone)
    return LazyBackend(campaign, table, None if users is None else _users(users, table))


def _users(users: object, table: LazyTable) -> Rows:
    own = engine_of(users)
    here = own is not None and own.name == table.engine.name
    held = None if here else read_table(users, "users").collect()
    rows = as_rows(users) if held is None else table.engine.upload(held)
    shaped = shape_users(rows, table.rows.collect_schema()["user"])
    check_once(shaped)
    return shaped

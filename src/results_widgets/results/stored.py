"""Results of a store."""

from collections.abc import Mapping
from pathlib import Path

from results_widgets.definitions import Definitions
from results_widgets.engine.query import Uniques
from results_widgets.keys import DefinitionSet
from results_widgets.results.opening import open_store_session
from results_widgets.results.results import Results
from results_widgets.tables.options import ReadOptions, TimeUnit


def open_stored(
    folder: Path,
    *,
    definitions: DefinitionSet | Definitions = "default",
    time_zone: str | None = None,
    naive_time_zone: str | None = None,
    time_unit: TimeUnit | None = None,
    columns: Mapping[str, str] | None = None,
    event_names: Mapping[str, str] | None = None,
    uniques: Uniques = "exact",
) -> Results:
    """Open a store that `Results.save` wrote.

    Args:
        folder: The store.
        definitions: As for `Results`.
        time_zone: As for `Results`.
        naive_time_zone: Refused, as the next three are: a store has been read already.
        time_unit: Refused.
        columns: Refused.
        event_names: Refused.
        uniques: As for `Results`.

    Raises:
        EventsError: It is damaged, or was written by a newer version.
        QueryError: An option for reading tables is given, or the definition set or time zone is not known.
    """
    options = ReadOptions(naive_time_zone, time_unit, columns or {}, event_names or {})
    found = Results.__new__(Results)
    found._session = open_store_session(folder, definitions, time_zone, uniques, options)
    return found

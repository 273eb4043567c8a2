"""Several campaigns of one source, read in one pass."""

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.together import read_together
from results_widgets.engine.backends.memory.walk_together import SMALL, walk_together
from results_widgets.engine.encoding.user_ids import map_parallel
from results_widgets.engine.journeys.crediting import JourneysKey, journeys_key
from results_widgets.engine.open import Reading, Source
from results_widgets.tables.events import shape_differs


def read_once(sources: Sequence[tuple[Source, Reading]]) -> None:
    """Read the events of campaigns that share a source in one pass, those that are not read yet.

    What is read is as if each had been read alone. Campaigns of a table that names no campaign, on an
    engine, or of a source of their own are left as they are.
    """
    groups: list[list[tuple[Source, Reading, MemoryBackend]]] = []
    for source, reading in sources:
        data = reading.data
        if not isinstance(data, MemoryBackend) or data.coded_rows is not None:
            continue
        if not data.table.has("campaign_id") or any(data is one[2] for g in groups for one in g):
            continue
        member = source, reading, data
        group = next((one for one in groups if _is_alike(member, one[0])), None)
        if group is None:
            groups.append([member])
        else:
            group.append(member)
    for group in groups:
        if len(group) > 1:
            read_together([data for _, _, data in group])


_ON_ITS_OWN: Final = 4_000_000
"""Rows of a campaign from which on its walk keeps all cores busy."""


def walk_once(asked: Iterable[tuple[Source, Reading, Definitions]]) -> None:
    """Find entries and conversions of campaigns that were read: of small ones in one walk, see `walk_together`.

    Small frames in memory are read for it. Larger ones walk side by side, as many as there are cores.
    """
    found: list[tuple[MemoryBackend, Definitions]] = []
    for source, reading, definitions in asked:
        data = reading.data
        if isinstance(data, MemoryBackend):
            is_small = isinstance(source.events, pl.DataFrame) and source.events.height <= SMALL
            if data.coded_rows is None and is_small:
                _ = data.log
            found.append((data, definitions))
    walk_together(found)
    map_parallel(lambda one: one[0].journeys(one[1]), _left(found))


def _left(
    asked: Iterable[tuple[MemoryBackend, Definitions]],
) -> list[tuple[MemoryBackend, Definitions]]:
    """Return the campaigns whose events were read and whose journeys are not known, each once."""
    found: dict[tuple[int, JourneysKey], tuple[MemoryBackend, Definitions]] = {}
    for data, definitions in asked:
        rows, key = data.coded_rows, journeys_key(data.codes, definitions)
        if rows is not None and rows < _ON_ITS_OWN and key not in data.known_journeys:
            found.setdefault((id(data), key), (data, definitions))
    return [*found.values()]


def _is_alike(
    one: tuple[Source, Reading, MemoryBackend], other: tuple[Source, Reading, MemoryBackend]
) -> bool:
    """Whether two campaigns have the same table, in the same shape."""
    (source, reading, data), (theirs, their_reading, their_data) = one, other
    if source.options != theirs.options or shape_differs(source.campaign, theirs.campaign):
        return False
    is_same = reading.events == their_reading.events and (
        reading.events is not None or source.events is theirs.events
    )
    # Planning a table to learn its types takes longer than the rest: equal names give equal types.
    has_same_names = source.campaign.goal.value == theirs.campaign.goal.value
    return is_same and (has_same_names or data.table.kinds == their_data.table.kinds)

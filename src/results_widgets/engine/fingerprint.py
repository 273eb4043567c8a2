"""A checksum of the data that results were computed from."""

import hashlib
from pathlib import Path

from results_widgets.engine.open import Reading, Source
from results_widgets.engine.rollup.cells import Cells
from results_widgets.sources import Elsewhere, Snapshot, expand, path_items, read_table

_BLOCK = 1 << 20


def fingerprint(source: Source, reading: Reading) -> str:
    """Return the SHA-256 of the campaign and of each file's bytes, a table's rows, or a roll-up's parts.

    For a lake table, whose versions never change, it is computed from the table's name and the version read. For a
    store, it is the checksum of the files that the store was made from, which may no longer exist.
    """
    if reading.fingerprint:
        return reading.fingerprint
    found = hashlib.sha256(repr(source.campaign).encode())
    for part, what in ((source.events, "events"), (source.users, "users")):
        is_read = what == "events" and reading.snapshot is not None
        snapshot = reading.snapshot if is_read else _snapshot(part, what)
        if snapshot is not None and snapshot.settles:
            found.update(repr(snapshot.identity).encode())
        elif part is not None:
            _feed(found, part, what)
    return found.hexdigest()


def _snapshot(part: object, what: str) -> Snapshot | None:
    return part.now(what) if isinstance(part, Elsewhere) else None


def _feed(found: "hashlib._Hash", part: object, what: str) -> None:
    if isinstance(part, Cells):
        found.update("".join(sorted(part.parts)).encode())
        return
    paths = _paths(part, what)
    if paths is None:
        frame = read_table(part, what).collect()
        # The order of rows and columns and the chunks do not matter; names and types of the columns do.
        found.update(repr(sorted(frame.schema.items(), key=str)).encode())
        rows = frame.select(sorted(frame.columns)).hash_rows(seed=0).sort()
        found.update(rows.rechunk().to_frame().write_ipc_stream(None).getvalue())
        return
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                found.update(block)


def _paths(part: object, what: str) -> list[Path] | None:
    items = path_items(part)
    return None if items is None else [path for item in items for path in expand(item, what)]

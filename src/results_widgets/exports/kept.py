"""Values from rows of one table that rows of another need: in memory while small, then in a file."""

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from results_widgets.exports.spool import home

_FEW: Final = 200_000
"""How many entries are kept in memory, and written together."""

_NOTHING: Final = object()
_CACHE: Final = -64 * 1024
"""What the database keeps in memory, in KiB, as its setting takes it."""


class Kept:
    """Values by key; a later value of a key wins. Keys and values are what JSON can say."""

    def __init__(self) -> None:
        self._recent: dict[bytes, Any] = {}
        self._database: sqlite3.Connection | None = None

    def __setitem__(self, key: object, value: object) -> None:
        self._recent[_packed(key)] = value
        if len(self._recent) >= _FEW:
            self._write()

    def get(self, key: object, default: Any = None) -> Any:
        """Return a key's value.

        Args:
            key: The key.
            default: What to return where there is none.
        """
        packed = _packed(key)
        if packed in self._recent:
            return self._recent[packed]
        if self._database is None:
            return default
        row = self._database.execute("SELECT value FROM kept WHERE key = ?", (packed,)).fetchone()
        return default if row is None else _unpacked(row[0])

    def __contains__(self, key: object) -> bool:
        return self.get(key, _NOTHING) is not _NOTHING

    def __del__(self) -> None:
        if self._database is not None:
            self._database.close()

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Return all keys and values, for tables that are small: in the order in which they came, if they are few."""
        if self._database is not None:
            self._write()
            rows = self._database.execute("SELECT key, value FROM kept ORDER BY key")
            yield from ((_unpacked(key), _unpacked(value)) for key, value in rows)
        yield from ((_unpacked(key), value) for key, value in self._recent.items())

    def _write(self) -> None:
        if self._database is None:
            path = Path(tempfile.mkdtemp(dir=home())) / "kept.db"
            self._database = sqlite3.connect(path, isolation_level=None)
            # Leftovers of ended processes are removed, so nothing needs to survive a crash.
            for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = {_CACHE}"):
                self._database.execute(f"PRAGMA {setting}")
            self._database.execute(
                "CREATE TABLE kept (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
            )
        rows = ((key, _packed(value)) for key, value in sorted(self._recent.items()))
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows)
        self._database.execute("COMMIT")
        self._recent = {}


def _packed(value: object) -> bytes:
    try:
        return msgspec.msgpack.encode(value, enc_hook=str)
    # A whole number beyond 64 bits; as an id it is text all the same.
    except OverflowError:
        return msgspec.msgpack.encode(_with_large_as_text(value), enc_hook=str)


def _with_large_as_text(value: object) -> object:
    if isinstance(value, dict):
        return {key: _with_large_as_text(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_with_large_as_text(one) for one in value]
    return str(value) if isinstance(value, int) and abs(value) >= 2**63 else value


def _unpacked(value: bytes) -> Any:
    return msgspec.msgpack.decode(value)

"""Values as the browser reads them: Arrow streams, epoch milliseconds, the label of a time zone."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

State = dict[str, object]
"""The value of a synced trait, or of a reply, as JSON can hold it."""


def to_arrow(frame: pl.DataFrame) -> bytes:
    """Return a frame as an Arrow IPC stream; uncompressed, because browsers have no codec for it.

    Texts are written one by one: by default Polars writes string views, whose buffers also contain the texts of
        rows that were left out, and those may be about single users.
    """
    buffer = io.BytesIO()
    oldest = pl.CompatLevel.oldest()
    frame.write_ipc_stream(buffer, compression="uncompressed", compat_level=oldest)
    return buffer.getvalue()


def epoch_ms(value: datetime | None) -> int | None:
    """Return an instant in milliseconds since 1970, as JavaScript counts time."""
    return None if value is None else round(value.timestamp() * 1000)


def zone_label(zone: str, at: datetime) -> str:
    """Return a zone's city and the abbreviation in force at an instant: ``"New York (EDT)"``."""
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    abbreviation = at.astimezone(ZoneInfo(zone)).tzname() or ""
    return city if abbreviation == city else f"{city} ({abbreviation})"

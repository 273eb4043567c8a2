"""Single values as the browser takes them."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

Wire = dict[str, object]


def to_bytes(frame: pl.DataFrame) -> bytes:
    """Return a frame as an uncompressed Arrow stream: browsers bring no codec."""
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer, compression="uncompressed")
    return buffer.getvalue()


def millis(value: datetime | None) -> int | None:
    """Return an instant as epoch ms."""
    return None if value is None else round(value.timestamp() * 1000)


def zone_label(zone: str, at: datetime) -> str:
    """Return a zone as people say it: the city, and the name of its time at an instant."""
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    name = at.astimezone(ZoneInfo(zone)).tzname() or ""
    return city if name == city else f"{city} ({name})"

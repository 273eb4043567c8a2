"""The users table of a store: a Parquet file, read when somebody's attributes are asked for."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets._io import whole_file
from results_widgets.engine.store.frames import Stamps, check_file, checksum
from results_widgets.engine.store.values import Decoder, Encoder

_FILE: Final = "users.parquet"


def write_users(
    folder: Path, users: pl.LazyFrame | None, encoder: Encoder
) -> dict[str, Any] | None:
    """Write the users table, and return what the manifest says of its file; None without one."""
    if users is None:
        return None
    path = folder / _FILE
    with whole_file(path, private=True) as unfinished:
        users.sink_parquet(unfinished, compression="zstd")
        size, crc = unfinished.stat().st_size, checksum(unfinished)
    schema = encoder.encode(users.collect_schema(), "users")
    return {"name": path.name, "size": size, "crc": crc, "schema": schema}


def stored_users(
    folder: Path, about: Mapping[str, Any], decoder: Decoder, stamps: Stamps
) -> pl.LazyFrame:
    """Return the users table of a generation, whose file is checked and read when it is first needed."""
    path = folder / about["name"]

    @cache
    def read() -> pl.DataFrame:
        check_file(path, about["size"], about["crc"], stamps.get(path.name))
        return pl.read_parquet(path)

    return pl.defer(read, schema=decoder.decode(about["schema"]), validate_schema=False)

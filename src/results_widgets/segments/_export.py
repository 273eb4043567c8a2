"""Users as files for other systems."""

import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from results_widgets.errors import QueryError
from results_widgets.files import whole_file

_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
"""What makes a spreadsheet read a cell as a formula, the wide forms of some keyboards included."""


_SLICE: Final = 500_000


def export(
    users: pl.DataFrame,
    target: Path,
    columns: Sequence[str] | None,
    salt: str | None,
    *,
    guard: bool,
) -> Path:
    """Write users; see `Segment.export`."""
    ending = target.suffix.lower()
    if ending not in (".csv", ".parquet"):
        raise QueryError.unknown("ending of an export", target.name, [".csv", ".parquet"])
    wanted = users.columns if columns is None else list(columns)
    for column in wanted:
        if column not in users.columns:
            raise QueryError.unknown("column", column, users.columns)
    chosen = users.select(wanted)
    if salt is not None:
        chosen = _hashed(chosen, salt)
    if ending == ".csv":
        chosen = _for_csv(chosen, guard=guard)
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(target) as scratch:
        if ending == ".csv":
            chosen.write_csv(scratch, quote_style="necessary")
        else:
            chosen.write_parquet(scratch)
    return target


def _hashed(users: pl.DataFrame, salt: str) -> pl.DataFrame:
    if not salt:
        raise QueryError("salt='' protects nobody; pass a secret, and keep it to match ids later")
    if "user_id" not in users.columns:
        return users
    # In slices: as Python's own, ids and hashes take several times the memory.
    parts = [users["user_id"].slice(at, _SLICE) for at in range(0, max(len(users), 1), _SLICE)]
    return users.with_columns(pl.concat([_hmacs(part, salt.encode()) for part in parts]))


def _hmacs(ids: pl.Series, secret: bytes) -> pl.Series:
    texts = (hmac.digest(secret, str(one).encode(), "sha256").hex() for one in ids)
    return pl.Series("user_id", texts, dtype=pl.String)


def _for_csv(users: pl.DataFrame, *, guard: bool) -> pl.DataFrame:
    nested = [name for name, kind in users.schema.items() if kind.is_nested() or kind == pl.Binary]
    if nested:
        raise QueryError(
            f"column {nested[0]!r} is {users.schema[nested[0]]}, which CSV cannot hold; "
            "leave it out with columns=[…], or export to .parquet"
        )
    if not guard:
        return users
    texts = [
        name
        for name, kind in users.schema.items()
        if isinstance(kind, pl.String | pl.Categorical | pl.Enum)
    ]
    guarded = users.with_columns(_guarded(name) for name in texts)
    return guarded.rename(dict(zip(users.columns, _heads(users.columns), strict=True)))


def _guarded(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    return pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).alias(name)


def _heads(names: list[str]) -> list[str]:
    # A column's name is a cell like any other.
    return pl.Series("text", names).to_frame().select(_guarded("text")).to_series().to_list()

"""Write users to files for other systems."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import polars as pl
import polars.selectors as cs

from results_widgets._hashing import check_secret, hashed_ids
from results_widgets._io import make_folder, whole_file
from results_widgets.errors import QueryError

_FORMULA = (
    r"^([\s\p{Z}\p{C}\x{034f}\x{115f}\x{1160}\x{2800}\x{3164}\x{ffa0};,|'\"`“”„‟‘’‚‛«»‹›]*[=+\-@＝＋－＠﹦﹢﹣﹫−]"
    r"|[\t\r\n])"
)
"""What makes a spreadsheet run a cell as a formula: a sign, its full-width and small forms included, at the start or
behind what a spreadsheet skips, does not show, or takes for the end of a cell."""


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
    if ending == ".csv":
        _check_flat(users.select(wanted).schema)
    # Hashes take more memory than ids, so the file is streamed: only the rows being written are hashed
    # at a time.
    rows = users.lazy().select(wanted)
    if salt is not None:
        rows = _hashed(rows, salt)
    make_folder(target.parent)
    with whole_file(target, private=True) as scratch:
        if ending == ".csv":
            # In quotes, a text stays one cell whichever sign a spreadsheet takes to separate cells.
            quotes: Literal["non_numeric", "necessary"] = "non_numeric" if guard else "necessary"
            _guarded(rows, guard=guard).sink_csv(scratch, quote_style=quotes)
        else:
            rows.sink_parquet(scratch)
    return target


def _hashed(rows: pl.LazyFrame, salt: str) -> pl.LazyFrame:
    secret = check_secret(salt, "salt")

    def hmacs(ids: pl.Series) -> pl.Series:
        return hashed_ids(ids, secret)

    ids = pl.col("^user_id$").map_batches(hmacs, return_dtype=pl.String, is_elementwise=True)
    return rows.with_columns(ids)


def _check_flat(schema: pl.Schema) -> None:
    nested = [name for name, kind in schema.items() if kind.is_nested() or kind == pl.Binary]
    if nested:
        raise QueryError(
            f"column {nested[0]!r} is {schema[nested[0]]}, which CSV cannot hold; "
            "leave it out with columns=[…], or export to .parquet"
        )


def _guarded(rows: pl.LazyFrame, *, guard: bool) -> pl.LazyFrame:
    if not guard:
        return rows
    texts = cs.string() | cs.categorical() | cs.enum()
    names = rows.collect_schema().names()
    # The names of columns are cells, too.
    heads = pl.select(_safe(pl.lit(pl.Series(names, dtype=pl.String)))).to_series().to_list()
    return rows.with_columns(_safe(texts)).rename(dict(zip(names, heads, strict=True)))


def _safe(cells: pl.Expr) -> pl.Expr:
    return cells.cast(pl.String).str.replace(_FORMULA, "'${1}")

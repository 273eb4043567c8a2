"""The hashes of `_hashing` on the engine that holds the ids.

Engines have no whole numbers that wrap around at 64 bits, so a hash is two numbers of 32: ``_high`` and
``_low``. What goes on between stays below 2**53, where no division is inexact. Every step is one of
rows, since an expression that names its parts over and over grows without end.
"""

from typing import Final

import narwhals as nw

from results_widgets.engine.frames import Rows, collect
from results_widgets.segments._hashing import GAMMA, MIX, SHIFTS, SIZE, below
from results_widgets.sources.engines import SqlEngine

HASH: Final = ("_high", "_low")
"""The columns of a hash."""

_HALF: Final = 1 << 32
_QUARTER: Final = 1 << 16
_DIGITS: Final = 8


def hashed(rows: Rows, text: nw.Expr, engine: SqlEngine, seed: int) -> Rows:
    """Add `HASH`, the hash of a text that is not null."""
    own = rows.collect_schema().names()
    rows = rows.with_columns(_text=text)
    rows = engine.with_sql(rows, {"_hex": engine.dialect.to_hex.format("_text")})
    rows = rows.with_columns(_bytes=(nw.col("_hex").str.len_chars() // 2).cast(nw.Int64))
    most = int(collect(rows.select(nw.col("_bytes").max())).item() or 0)
    start = (seed + 1) * GAMMA % SIZE
    rows = rows.with_columns(_high=nw.lit(start // _HALF), _low=nw.lit(start % _HALF))
    rows = _mixed(_plus(rows, nw.col("_bytes")), engine)
    for at in range(0, most, 8):
        rows = _with_piece(rows, at, engine)
    return rows.select(*own, *HASH)


def _with_piece(rows: Rows, at: int, engine: SqlEngine) -> Rows:
    """Fold eight bytes in, for texts that go on so far."""
    padded = nw.concat_str([nw.col("_hex"), nw.lit("0" * 2 * _DIGITS)])
    first, second = (padded.str.slice(2 * at + place, _DIGITS) for place in (0, _DIGITS))
    before = {name: nw.col(name) for name in HASH}
    rows = rows.with_columns(_first=first, _second=second)
    rows = rows.with_columns(_high_before=before["_high"], _low_before=before["_low"])
    of_hex, either = engine.dialect.from_hex, engine.dialect.xor
    # Texts that ended before have nothing here, which is no number.
    rows = rows.with_columns(
        nw.when(nw.col("_bytes") > at).then(nw.col(name)).otherwise(nw.lit("0")).alias(name)
        for name in ("_first", "_second")
    )
    rows = engine.with_sql(rows, {"_a": of_hex.format("_first"), "_b": of_hex.format("_second")})
    rows = engine.with_sql(
        rows, {"_c": either.format("_high", "_a"), "_d": either.format("_low", "_b")}
    )
    rows = rows.with_columns(_high=nw.col("_c"), _low=nw.col("_d")).drop("_a", "_b", "_c", "_d")
    rows = _mixed(_plus(rows, nw.lit(0), GAMMA), engine)
    goes_on = nw.col("_bytes") > at
    return rows.with_columns(
        nw.when(goes_on).then(nw.col(name)).otherwise(nw.col(f"{name}_before")).alias(name)
        for name in HASH
    )


def _plus(rows: Rows, number: nw.Expr, constant: int = 0) -> Rows:
    """Add a number below 2**32, and a constant."""
    rows = rows.with_columns(_sum=nw.col("_low") + number + constant % _HALF)
    high = nw.col("_high") + constant // _HALF + _sum_over()
    return rows.with_columns(_high=high % _HALF, _low=nw.col("_sum") % _HALF).drop("_sum")


def _sum_over() -> nw.Expr:
    return nw.col("_sum") // _HALF


def _mixed(rows: Rows, engine: SqlEngine) -> Rows:
    for bits, factor in zip(SHIFTS, (*MIX, None), strict=True):
        rows = _shifted(rows, bits, engine)
        rows = rows if factor is None else _times(rows, factor)
    return rows


def _shifted(rows: Rows, bits: int, engine: SqlEngine) -> Rows:
    """Return the exclusive or of the hash and itself shifted to the right."""
    high, low, part = nw.col("_high"), nw.col("_low"), 1 << bits
    rows = rows.with_columns(_a=high // part, _b=low // part + high % part * (_HALF // part))
    either = engine.dialect.xor
    mixed = {"_c": either.format("_high", "_a"), "_d": either.format("_low", "_b")}
    rows = engine.with_sql(rows, mixed)
    return rows.with_columns(_high=nw.col("_c"), _low=nw.col("_d")).drop("_a", "_b", "_c", "_d")


def _times(rows: Rows, factor: int) -> Rows:
    """Multiply, quarter by quarter of the factor."""
    high, low = nw.col("_high"), nw.col("_low")
    one, two, three, four = (factor >> bits & (_QUARTER - 1) for bits in (0, 16, 32, 48))
    rows = rows.with_columns(
        _a=low * one,
        _b=low * two,
        _c=low * three + high * one,
        _d=low * four % _QUARTER + high * two % _QUARTER,
    )
    rows = rows.with_columns(_sum=nw.col("_a") + nw.col("_b") % _QUARTER * _QUARTER)
    upper = _sum_over() + nw.col("_b") // _QUARTER + nw.col("_c") + nw.col("_d") * _QUARTER
    rows = rows.with_columns(_high=upper % _HALF, _low=nw.col("_sum") % _HALF)
    return rows.drop("_a", "_b", "_c", "_d", "_sum")


def under(share: float) -> nw.Expr:
    """Whether the hash lies among that share of all hashes."""
    high, low = divmod(below(share), _HALF)
    own = nw.col("_high")
    return (own < high) | ((own == high) & (nw.col("_low") < low))

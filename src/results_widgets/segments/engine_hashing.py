"""The hashes of `hashing`, computed by the engine that holds the ids.

SQL has no 64-bit integer that wraps around, so a hash is kept as two 32-bit halves, ``_high`` and
``_low``, and every intermediate value stays below 2**53, where division is exact. Each step is a query
of its own: nested into one another, the expressions would grow exponentially.
"""

from typing import Final

import narwhals as nw

from results_widgets.engine.frames import Rows, collect
from results_widgets.segments.hashing import GAMMA, MIX, SHIFTS, SIZE, hash_bound
from results_widgets.sources.engines import SqlEngine

HASH: Final = ("_high", "_low")
"""The columns of a hash."""

_HALF: Final = 1 << 32
_QUARTER: Final = 1 << 16
_DIGITS: Final = 8


def with_hash(rows: Rows, text: nw.Expr, engine: SqlEngine, seed: int) -> Rows:
    """Add `HASH`: the hash of a text expression, which must not be null."""
    own = rows.collect_schema().names()
    rows = rows.with_columns(_text=text)
    rows = engine.with_sql(rows, {"_hex": engine.dialect.to_hex.format("_text")})
    rows = rows.with_columns(_bytes=(nw.col("_hex").str.len_chars() // 2).cast(nw.Int64))
    most = int(collect(rows.select(nw.col("_bytes").max())).item() or 0)
    start = (seed + 1) * GAMMA % SIZE
    rows = rows.with_columns(_high=nw.lit(start // _HALF), _low=nw.lit(start % _HALF))
    rows = _mixed(_plus(rows, nw.col("_bytes")), engine)
    for at in range(0, most, 8):
        rows = _with_chunk(rows, at, engine)
    return rows.select(*own, *HASH)


def _with_chunk(rows: Rows, at: int, engine: SqlEngine) -> Rows:
    """Mix in the eight bytes at a position, for texts that are that long."""
    padded = nw.concat_str([nw.col("_hex"), nw.lit("0" * 2 * _DIGITS)])
    first, second = (padded.str.slice(2 * at + place, _DIGITS) for place in (0, _DIGITS))
    before = {name: nw.col(name) for name in HASH}
    rows = rows.with_columns(_first=first, _second=second)
    rows = rows.with_columns(_high_before=before["_high"], _low_before=before["_low"])
    from_hex, xor = engine.dialect.from_hex, engine.dialect.xor
    # A shorter text has no characters here, and an empty text is not a number.
    rows = rows.with_columns(
        nw.when(nw.col("_bytes") > at).then(nw.col(name)).otherwise(nw.lit("0")).alias(name)
        for name in ("_first", "_second")
    )
    rows = engine.with_sql(
        rows, {"_a": from_hex.format("_first"), "_b": from_hex.format("_second")}
    )
    rows = engine.with_sql(rows, {"_c": xor.format("_high", "_a"), "_d": xor.format("_low", "_b")})
    rows = rows.with_columns(_high=nw.col("_c"), _low=nw.col("_d")).drop("_a", "_b", "_c", "_d")
    rows = _mixed(_plus(rows, nw.lit(0), GAMMA), engine)
    longer = nw.col("_bytes") > at
    return rows.with_columns(
        nw.when(longer).then(nw.col(name)).otherwise(nw.col(f"{name}_before")).alias(name)
        for name in HASH
    )


def _plus(rows: Rows, number: nw.Expr, constant: int = 0) -> Rows:
    """Add a number below 2**32, and a constant of up to 64 bits."""
    rows = rows.with_columns(_sum=nw.col("_low") + number + constant % _HALF)
    high = nw.col("_high") + constant // _HALF + _carry()
    return rows.with_columns(_high=high % _HALF, _low=nw.col("_sum") % _HALF).drop("_sum")


def _carry() -> nw.Expr:
    return nw.col("_sum") // _HALF


def _mixed(rows: Rows, engine: SqlEngine) -> Rows:
    for bits, factor in zip(SHIFTS, (*MIX, None), strict=True):
        rows = _shifted(rows, bits, engine)
        rows = rows if factor is None else _times(rows, factor)
    return rows


def _shifted(rows: Rows, bits: int, engine: SqlEngine) -> Rows:
    """Exclusive-or the hash with itself shifted to the right."""
    high, low, part = nw.col("_high"), nw.col("_low"), 1 << bits
    rows = rows.with_columns(_a=high // part, _b=low // part + high % part * (_HALF // part))
    xor = engine.dialect.xor
    mixed = {"_c": xor.format("_high", "_a"), "_d": xor.format("_low", "_b")}
    rows = engine.with_sql(rows, mixed)
    return rows.with_columns(_high=nw.col("_c"), _low=nw.col("_d")).drop("_a", "_b", "_c", "_d")


def _times(rows: Rows, factor: int) -> Rows:
    """Multiply by a 64-bit factor, 16 bits of it at a time."""
    high, low = nw.col("_high"), nw.col("_low")
    one, two, three, four = (factor >> bits & (_QUARTER - 1) for bits in (0, 16, 32, 48))
    rows = rows.with_columns(
        _a=low * one,
        _b=low * two,
        _c=low * three + high * one,
        _d=low * four % _QUARTER + high * two % _QUARTER,
    )
    rows = rows.with_columns(_sum=nw.col("_a") + nw.col("_b") % _QUARTER * _QUARTER)
    upper = _carry() + nw.col("_b") // _QUARTER + nw.col("_c") + nw.col("_d") * _QUARTER
    rows = rows.with_columns(_high=upper % _HALF, _low=nw.col("_sum") % _HALF)
    return rows.drop("_a", "_b", "_c", "_d", "_sum")


def below_share(share: float) -> nw.Expr:
    """Whether the hash is below `hash_bound` of a share."""
    high, low = divmod(hash_bound(share), _HALF)
    own = nw.col("_high")
    return (own < high) | ((own == high) & (nw.col("_low") < low))

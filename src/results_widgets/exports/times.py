"""Times of any form as epoch µs, and whether they name their zone: one by one, and the usual ones all at once."""

import re
from datetime import date, datetime
from types import NoneType
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.exports.mapping import Mapping
from results_widgets.tables.held import first_pass, is_repeated
from results_widgets.tables.options import TimeUnit
from results_widgets.tables.times import MICROS, ZONED, with_times_of_text

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_PER_UNIT: Final[dict[TimeUnit, float]] = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
_FROM: Final[tuple[tuple[float, TimeUnit], ...]] = ((1e11, "s"), (1e14, "ms"), (1e17, "us"))
_LARGEST: Final = 9e18
_WHOLE: Final = r"^\d{1,18}$"
_LIKE_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_PLAIN: Final = (
    r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])%s(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(?:\.\d{1,6})?%s$"
)
"""Texts that need no more than one form of `strftime` to be read, by what parts day and clock and what ends them."""

_ENDS: Final = {"Z": ("Z", "Z"), "": ("", "")}
_OFFSET: Final = (r"[+-](?:0\d|1[0-7]):?[0-5]\d", "%z")
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - of times that name no zone


def instants(values: list[Any], mapping: Mapping) -> tuple[list[int | None], list[bool | None]]:
    """Return times as epoch µs, and whether they name their zone; null of those read in the mapping's."""
    times: list[int | None] = [None] * len(values)
    zoned: list[bool | None] = [True] * len(values)
    texts: list[tuple[int, str]] = []
    for n, value in enumerate(values):
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, int | float):
            times[n] = _from_number(value, mapping.time_unit)
        elif isinstance(value, datetime):
            times[n], zoned[n] = _from_datetime(value)
        elif isinstance(value, date):
            times[n], zoned[n] = _micros(datetime(value.year, value.month, value.day)), False  # noqa: DTZ001
        elif mapping.time_format is None and _NUMBER.fullmatch(str(value).strip()):
            times[n] = _from_number(float(value), mapping.time_unit, str(value).strip())
        else:
            texts.append((n, str(value)))
    for (n, _), (time, is_zoned) in zip(
        texts, _from_texts([t for _, t in texts], mapping), strict=True
    ):
        times[n], zoned[n] = time, is_zoned
    return _in_zone(times, zoned, mapping.time_zone)


def instants_at_once(
    values: list[Any] | pl.Series, mapping: Mapping
) -> tuple[pl.Series, pl.Series]:
    """Return the same as `instants`: whole numbers and texts of one form are read all at once."""
    found = _at_once(_as_column(values), mapping)
    if found is None:
        lists = instants([None if one == "" else one for one in values], mapping)
        return pl.Series(lists[0], dtype=pl.Int64), pl.Series(lists[1], dtype=pl.Boolean)
    times, zoned = found
    if mapping.time_zone is None or zoned.all():
        return found
    instant = _instants_of_zone(times, mapping.time_zone)
    return times.zip_with(zoned, instant), zoned.set(~zoned, None)


def _as_column(values: list[Any] | pl.Series) -> pl.Series | None:
    """Return values as a column, if they are all text or all whole numbers of 64 bits."""
    if isinstance(values, pl.Series):
        return values
    kinds = {*map(type, values)} - {NoneType}
    return (
        as_whole(values)
        if kinds == {int}
        else pl.Series(values, dtype=pl.String)
        if kinds == {str}
        else None
    )


def _at_once(values: pl.Series | None, mapping: Mapping) -> tuple[pl.Series, pl.Series] | None:
    """Return the values of a column as times; None if they are to be read one by one."""
    if values is None:
        return None
    if values.dtype == pl.String:
        return _of_texts(values, mapping)
    if values.dtype.is_integer() and values.dtype not in (pl.UInt64, pl.Int128, pl.UInt128):
        return _of_numbers(values.cast(pl.Int64), mapping.time_unit)
    if not isinstance(values.dtype, pl.Datetime | pl.Date):
        return None
    # Of an instant the number is that of UTC, whatever its zone.
    micros = values.cast(pl.Datetime("us", getattr(values.dtype, "time_zone", None)))
    is_zoned = getattr(values.dtype, "time_zone", None) is not None
    return micros.to_physical(), values.is_null() | is_zoned


def as_whole(values: list[Any]) -> pl.Series | None:
    """Return whole numbers as a column; None if 64 bits do not hold them."""
    try:
        return pl.Series(values, dtype=pl.Int64)
    except (TypeError, OverflowError):  # beyond 64 bits
        return None


def _of_numbers(
    numbers: pl.Series | None, unit: TimeUnit | None
) -> tuple[pl.Series, pl.Series] | None:
    """Return whole numbers as times; None if they are not of one unit, or too large."""
    if numbers is None:
        return None
    low, high = (one if isinstance(one, int) else 0 for one in (numbers.min(), numbers.max()))
    of = unit or _unit_of(high)
    if low < 0 or of != (unit or _unit_of(low)) or high * max(_PER_UNIT[of], 1) >= _LARGEST:
        return None
    times = numbers // 1_000 if of == "ns" else numbers * int(_PER_UNIT[of])
    return times, _true(len(numbers))


def _of_texts(texts: pl.Series, mapping: Mapping) -> tuple[pl.Series, pl.Series] | None:
    """Return texts of one form as times; None if some are numbers and others not."""
    texts = texts.set(texts == "", None)
    if mapping.time_format is None:
        plain = texts.str.strip_chars()
        if plain.str.contains(_WHOLE).all():
            return _of_numbers(plain.cast(pl.Int64), mapping.time_unit)
        if plain.str.contains(_LIKE_NUMBER).any():
            return None
    found = _plainly(texts) if mapping.time_format is None else None
    if found is not None:
        return found
    times, zoned = _read_texts(texts, mapping)
    return times, zoned.fill_null(value=True) | texts.is_null()


def _plainly(texts: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """Return texts that are all of one plain form as times; None if they are not."""
    first = texts.max()
    if not isinstance(first, str) or len(first) < len("2026-03-02T09:00:00"):
        return None
    between, end = first[10], first[19:].lstrip(".0123456789")
    ending, zone = _ENDS.get(end, _OFFSET)
    if between not in "T " or not texts.str.contains(_PLAIN % (between, ending)).all():
        return None
    form = f"%Y-%m-%d{between}%H:%M:%S%.f{zone}"
    kind = pl.Datetime("us", "UTC" if zone == "%z" else None)
    times = texts.str.strptime(kind, form, strict=False)
    if times.null_count() != texts.null_count():
        return None
    return times.to_physical(), texts.is_null() if not zone else _true(len(texts))


def _true(count: int) -> pl.Series:
    return pl.Series([True]).new_from_index(0, count)


def _instants_of_zone(local: pl.Series, zone: str) -> pl.Series:
    """Return local times of a zone as instants."""
    times = local.cast(pl.Datetime("us"))
    instant = first_pass(pl.col("time"), zone).dt.convert_time_zone("UTC")
    return times.to_frame("time").select(instant.cast(pl.Int64)).to_series()


def in_repeated_hour(mapping: Mapping) -> pl.Expr | None:
    """Return whether a row's time was taken for the first of two, since clocks repeat that hour; None: no time was."""
    zone = mapping.time_zone
    if zone is None or zone == "UTC":
        return None
    instant = pl.col("time").cast(pl.Datetime("us", "UTC"))
    local = instant.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return pl.col("is_zoned").is_null() & is_repeated(local, zone)


def _in_zone(
    times: list[int | None], zoned: list[bool | None], zone: str | None
) -> tuple[list[int | None], list[bool | None]]:
    """Return local times as instants of the zone that the mapping names, if it names one."""
    if zone is None or all(zoned):
        return times, zoned
    micros = _instants_of_zone(pl.Series(times, dtype=pl.Int64), zone).to_list()
    found = [
        time if is_zoned else micros[n]
        for n, (time, is_zoned) in enumerate(zip(times, zoned, strict=True))
    ]
    return found, [is_zoned or None for is_zoned in zoned]


def _from_number(number: float, unit: TimeUnit | None, text: str = "") -> int | None:
    if not abs(number) < _LARGEST:  # NaN as well
        return None
    of = unit or _unit_of(abs(number))
    if abs(number) * _PER_UNIT[of] >= _LARGEST:
        return None
    if text.lstrip("+-").isdecimal():
        number = int(text)
    if isinstance(number, int):
        micros = number // 1_000 if of == "ns" else number * int(_PER_UNIT[of])
    else:
        micros = round(number * _PER_UNIT[of])
    return micros if abs(micros) < _LARGEST else None


def _unit_of(number: float) -> TimeUnit:
    """Return the unit in which a number is a time of these decades."""
    return next((unit for most, unit in _FROM if number < most), "ns")


def _from_datetime(value: datetime) -> tuple[int, bool]:
    if value.tzinfo is None:
        return _micros(value), False
    naive = value.replace(tzinfo=None)
    offset = value.utcoffset()
    assert offset is not None
    return _micros(naive - offset), True


def _micros(naive: datetime) -> int:
    since = naive - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _from_texts(texts: list[str], mapping: Mapping) -> list[tuple[int | None, bool | None]]:
    if not texts:
        return []
    times, zoned = _read_texts(pl.Series(texts, dtype=pl.String), mapping)
    return [*zip(times.to_list(), zoned.to_list(), strict=True)]


def _read_texts(texts: pl.Series, mapping: Mapping) -> tuple[pl.Series, pl.Series]:
    """Return texts as epoch µs, and whether they name their zone; null for what cannot be read."""
    frame = texts.to_frame("timestamp")
    if mapping.time_format is not None:
        has_zone = "%z" in mapping.time_format
        time = pl.col("timestamp").str.strptime(
            pl.Datetime("us", "UTC" if has_zone else None), mapping.time_format, strict=False
        )
        found = frame.select(time=time.cast(pl.Int64), zoned=pl.lit(has_zone))
    else:
        # A space before the offset, as in "2021-03-10 23:50:30 +00:00", is read as well.
        rows, _ = with_times_of_text(nw.from_native(frame.lazy()), None, None)
        read = rows.select(nw.col(MICROS).alias("time"), nw.col(ZONED).alias("zoned"))
        found = read.to_native().collect()
    return found["time"], found["zoned"]

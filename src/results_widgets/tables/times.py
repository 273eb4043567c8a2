"""Times as text or numbers, parsed by the same arithmetic on every engine.

Databases differ in which texts they take for a time and raise on those they do not, so nothing here
is left to them: a pattern says what is readable, and numbers cut out of it make epoch microseconds.
"""

from collections.abc import Callable
from typing import Any, Final

import narwhals as nw

from results_widgets.errors import EventsError
from results_widgets.tables.checks import Check, Rows
from results_widgets.tables.options import TimeUnit
from results_widgets.tables.usual_times import with_usual_times
from results_widgets.tables.values import present

YEARS: Final = (1900, 2200)
"""The first plausible year and the one after the last. Systems write years 1 and 9999 for "never" and "forever",
and local time is undefined that far out."""

EDGES: Final = (-2_208_988_800_000_000, 7_258_118_400_000_000)
"""The same as epoch µs: the first plausible instant and the one after the last."""

_READABLE: Final = (
    r"^\d{4}[-/]\d{2}[-/]\d{2}"
    r"([Tt ]\d{2}:[0-5]\d(:\d{2}([.,]\d+)?)?"
    r"(\s*([Zz]|UTC|GMT|[+-]\d{2}(:?\d{2})?)(\[[A-Za-z0-9_/+-]+\])?)?)?$"
)
_WHOLE: Final = r"^-?(\d{1,18}|[1-8]\d{18})$"
_FRACTION: Final = r"^-?\d{1,15}\.\d+$"
_NUMBER: Final = r"^-?\d+(\.\d+)?$"
_OTHER: Final = (
    r"^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"  # 02.03.2026, 3/2/2026
    r"|\d\s*[AaPp]\.?[Mm]\.?$"  # 8:00 AM
    r"|^([A-Za-z]{3,9},?\s+)?\d{1,2}[ -][A-Za-z]{3}"  # Mon, 02 Mar 2026
    r"|^[A-Za-z]{3,9}\.?\s+\d{1,2},?\s"  # Mar 2, 2026
)
"""Times all the same, but in an order of day and month, or a language, that the text does not say."""

_PER_UNIT: Final[dict[TimeUnit, float]] = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
_LARGEST: Final = 9e18
EXAMPLE: Final = "'2026-03-01T09:00:00+01:00'"


MICROS: Final = "_micros"
"""The column added for epoch µs (Int64): of a time without a zone as if it were in UTC; null where unreadable."""

ZONED: Final = "_zoned"
"""The column added for whether the value names its zone."""

_TEXT: Final = "_text"
_USUAL: Final = "_usual_micros"
_REST: Final = "_rest"


def with_times_of_text(
    rows: Rows, time_unit: TimeUnit | None, zone: str | None
) -> tuple[Rows, Check]:
    """Add `MICROS` and `ZONED` of a timestamp that is text: ISO 8601 with its variants, numbers if their unit is known.

    Args:
        rows: The table.
        time_unit: Unit of numbers since 1970; None refuses them.
        zone: Zone of times that name none; None refuses them.

    Returns:
        The rows, and what their timestamps must pass; every row is looked at.
    """
    text = nw.col(_TEXT)
    rows = rows.with_columns(
        present(nw.col("timestamp").cast(nw.String)).str.strip_chars().alias(_TEXT)
    )
    rows = _with_instants(rows)
    if time_unit is not None:
        number = _from_digits(text, time_unit)
        rows = rows.with_columns(
            nw.coalesce(MICROS, number).alias(MICROS),
            (nw.col(ZONED) | ~number.is_null()).alias(ZONED),
        )
    micros = nw.col(MICROS)
    unread = ~text.is_null() & micros.is_null()
    seen = {
        "rows": text.count(),
        "read": micros.count(),
        "number": _least(text, text.str.contains(_NUMBER) & unread),
        "other": _least(text, text.str.contains(_OTHER) & unread),
        "naive": _least(text, ~micros.is_null() & ~nw.col(ZONED)),
        "any": text.min(),
    }
    return rows, Check(seen, _judge_text(zone))


def with_times_of_numbers(
    rows: Rows, kind: nw.dtypes.DType, unit: TimeUnit | None
) -> tuple[Rows, Check]:
    """Add `MICROS` and `ZONED` of a timestamp that is a number since 1970.

    Args:
        rows: The table.
        kind: The column's type.
        unit: Unit of the numbers; None refuses them.

    Returns:
        The rows, and what their timestamps must pass.
    """
    # Integers beyond 64 bits with a sign are no times, and must not stop the rest.
    exact = kind.is_integer() and kind not in (nw.UInt64, nw.Int128, nw.UInt128)
    numbers = nw.col("timestamp").cast(nw.Int64 if exact else nw.Float64)
    micros = _scaled(numbers, unit or "us", exact=exact)
    plausible = (micros >= EDGES[0]) & (micros < EDGES[1])
    seen = {
        "rows": numbers.count(),
        "read": nw.when(plausible).then(micros).count(),
        "any": numbers.max(),
    }

    def judge(found: dict[str, Any]) -> None:
        if not found["rows"]:
            return
        shown = f"{found['any']:.0f}"
        if unit is None:
            raise EventsError(
                f"events: column 'timestamp' is {kind} and holds {shown}{_hint(shown)}"
            )
        if not found["read"]:
            raise EventsError(
                f"events: column 'timestamp' holds {shown}, which with time_unit={unit!r} lies "
                f"outside the years {YEARS[0]} to {YEARS[1] - 1}{_hint(shown)}"
            )

    rows = rows.with_columns(micros.alias(MICROS), nw.lit(True).alias(ZONED))
    return rows, Check(seen, judge)


def naive_error(found: str) -> EventsError:
    """Return the error of times that name no zone, found in a column in some way."""
    return EventsError(
        f"events: column 'timestamp' {found}; say which it is in: Results(…, naive_time_zone='Europe/Berlin')"
    )


def _judge_text(zone: str | None) -> Callable[[dict[str, Any]], None]:
    def judge(found: dict[str, Any]) -> None:
        # Single values that cannot be read become null; `quality` counts them.
        if found["number"] is not None:
            raise EventsError(
                f"events: column 'timestamp' holds the text {found['number']!r}{_hint(found['number'])}"
            )
        wrong = found["other"] or (found["any"] if not found["read"] else None)
        if wrong is not None:
            why = "can be read in more than one way" if found["other"] else "is not a time"
            raise EventsError(
                f"events: column 'timestamp' holds the text {wrong!r}, which {why}; write it like {EXAMPLE}"
            )
        if zone is None and found["naive"] is not None:
            raise naive_error(f"holds {found['naive']!r}, which names no zone")

    return judge


def _hint(number: str) -> str:
    """Return what a number looks like, and what to do about it."""
    digits = len(number.partition(".")[0].lstrip("-"))
    if digits == 8 and number.startswith(("19", "20")):  # noqa: PLR2004 - YYYYMMDD
        return f", which looks like a date; write it like {EXAMPLE}"
    if digits <= 5:  # noqa: PLR2004 - 46083 is 2 March 2026 in a spreadsheet
        return f", which looks like the days of a spreadsheet; write times like {EXAMPLE}"
    units: dict[TimeUnit, tuple[str, int]] = {
        "s": ("seconds", 11),
        "ms": ("milliseconds", 14),
        "us": ("microseconds", 17),
        "ns": ("nanoseconds", 99),
    }
    unit, (words, _) = next(pair for pair in units.items() if digits <= pair[1][1])
    return (
        f", which looks like {words} since 1970: pass time_unit={unit!r}, or convert the column, for "
        f"example pl.from_epoch('timestamp', {unit!r}).dt.replace_time_zone('UTC')"
    )


def _least(text: nw.Expr, chosen: nw.Expr) -> nw.Expr:
    return nw.when(chosen).then(text).min()


def _with_instants(rows: Rows) -> Rows:
    """Add `MICROS` and `ZONED` of readable text, by the engine's own parser where that is Polars'."""
    if not rows.implementation.is_polars():
        return _with_iso(rows, _TEXT)
    native = with_usual_times(rows.to_native(), _TEXT, _USUAL, _REST)
    rows = _with_iso(nw.from_native(native), _REST)
    return rows.with_columns(
        nw.coalesce(_USUAL, MICROS).alias(MICROS),
        # What is usual names its zone.
        (nw.col(ZONED) | (nw.col(_REST).is_null() & ~nw.col(_TEXT).is_null())).alias(ZONED),
    ).drop(_USUAL, _REST)


def _with_iso(rows: Rows, text: str) -> Rows:
    """Add `MICROS` and `ZONED` of readable text in a column.

    Step by step: an engine that is asked in SQL repeats an expression wherever it is named.
    """
    iso = nw.col("_iso")
    rows = rows.with_columns(nw.when(nw.col(text).str.contains(_READABLE)).then(text).alias("_iso"))
    has_clock = iso.str.len_chars() > len("2026-03-01")
    has_seconds = has_clock & (iso.str.slice(16, 1) == ":")
    behind = nw.when(has_clock).then(iso.str.slice(16)).str.replace_all(r"^[0-9:.,]*\s*", "")
    rows = rows.with_columns(
        _year=_number(iso, 0, 4, ~iso.is_null()),
        _month=_number(iso, 5, 2, ~iso.is_null()),
        _day=_number(iso, 8, 2, ~iso.is_null()),
        _minute=_number(iso, 11, 2, has_clock) * 60 + _number(iso, 14, 2, has_clock),
        _second=_number(iso, 17, 2, has_seconds),
        _fraction=_fraction(iso, has_seconds),
        _zone=behind,
        _digits=behind.str.replace_all(r"\[.*$", "").str.replace_all(r"[^0-9]", ""),
    )
    zone, digits = nw.col("_zone"), nw.col("_digits")
    signed = zone.str.slice(0, 1).is_in(["+", "-"]).fill_null(False)
    ahead = _number(digits, 0, 2, signed) * 60
    ahead = ahead + _number(digits, 2, 2, signed & (digits.str.len_chars() == len("0100")))
    rows = rows.with_columns(
        (zone != "").fill_null(False).alias(ZONED),
        _ahead=nw.when(zone.str.slice(0, 1) == "-").then(-ahead).otherwise(ahead),
        _length=_length(nw.col("_year"), nw.col("_month")),
        _years=nw.col("_year") - (nw.col("_month") <= 2).cast(nw.Int64),  # noqa: PLR2004
        _of_year=(153 * ((nw.col("_month") + 9) % 12) + 2) // 5 + nw.col("_day") - 1,
    )
    minutes = _days() * 1_440 + nw.col("_minute") - nw.col("_ahead")
    micros = (minutes * 60 + nw.col("_second")) * 1_000_000 + nw.col("_fraction")
    rows = rows.with_columns(nw.when(~iso.is_null() & _is_valid()).then(micros).alias(MICROS))
    return rows.drop(*_STEPS)


_STEPS: Final = (
    *("_iso", "_year", "_month", "_day", "_minute", "_second", "_fraction", "_zone"),
    *("_digits", "_ahead", "_length", "_years", "_of_year"),
)


def _is_valid() -> nw.Expr:
    """Whether the parts of a time are in their ranges; the pattern sees to the minutes."""
    return (
        nw.col("_month").is_between(1, 12)
        & (nw.col("_day") >= 1)
        & (nw.col("_day") <= nw.col("_length"))
        & (nw.col("_minute") < 1_440)  # noqa: PLR2004
        & (nw.col("_second") < 60)  # noqa: PLR2004
        & (nw.col("_ahead").abs() <= 18 * 60)
    )


def _number(text: nw.Expr, start: int, length: int, given: nw.Expr) -> nw.Expr:
    """Return the digits at a place as a number; 0 where they are not given."""
    digits = nw.when(given).then(text.str.slice(start, length))
    return digits.cast(nw.Int64).fill_null(0)


def _fraction(text: nw.Expr, has_seconds: nw.Expr) -> nw.Expr:
    """Return the fraction of a second in µs; digits beyond are cut off."""
    has_fraction = has_seconds & text.str.slice(19, 1).is_in([".", ","])
    digits = nw.when(has_fraction).then(text.str.slice(20)).str.replace_all(r"\D.*$", "")
    return nw.concat_str(digits, nw.lit("000000")).str.slice(0, 6).cast(nw.Int64).fill_null(0)


def _days() -> nw.Expr:
    """Return the days since 1970 of a Gregorian date whose year starts in March."""
    years = nw.col("_years")
    era = years // 400
    of_era = years - era * 400
    of_era = of_era * 365 + of_era // 4 - of_era // 100 + nw.col("_of_year")
    return era * 146_097 + of_era - 719_468


def _length(year: nw.Expr, month: nw.Expr) -> nw.Expr:
    """Return the days of a month."""
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    february = leap.cast(nw.Int64) + 28
    others = nw.when(month.is_in([4, 6, 9, 11])).then(nw.lit(30)).otherwise(nw.lit(31))
    return nw.when(month == 2).then(february).otherwise(others)  # noqa: PLR2004


def _from_digits(text: nw.Expr, unit: TimeUnit) -> nw.Expr:
    whole = nw.when(text.str.contains(_WHOLE)).then(text).cast(nw.Int64)
    fraction = nw.when(text.str.contains(_FRACTION)).then(text).cast(nw.Float64)
    return nw.coalesce(_scaled(whole, unit, exact=True), _scaled(fraction, unit, exact=False))


def _scaled(numbers: nw.Expr, unit: TimeUnit, *, exact: bool) -> nw.Expr:
    """Return numbers of a unit as µs; null beyond 64 bits."""
    factor = _PER_UNIT[unit]
    small = nw.when((numbers <= _LARGEST / factor) & (numbers >= -_LARGEST / factor)).then(numbers)
    if not exact:
        return (small * factor).round(0).cast(nw.Int64)
    return small // 1_000 if unit == "ns" else small * int(factor)

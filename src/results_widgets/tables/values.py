"""Columns of any type as the engine expects them: the same expressions for Polars, DuckDB and Spark.

Each function returns an expression and the checks that its values must pass. What a column's type
settles is never checked row by row.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import narwhals as nw

from results_widgets.errors import EventsError
from results_widgets.sources.missing import MISSING_TEXTS
from results_widgets.tables.checks import Check, refuse

_JSON: Final = nw.Struct({"json": nw.String})  # see `sources.column_types.JSON`
_TEXT: Final = (nw.String, nw.Categorical, nw.Enum)
_OPAQUE: Final = (nw.Binary, nw.Object, nw.Duration)
_WIDE: Final = (nw.Int128, nw.UInt128)
_EXACT: Final = 2**53  # beyond it floats no longer tell neighbouring whole numbers apart
_WHOLE: Final = r"^-?\d+\.0+$"
_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"

YES: Final = ("true", "t", "yes", "y", "1", "1.0", "on")
NO: Final = ("false", "f", "no", "n", "0", "0.0", "off")


@dataclass(frozen=True, slots=True)
class Column:
    """A column to normalise.

    Attributes:
        name: Its name in the table, after renaming.
        kind: Its type; None if the table has no such column.
        table: ``events`` or ``users``, for messages.
        has_whole_floats: Whether text such as ``18.0`` stands for the number 18.
    """

    name: str
    kind: nw.dtypes.DType | None
    table: str = field(default="events", kw_only=True)
    has_whole_floats: bool = field(default=False, kw_only=True)

    @property
    def values(self) -> nw.Expr:
        """The column itself."""
        return nw.col(self.name)

    def error(self, wanted: str) -> EventsError:
        """Return the error of a column whose type cannot be used."""
        found = "lists or objects" if self.kind == _JSON else self.kind
        return EventsError(f"{self.table}: column '{self.name}' is {found}; pass {wanted}")


Normalised = tuple[nw.Expr, list[Check]]
"""A column's expression, and what its values must pass."""


def present(column: nw.Expr) -> nw.Expr:
    """Return text without the texts that stand for a missing value."""
    return nw.when(~column.is_in(MISSING_TEXTS)).then(column)


def is_nested(kind: nw.dtypes.DType) -> bool:
    """Whether a type is a list, struct or map."""
    return kind.is_nested() or kind == nw.Map


def as_text(column: Column) -> Normalised:
    """Return a column of names as text; null if the table has no such column.

    Raises:
        EventsError: It holds lists, structs, maps or bytes.
    """
    if column.kind is None:
        return nw.lit(None).cast(nw.String).alias(column.name), []
    if column.kind.is_float():
        values, checks = _whole(column, "text")
        return values.cast(nw.String).alias(column.name), checks
    return _text(column, "text").alias(column.name), []


def as_id(column: Column) -> Normalised:
    """Return a column of ids as whole numbers (Int64, UInt64) or text; null if there is no such column.

    Raises:
        EventsError: It holds lists, structs, maps or bytes.
    """
    kind = column.kind
    if kind is not None and kind.is_integer() and kind not in _WIDE:
        values = column.values
        return (values if kind == nw.UInt64 else values.cast(nw.Int64)).alias(column.name), []
    if kind is not None and kind.is_float():
        values, checks = _whole(column, "text or whole numbers")
        return values.alias(column.name), checks
    return as_text(column)


def as_user_id(column: Column) -> Normalised:
    """Return the column of user ids; see `as_id`.

    Raises:
        EventsError: It holds neither text nor whole numbers.
    """
    kind = column.kind
    if kind is None or kind == nw.Boolean or kind.is_temporal() or kind == nw.Duration:
        raise column.error("text or whole numbers")
    return as_id(column)


def as_flag(column: Column) -> Normalised:
    """Return a Boolean column, parsed from numbers or words if need be; a missing value counts as false.

    Raises:
        EventsError: It holds neither truth values, numbers nor text.
    """
    name, kind, values = column.name, column.kind, column.values
    if kind is None:
        return nw.lit(False).alias(name), []
    if kind == nw.Boolean:
        return values.fill_null(False).alias(name), []
    wanted = "true or false, 1 or 0, yes or no"

    def message(found: object) -> str:
        return f"{column.table}: column '{name}' holds {found!r}, which is neither yes nor no; pass {wanted}"

    if kind.is_numeric():
        number = _without_nan(values, kind)
        known = (number == 0) | (number == 1)
        return (number == 1).fill_null(False).alias(name), [refuse(~known, number, message)]
    if kind not in _TEXT:
        raise column.error(wanted)
    word = present(values.cast(nw.String)).str.strip_chars().str.to_lowercase()
    unknown = ~word.is_in([*YES, *NO])
    return word.is_in(YES).fill_null(False).alias(name), [refuse(unknown, word, message)]


def _endless(column: Column, found: object) -> str:
    return (
        f"{column.table}: column '{column.name}' holds {found}, which cannot be added up; pass numbers, and leave "
        f"missing values empty"
    )


def as_amount(column: Column, name: str = "value") -> Normalised:
    """Return a column of amounts as Float64; what is not a number (NaN) is missing.

    Raises:
        EventsError: It holds neither numbers nor text.
    """
    kind, values = column.kind, column.values
    if kind is None:
        return nw.lit(None).cast(nw.Float64).alias(name), []
    if kind.is_numeric():
        number = values.cast(nw.Float64)
        if kind.is_integer():
            return number.alias(name), []
        endless = nw.when(~number.is_nan() & ~number.is_finite()).then(nw.lit(True))
        return (
            nw.when(number.is_finite()).then(number).alias(name),
            [refuse(endless.fill_null(False), number, partial(_endless, column))],
        )
    if kind not in _TEXT:
        raise column.error("numbers")
    text = present(values.cast(nw.String)).str.strip_chars()
    readable = text.str.contains(_NUMBER)

    def message(found: object) -> str:
        hint = "; write decimals with a point" if "," in str(found) else ""
        return (
            f"{column.table}: column '{column.name}' holds the text {found!r}, which is not a number; pass numbers, "
            f"and leave missing values empty{hint}"
        )

    number = nw.when(readable).then(text).cast(nw.Float64)
    return number.alias(name), [refuse(~readable, text, message)]


def as_found(column: Column) -> nw.Expr:
    """Return a further column as it is, without what stands for a missing value."""
    kind, values = column.kind, column.values
    assert kind is not None
    if kind == nw.String:
        return present(values).alias(column.name)
    if kind in (nw.Categorical, nw.Enum):
        return nw.when(~values.cast(nw.String).is_in(MISSING_TEXTS)).then(values).alias(column.name)
    return _without_nan(values, kind).alias(column.name)


def can_group(kind: nw.dtypes.DType) -> bool:
    """Whether numbers can be grouped by columns of a type."""
    return not (is_nested(kind) or kind in (*_OPAQUE, nw.Unknown, nw.Time, *_WIDE))


def _text(column: Column, wanted: str) -> nw.Expr:
    kind = column.kind
    assert kind is not None
    if is_nested(kind) or kind in _OPAQUE:
        raise column.error(wanted)
    text = column.values.cast(nw.String)
    if kind != nw.Unknown and kind not in _TEXT and not kind.is_decimal():
        return text
    text = present(text)
    if not (column.has_whole_floats or kind.is_decimal()):
        return text
    # Engines that stop at the first false condition spare most ids the regular expression.
    whole = nw.when(text.str.ends_with("0") & text.str.contains(_WHOLE)).then(text)
    return nw.coalesce(whole.str.replace_all(r"\.0+$", ""), text)


def _whole(column: Column, wanted: str) -> Normalised:
    """Return floats that are whole, as a gap makes them, as whole numbers."""
    assert column.kind is not None
    number = _without_nan(column.values, column.kind)
    bad = (number != number.round(0)) | (number.abs() > _EXACT)

    def message(found: object) -> str:
        why = "beyond 2^53, where floats run together" if abs(float(str(found))) > _EXACT else ""
        return (
            f"{column.table}: column '{column.name}' holds the number {found}"
            f"{', ' + why if why else ''}; pass ids as {wanted}"
        )

    return number.cast(nw.Int64), [refuse(bad, number, message)]


def _without_nan(values: nw.Expr, kind: nw.dtypes.DType) -> nw.Expr:
    return nw.when(~values.is_nan()).then(values) if kind.is_float() else values

"""Frames of other libraries as Polars frames: at once where their types allow it, else column by column."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

from results_widgets.errors import EventsError, MissingExtraError, listing
from results_widgets.sources.boundary import is_engine_error, reason_of
from results_widgets.sources.column_types import JSON


def from_pandas(source: Any, what: str) -> pl.DataFrame:
    """Return a pandas frame; a column of values of several types becomes text.

    Raises:
        EventsError: A column's name is there more than once.
        MissingExtraError: pyarrow is not installed.
    """
    named = [name for name in source.index.names if name is not None]
    source = source.reset_index(level=[name for name in named if name not in source.columns])
    names = [str(name) for name in source.columns]
    _refuse_repeated(names, what)
    source = source.set_axis(names, axis="columns")
    try:
        frame = pl.DataFrame(source)
    except ImportError:
        raise MissingExtraError("Reading a pandas frame", "pyarrow", "arrow") from None
    # Python errors of a conversion tell no more than that a column cannot be converted as it is.
    except BaseException as error:
        if not _is_of_conversion(error):
            raise
        frame = pl.DataFrame([_of_pandas(source[[name]]) for name in names])
    # Types that Polars carries without knowing them (periods, intervals) are read by their text.
    unknown = [name for name, kind in frame.schema.items() if type(kind).__name__ == "Extension"]
    frame = frame.with_columns(_as_text(source[[name]]) for name in unknown)
    return frame.drop([name for name in frame.columns if name.startswith("__index_level_")])


def from_arrow(source: Any, what: str) -> pl.DataFrame:
    """Return an Arrow table; columns of types that Polars does not have can be carried, but not used.

    Raises:
        EventsError: A column's name is there more than once, or the table cannot be read.
    """
    if type(source).__module__.partition(".")[0] == "pyarrow":
        source = _with_known_types(source)
    try:
        return pl.DataFrame(source)
    except BaseException as error:
        if not _is_of_conversion(error):
            raise
        import pyarrow as pa

        try:
            table = pa.table(source)
        except (pa.ArrowException, TypeError, ValueError):
            raise EventsError(f"{what}: the table cannot be read ({reason_of(error)})") from None
    _refuse_repeated(table.column_names, what)
    return pl.DataFrame([_converted(name, table.select([name])) for name in table.column_names])


def _with_known_types(source: Any) -> Any:
    """Return an Arrow table whose run ends are decoded, and whose widest decimals and numbers of databases are numbers.

    Polars has no such types: it panics over them, or carries them as nothing that is known.
    """
    import pyarrow as pa

    odd = [
        (place, field, convert)
        for place, field in enumerate(source.schema)
        if (convert := _conversion(field.type)) is not None
    ]
    if not odd:
        return source
    table = pa.table(source)
    for place, field, convert in odd:
        chunks = [convert(one) for one in table.column(place).chunks]
        kinds = {one.type for one in chunks}
        if len(kinds) > 1:
            chunks = [one.cast(pa.string()) for one in chunks]
        column = pa.chunked_array(chunks) if chunks else pa.nulls(0)
        table = table.set_column(place, field.name, column)
    return table


def _conversion(kind: Any) -> Callable[[Any], Any] | None:
    """Return what makes an Arrow array one of a type that Polars has; None if it is one."""
    import pyarrow as pa
    import pyarrow.compute

    if pa.types.is_decimal256(kind):
        return lambda array: array.cast(pa.float64())
    if pa.types.is_run_end_encoded(kind):
        return pa.compute.run_end_decode  # type: ignore[no-any-return]
    # What a database has and Arrow has not: ADBC hands over its text.
    if getattr(kind, "extension_name", "") == "arrow.opaque":
        is_number = kind.type_name == "numeric"
        return lambda array: _as_numbers(array.storage) if is_number else array.storage
    return None


def _as_numbers(texts: Any) -> Any:
    """Return the numbers that an Arrow array has as texts; those texts if they are whole and too large for one."""
    import pyarrow as pa
    import pyarrow.compute

    try:
        return texts.cast(pa.int64())
    except pa.ArrowInvalid:
        is_whole = pa.compute.all(pa.compute.match_substring_regex(texts, r"^-?\d+$")).as_py()
        return texts if is_whole else texts.cast(pa.float64())


def _is_of_conversion(error: BaseException) -> bool:
    return is_engine_error(error) or isinstance(error, (TypeError, ValueError, OverflowError))


def _refuse_repeated(names: Iterable[str], what: str) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise EventsError(
            f"{what}: the table names column {listing(map(repr, repeated))} more than once; "
            "rename all but one"
        )


def _converted(name: str, table: Any) -> pl.Series:
    """Return a column, or an empty one of a type that nothing uses if Polars has none for it."""
    try:
        return pl.DataFrame(table).to_series()
    except BaseException as error:
        if not _is_of_conversion(error):
            raise
        return pl.Series(name, [None] * len(table), dtype=JSON)


def _of_pandas(column: Any) -> pl.Series:
    try:
        return pl.DataFrame(column.reset_index(drop=True)).to_series()
    except BaseException as error:
        if not _is_of_conversion(error):
            raise
    return _as_text(column)


def _as_text(column: Any) -> pl.Series:
    """Return a column of pandas by the text of its values; of lists and objects as nothing uses them."""
    name = column.columns[0]
    values = [_plain(value) for value in column[name].tolist()]
    if any(isinstance(value, dict) for value in values):
        texts = [{"json": str(value)} if value is not None else None for value in values]
        return pl.Series(name, texts, dtype=JSON)
    return pl.Series(name, values, dtype=pl.String)


def _plain(value: Any) -> str | dict[str, str] | None:
    """Return a value of a column of several types as text; a mark where it is a list or an object."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()  # a number of NumPy, as sparse columns have them
    if isinstance(value, (dict, list, tuple, set)) or hasattr(value, "__array__"):
        return {"json": str(value)}
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return None if value != value else str(int(value)) if value.is_integer() else repr(value)  # noqa: PLR0124
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

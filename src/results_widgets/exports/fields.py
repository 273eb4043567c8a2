"""Values of records: found by the names of their fields, and made into text."""

from collections.abc import Callable
from datetime import date, datetime
from math import isfinite
from typing import Any

from results_widgets.exports.mapping import Fields
from results_widgets.exports.vendor import Record
from results_widgets.tables.values import NO, YES

Getter = Callable[[Record], Any]


def getter(names: Fields) -> Getter:
    """Return a function that finds the first field with a value; empty text counts as no value."""
    if not names:
        return lambda _: None
    if len(names) == 1 and "." not in names[0]:
        (name,) = names

        def only(record: Record) -> Any:
            value = record.get(name)
            return None if value == "" else value

        return only
    paths = [(name, tuple(name.split("."))) for name in names]

    def first(record: Record) -> Any:
        for name, path in paths:
            value = record.get(name)
            if value is None and len(path) > 1:
                value = _within(record, path)
            if value is not None and value != "":
                return value
        return None

    return first


def _within(record: Any, path: tuple[str, ...]) -> Any:
    """Return what a path leads to; a part of it may be a name with dots of its own."""
    if not path:
        return record
    if not isinstance(record, dict):
        return None
    for length in range(1, len(path) + 1):
        name = ".".join(path[:length])
        if name in record:
            found = _within(record[name], path[length:])
            if found is not None:
                return found
    return None


def as_text(value: Any) -> str | None:
    """Return a value as the text that stands for it in ids and names; whole numbers have no point.

    Raises:
        TypeError: It is an object or a list.
    """
    if value is None or isinstance(value, str):
        return (value.strip() or None) if value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else None if value != value else repr(value)  # noqa: PLR0124
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict | list):
        kind = "an object" if isinstance(value, dict) else "a list"
        raise TypeError(f"is {kind}")
    return str(value)


def as_number(value: Any) -> float | None:
    """Return an amount; None where there is none.

    Raises:
        TypeError: What is there is no number.
    """
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, TypeError, OverflowError):
        raise TypeError("is not a number") from None
    return number if isfinite(number) else None


def as_flag(value: Any) -> bool | None:
    """Return a Boolean from truth values, numbers and words; None where there is no answer."""
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    return True if word in YES else False if word in NO else None

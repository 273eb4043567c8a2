"""One JSON object read field by field, with errors that name the path, what was found and what to do."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, ClassVar, Final, Protocol, TypeVar

from results_widgets.durations import parse_duration
from results_widgets.errors import CampaignError, ResultsError, listing, suggestion

T = TypeVar("T")

ErrorAt = Callable[[str, str], ResultsError]
"""Makes the error of a path and what is wrong there: `CampaignError`, or `QueryError.at`."""

_HALF: Final = re.compile("[\ud800-\udfff]")
"""What JSON's escapes can write, and no text in UTF-8: the halves of characters beyond its first 65,536."""

_SHOWN: Final = 60  # characters of a wrong value that a message repeats


def _check_json(value: object, path: str, error: ErrorAt) -> None:
    """Check that a value made in code is one that JSON can hold, as it is where it was read from JSON."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise error(path, f"expected names as text, found {shown(key)}")
            _check_json(item, f"{path}.{key}", error)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            _check_json(item, f"{path}[{place}]", error)
    elif isinstance(value, float) and not isfinite(value):
        raise error(path, f"expected a number, found {value}, which JSON does not know; write null")
    elif isinstance(value, str) and _HALF.search(value):
        raise error(path, f"has half of a character, found {shown(value)}")
    elif not isinstance(value, str | int | float | None):
        raise error(path, f"expected a text, a number, a list or an object, found {shown(value)}")


class Node:
    """One JSON object together with its path, read field by field.

    Args:
        value: The object; anything but a mapping is refused.
        path: Its place in the document, empty for the document itself.
        known: The field names that are read; a near miss of one is refused as a typo.
        error: Makes the error of a field.
        strict: Whether every other field is refused as well; else it is ignored.
    """

    def __init__(
        self,
        value: object,
        path: str,
        known: Iterable[str],
        error: ErrorAt = CampaignError,
        *,
        strict: bool = False,
    ) -> None:
        if not isinstance(value, Mapping):
            raise error(path, f"expected an object with named fields, found {shown(value)}")
        self.value: Mapping[str, object] = value
        self.path, self._error = path, error
        fields = list(known)
        for key in value:
            if key in fields:
                continue
            hint = suggestion(str(key), fields)
            if hint or strict:
                raise self.error(str(key), f"unknown field{hint}; known: {listing(fields)}")

    def at(self, key: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{key}" if self.path else key

    def error(self, key: str, problem: str) -> ResultsError:
        """Return the error of a field."""
        return self._error(self.at(key), problem)

    def child(self, key: str, known: Iterable[str], *, strict: bool = False) -> "Node":
        """Return the object in a field, which must be there."""
        return Node(self.value.get(key), self.at(key), known, self._error, strict=strict)

    def _typed(self, key: str, kind: type[T], expected: str, default: T | None) -> T | None:
        value = self.value.get(key)
        if value is None:
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(key, f"expected {expected}, found {shown(value)}")
        if isinstance(value, str) and _HALF.search(value):
            raise self.error(key, f"has half of a character, found {shown(value)}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text field; without a default it must be there and not be empty."""
        value = self._typed(key, str, "text", default)
        if value is None or (default is None and not value):
            raise self.error(key, "is required and must be text that is not empty")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a text field or None."""
        return self._typed(key, str, "text or null", None)

    def integer(self, key: str) -> int:
        """Return a whole number, which must be there."""
        value = self._typed(key, int, "a whole number", None)
        if value is None:
            raise self.error(key, "is required and must be a whole number")
        return value

    def optional_integer(self, key: str) -> int | None:
        """Return a whole number or None."""
        return self._typed(key, int, "a whole number or null", None)

    def optional_flag(self, key: str) -> bool | None:
        """Return a true/false field or None."""
        return self._typed(key, bool, "true or false", None)

    def flag(self, key: str) -> bool:
        """Return a true/false field, false when absent."""
        return bool(self.optional_flag(key))

    def optional_share(self, key: str) -> float | None:
        """Return a share between 0 and 1, or None."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.error(
                key, f"expected a share between 0 and 1 (10 % is 0.1), found {shown(value)}"
            )
        return float(value)

    def share(self, key: str, default: float) -> float:
        """Return a share between 0 and 1."""
        value = self.optional_share(key)
        return default if value is None else value

    def optional_choice(self, key: str, known: Sequence[T]) -> T | None:
        """Return one of the known words, or None."""
        value = self._typed(key, str, "text", None)
        if value is None:
            return None
        for word in known:
            if word == value:
                return word
        words = [str(word) for word in known]
        raise self.error(
            key, f"{value!r} is not known{suggestion(value, words)}; known: {listing(words)}"
        )

    def choice(self, key: str, known: Sequence[T], default: T) -> T:
        """Return one of the known words."""
        value = self.optional_choice(key, known)
        return default if value is None else value

    def duration(self, key: str) -> timedelta:
        """Return a duration, zero when absent."""
        value = self.value.get(key)
        if value is None or isinstance(value, timedelta):
            duration = value or timedelta()
        elif isinstance(value, str):
            try:
                duration = parse_duration(value)
            except ValueError as problem:
                raise self.error(key, str(problem)) from None
        else:
            raise self.error(key, f"expected a duration such as '7d', found {shown(value)}")
        if duration < timedelta():
            raise self.error(key, f"a duration cannot be negative, found {duration}")
        return duration

    def instant(self, key: str) -> datetime | None:
        """Return an instant with a zone, or None."""
        value = self.value.get(key)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise self.error(
                    key, f"expected a time such as '2026-03-01T09:00:00+01:00', found {value!r}"
                ) from None
        if value is not None and not isinstance(value, datetime):
            raise self.error(key, f"expected a time or null, found {shown(value)}")
        if value is not None and value.tzinfo is None:
            raise self.error(
                key, f"{value.isoformat()} has no time zone; add one, for example '+00:00'"
            )
        return value

    def mapping(self, key: str) -> dict[str, object]:
        """Return an object field as it is, empty when absent."""
        value = self.value.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.error(key, f"expected an object, found {shown(value)}")
        _check_json(value, self.at(key), self._error)
        return dict(value)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one, and the default stands for none."""
        value = self.value.get(key)
        if isinstance(value, str):
            value = [value]
        items = () if value is None else _items(value)
        if default is not None and items == ():
            return default
        if not items or not all(
            isinstance(item, str) and item and not _HALF.search(item) for item in items
        ):
            raise self.error(
                key, f"expected a list of names that is not empty, found {shown(value)}"
            )
        return tuple(str(item) for item in items)

    def each(self, key: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        """Read every item of a list field, empty when absent."""
        value = self.value.get(key)
        items = () if value is None else _items(value)
        if items is None:
            raise self.error(key, f"expected a list, found {shown(value)}")
        return tuple(read(item, f"{self.at(key)}[{index}]") for index, item in enumerate(items))


class Readable(Protocol):
    """A frozen dataclass whose fields are filled from a `Node`, by its constructor and from JSON."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def _fill(self, node: Node) -> None: ...


R = TypeVar("R", bound=Readable)


def read_as(kind: type[R], value: object, path: str, error: ErrorAt = CampaignError) -> R:
    """Return an object of a class from the JSON object of its fields; one that is made already as it is.

    Raises:
        ResultsError: A field is wrong; the error names its path.
    """
    if isinstance(value, kind):
        return value
    made = kind.__new__(kind)
    made._fill(Node(value, path, kind.__dataclass_fields__, error))
    return made


def fill(target: object, **values: object) -> None:
    """Set the fields of a frozen object that is being made."""
    for name, value in values.items():
        object.__setattr__(target, name, value)


def _items(value: object) -> tuple[object, ...] | None:
    """Return the items of a list, or of anything else that has some; None where it has none."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return None
    # A set has no order of its own; sorted, equal sets make equal objects.
    return tuple(sorted(value, key=str) if isinstance(value, set | frozenset) else value)


def shown(value: object) -> str:
    """Return a wrong value for a message, cut where it is long."""
    text = repr(value)
    if "\n" in text:
        text = f"a {type(value).__name__}"  # A table, most likely, whose rows say nothing here.
    return "nothing" if value is None else text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

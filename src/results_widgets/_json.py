"""Read untyped JSON with errors that name the path, what was found and what to do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from results_widgets.durations import parse_duration
from results_widgets.errors import CampaignError, listing, suggestion

T = TypeVar("T")

_SHOWN = 60  # characters of a wrong value that a message repeats


class Node:
    """One JSON object together with its path, read field by field.

    Args:
        value: The object; anything but a mapping is refused.
        path: Its place in the document, empty for the document itself.
        known: The field names that are read; a near miss of one is refused as a typo.
    """

    def __init__(self, value: object, path: str, known: Iterable[str]) -> None:
        if not isinstance(value, Mapping):
            raise CampaignError(
                path, f"expected an object with named fields, found {_shown(value)}"
            )
        self.value: Mapping[str, object] = value
        self.path = path
        fields = list(known)
        for key in value:
            hint = suggestion(str(key), fields)
            if key not in fields and hint:
                raise CampaignError(
                    self.at(str(key)), f"unknown field{hint}; known: {listing(fields)}"
                )

    def at(self, key: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{key}" if self.path else key

    def _typed(self, key: str, kind: type[T], expected: str, default: T | None) -> T | None:
        value = self.value.get(key)
        if value is None:
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise CampaignError(self.at(key), f"expected {expected}, found {_shown(value)}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text field; without a default it must be there and not be empty."""
        value = self._typed(key, str, "text", default)
        if value is None or (default is None and not value):
            raise CampaignError(self.at(key), "is required and must be text that is not empty")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a text field or None."""
        return self._typed(key, str, "text or null", None)

    def flag(self, key: str) -> bool:
        """Return a true/false field, false when absent."""
        return bool(self._typed(key, bool, "true or false", False))

    def share(self, key: str, default: float) -> float:
        """Return a share between 0 and 1."""
        value = self.value.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise CampaignError(
                self.at(key),
                f"expected a share between 0 and 1 (10 % is 0.1), found {_shown(value)}",
            )
        return float(value)

    def choice(self, key: str, known: Sequence[str], default: str | None) -> str | None:
        """Return one of the known words."""
        value = self._typed(key, str, "text", default)
        if value is not None and value not in known:
            raise CampaignError(
                self.at(key),
                f"{value!r} is not known{suggestion(value, known)}; known: {listing(known)}",
            )
        return value

    def duration(self, key: str) -> timedelta:
        """Return a duration, zero when absent."""
        value = self.value.get(key)
        if value is None or isinstance(value, timedelta):
            duration = value or timedelta()
        elif isinstance(value, str):
            try:
                duration = parse_duration(value)
            except ValueError as error:
                raise CampaignError(self.at(key), str(error)) from None
        else:
            raise CampaignError(
                self.at(key), f"expected a duration such as '7d', found {_shown(value)}"
            )
        if duration < timedelta():
            raise CampaignError(self.at(key), f"a duration cannot be negative, found {duration}")
        return duration

    def instant(self, key: str) -> datetime | None:
        """Return an instant with a zone, or None."""
        value = self.value.get(key)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise CampaignError(
                    self.at(key),
                    f"expected a time such as '2026-03-01T09:00:00+01:00', found {value!r}",
                ) from None
        if value is not None and not isinstance(value, datetime):
            raise CampaignError(self.at(key), f"expected a time or null, found {_shown(value)}")
        if value is not None and value.tzinfo is None:
            raise CampaignError(
                self.at(key), f"{value.isoformat()} names no zone; add one, for example '+00:00'"
            )
        return value

    def mapping(self, key: str) -> dict[str, object]:
        """Return an object field as it is, empty when absent."""
        value = self._typed(key, dict, "an object", None)
        return dict(value or {})

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one, without any the default holds."""
        value = self.value.get(key)
        if isinstance(value, str):
            value = [value]
        if default is not None and (value is None or value == []):
            return default
        if (
            not isinstance(value, Sequence)
            or not value
            or not all(isinstance(v, str) and v for v in value)
        ):
            raise CampaignError(
                self.at(key), f"expected a list of names that is not empty, found {_shown(value)}"
            )
        return tuple(value)

    def each(self, key: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        """Read every item of a list field, empty when absent."""
        value = self.value.get(key)
        if value is None:
            return ()
        if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
            raise CampaignError(self.at(key), f"expected a list, found {_shown(value)}")
        return tuple(read(item, f"{self.at(key)}[{index}]") for index, item in enumerate(value))


def _shown(value: object) -> str:
    text = repr(value)
    return "nothing" if value is None else text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

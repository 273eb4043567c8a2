"""The ``_notes`` trait: notes on days of the chart, from the campaign itself and from the caller."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from results_widgets.engine.calendar import from_micros, to_micros
from results_widgets.engine.metrics.first_receipts import first_receipts
from results_widgets.errors import QueryError
from results_widgets.keys import Every
from results_widgets.results import Results
from results_widgets.view_model.serialization import State, epoch_ms

Day = str | date | datetime
# The keys of a mapping do not vary with their type, and a dict of texts is what most will pass.
Annotations = Mapping[Any, str] | Iterable[tuple[Day, str]] | bool | None
"""What a caller may pass: texts by day; None or True: only the campaign's own notes; False: none."""

_MOST: Final = 200
_LONGEST: Final = 500
_DAY: Final = len("2026-03-01")
_YEARS: Final = (1900, 2200)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A text of the caller's own.

    Attributes:
        at: The day or time; a time without a zone is in the chart's zone.
        text: The text of the note, on one line.
    """

    at: date
    text: str

    def micros(self, zone: str) -> int:
        """Return its instant in epoch µs, as the zone has it."""
        moment = self.at if isinstance(self.at, datetime) else datetime.combine(self.at, time())
        return to_micros(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))


@dataclass(frozen=True, slots=True)
class Noted:
    """Which notes a chart has.

    Attributes:
        own: The caller's own.
        automatic: Whether the campaign's start and the first sends are marked, too.
    """

    own: tuple[Annotation, ...] = ()
    automatic: bool = True

    @property
    def given(self) -> "list[tuple[Day, str]] | bool | None":
        """What a caller may pass to get the same."""
        if not self.automatic:
            return False
        return [(one.at, one.text) for one in self.own] or None

    @classmethod
    def of(cls, annotations: object) -> "Noted":
        """Return the notes that a caller asks for.

        Raises:
            QueryError: It is none of `Annotations`.
        """
        if annotations is None or isinstance(annotations, bool):
            return cls(automatic=annotations is not False)
        pairs = annotations.items() if isinstance(annotations, Mapping) else annotations
        if isinstance(pairs, str) or not isinstance(pairs, Iterable):
            raise _error(f"found {annotations!r}")
        own = tuple(map(_annotation, pairs))
        if len(own) > _MOST:
            raise _error(f"found {len(own)}, at most {_MOST} are shown")
        return cls(own)


TOLD: Final = Noted()
"""Only the campaign's own notes."""


def _annotation(pair: object) -> Annotation:
    if isinstance(pair, str) or not isinstance(pair, Iterable):
        raise _error(f"found {pair!r}")
    match [*pair]:
        case [at, str() as text] if text.split():
            said = " ".join(text.split())
            if len(said) > _LONGEST:
                raise _error(f"a text has {len(said)} characters, at most {_LONGEST} are shown")
            return Annotation(_moment(at), said)
        case [_, str()]:
            raise _error(f"the text of {pair!r} is empty")
        case found:
            raise _error(f"found {found!r}")


def _moment(at: object) -> date:
    moment = at
    if isinstance(at, str):
        with suppress(ValueError):
            moment = date.fromisoformat(at) if len(at) <= _DAY else datetime.fromisoformat(at)
    # pandas calls a missing time a datetime, too: its year is not a number.
    if not isinstance(moment, date) or not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise _error(f"{at!r} is not a day or time")
    return moment


def _error(found: str) -> QueryError:
    return QueryError(
        f"annotations: {found}; pass texts by day, such as {{'2026-03-08': 'Price change'}}, "
        "a list of (day, text), or False for a chart without notes"
    )


def notes_state(results: Results, noted: Noted, *, sends: bool = True) -> list[State]:
    """Return the value of ``_notes``, by time: of each note ``at`` (ms), ``text`` and ``kind``.

    ``kind`` is ``own`` for a caller's text, ``start`` for the campaign's start, ``first`` for the first time that
    an action was received after the campaign's first day.

    Args:
        results: As selected.
        noted: Which notes there are.
        sends: Whether first sends are among them.
    """
    zone = results.time_zone
    found = [(one.micros(zone), one.text, "own") for one in noted.own]
    if noted.automatic:
        found += [one for one in _automatic(results) if sends or one[2] != "first"]
    kinds = ("own", "start", "first")
    ordered = sorted(found, key=lambda one: (one[0], kinds.index(one[2])))
    return [
        {"at": epoch_ms(from_micros(at, zone)), "text": text, "kind": kind}
        for at, text, kind in ordered
    ]


def _automatic(results: Results) -> list[tuple[int, str, str]]:
    campaign = results.campaign
    firsts = _first_receipts(results)
    started = None if campaign.started_at is None else to_micros(campaign.started_at)
    if not firsts and started is None:
        return []
    first = min(firsts.values()) if started is None else started
    beginning = from_micros(first, results.time_zone).date()
    found = [] if started is None else [(started, "Campaign started", "start")]
    for action in campaign.actions:
        at = firsts.get(action.id)
        # What began on the first day is told by the start.
        if at is not None and from_micros(at, results.time_zone).date() > beginning:
            verb = "viewed" if campaign.channels[action.channel].received == "viewed" else "sent"
            found.append((at, f"First {verb}: {action.label}", "first"))
    return found


def _first_receipts(results: Results) -> dict[str, int]:
    """Return when each action was first received; of a roll-up by the cell of time that it was in."""
    session = results._session
    if not session.is_rolled_up:
        return first_receipts(session.data)
    whole = results.between(None, None)
    if whole._session.refusal():
        return {}
    every: Every = "1d" if session.cell_length == "1d" else "1h"
    campaign = results.campaign
    wanted = [
        (one.id, campaign.channels[one.channel].received)
        for one in campaign.actions
        if one.channel != "exit"
    ]
    times = [to_micros(at) for at in whole.explore("users", every=every)["time"]]
    series = whole._session.series("action", wanted, every) if wanted else {}
    return {
        name: next(at for at, value in zip(times, values, strict=True) if value)
        for name, values in series.items()
        if any(values)
    }

"""Why rows of the events are left out, in sentences that say what to do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from results_widgets.errors import listing
from results_widgets.locales import ENGLISH, Locale

NOT_A_WORD: Final = r"[\s_.\-]+"
"""Characters that may differ between two spellings of one name, besides upper and lower case."""
_KNOWN: Final = 8
"""How many known names a sentence lists."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows are left out.

    Attributes:
        name: ``campaign``, ``action``, ``event``, ``goal``, ``user``, ``time``, ``no event`` or ``nothing``.
        rows: How many rows are left out for it.
        value: The commonest value in them; None where there is none, or where they have too many.
        value_rows: How many rows have it.
        value_users: How many users have it, which decides where it may be quoted.
        channel: Label of the channel that the event is not known for; empty for none.
        known: The names that are known in its place.
        nearest: The one of them that is nearest; empty if none is near.
    """

    name: str
    rows: int
    value: str | None = None
    value_rows: int = 0
    channel: str = ""
    known: tuple[str, ...] = ()
    nearest: str = ""
    value_users: int = 0

    def told_to(self, least: int) -> "Reason":
        """Return the reason without its value, if fewer users have that.

        A misspelt name of the campaign identifies nobody.
        """
        if self.value is None or self.value_users >= least:
            return self
        if folded(self.value) in map(folded, self.known):
            return self
        return replace(self, value=None, value_rows=0, nearest="", value_users=0)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that are left out.

    Attributes:
        rows: How many of those that name an action, campaign or goal are left out.
        named: How many name one.
        counted: How many rows count.
        reason: The commonest reason.
        goal: The goal's first event if no row has one of them; else empty.
    """

    rows: int
    named: int
    counted: int
    reason: Reason
    goal: str = ""

    def headline(self, locale: Locale = ENGLISH, min_cell: int = 0) -> str:
        """Return how many rows are left out, in a sentence; without numbers, if one tells of under ``min_cell``."""
        if not self.counted:
            return "None of the events count."
        if self.goal:
            return f"None of the events is the goal, {self.goal!r}."
        if self._tells_few(min_cell):
            return "Some rows that name an action, campaign or goal are left out."
        share, are = self.rows / self.named, "is" if self.rows == 1 else "are"
        return (
            f"{locale.exact(self.rows)} of {locale.count_of(self.named, 'row that names', 'rows that name')} "
            f"an action, campaign or goal {are} left out ({locale.rate(share)})."
        )

    def why(self, locale: Locale = ENGLISH, min_cell: int = 0) -> str:
        """Return the commonest reason and what to do, in sentences; numbers as in `headline`."""
        rows = _some if self._tells_few(min_cell) else partial(_rows, locale)
        return _WORDS[self.reason.name](self.reason, rows)

    def _tells_few(self, min_cell: int) -> bool:
        """Whether a number of rows, or what one leaves of another, is a count to hide."""
        named, rows, value = self.reason.rows, self.rows, self.reason.value_rows
        parts = (rows, self.named - rows, named, rows - named, value, named - value)
        return any(0 < part < min_cell for part in parts)

    def told_to(self, least: int) -> "LeftOut":
        """Return the same without a value of the data that fewer users have."""
        return replace(self, reason=self.reason.told_to(least))

    @property
    def key(self) -> str:
        """What it is about; reported once, even if the numbers of rows change."""
        return f"{bool(self.counted)} {self.goal} {self.reason.name} {self.reason.value}"

    def text(self, locale: Locale = ENGLISH, min_cell: int = 0) -> str:
        """Return everything in one line; numbers as in `headline`."""
        said = f"{self.headline(locale, min_cell)} {self.why(locale, min_cell)}"
        return f"{said} results.quality() lists every reason."


def folded(text: str) -> str:
    """Return what all spellings of a name have in common."""
    return re.sub(NOT_A_WORD, "", text.lower())


_CountRows = Callable[[int], str]
"""Says how many rows, such as "12 rows"."""


def _rows(locale: Locale, count: int) -> str:
    return locale.count_of(count, "row")


def _some(_: int) -> str:
    return "some rows"


def _campaign_words(reason: Reason, rows: _CountRows) -> str:
    own = reason.known[0]
    if reason.value is None:
        found = (
            f"campaign_id is another campaign's in {rows(reason.rows)}; this campaign's is {own!r}."
        )
        return f"{found} If they are the same, give the campaign that id."
    if reason.nearest:
        found = f"campaign_id {reason.value!r} in {rows(reason.value_rows)}; did you mean that?"
        return f"{found} The campaign's id is {own!r}."
    return (
        f"campaign_id is another campaign's, most often {reason.value!r} in "
        f"{rows(reason.value_rows)}; this campaign's is {own!r}. If they are the same, give the "
        "campaign that id."
    )


def _action_words(reason: Reason, rows: _CountRows) -> str:
    if reason.value is None:
        what = f"action_id is not an action of the campaign in {rows(reason.rows)}"
    else:
        what = f"action_id {reason.value!r} in {rows(reason.value_rows)} is not an action of the campaign"
    near = f"; did you mean {reason.nearest!r}?" if reason.nearest else ";"
    return f"{what}{near} known: {listing(reason.known, _KNOWN)}."


def _event_words(reason: Reason, rows: _CountRows) -> str:
    where = f"known for {reason.channel}" if reason.channel else "a goal event"
    if reason.value is None and reason.name == "goal":
        return (
            f"In {rows(reason.rows)} the event is nearly a goal event; known: {_known(reason)}. Pass "
            "event_names={…}, or name it in the campaign's goal."
        )
    if reason.value is None:
        return f"The event is not {where} in {rows(reason.rows)}; known: {_known(reason)}."
    what = f"event {reason.value!r} in {rows(reason.value_rows)} is not {where}"
    ours = repr(reason.nearest) if reason.nearest else "…"
    given = f"event_names={{{reason.value!r}: {ours}}}"
    if reason.name == "goal":
        return f"{what}; did you mean that? Pass {given}, or name it in the campaign's goal."
    return f"{what}; known: {_known(reason)}. If it is one of these, pass {given}."


def _known(reason: Reason) -> str:
    return listing(reason.known, _KNOWN)


def _user_words(reason: Reason, rows: _CountRows) -> str:
    return f"user_id is missing in {rows(reason.rows)}."


def _no_event_words(reason: Reason, rows: _CountRows) -> str:
    return f"event is missing in {rows(reason.rows)}."


def _time_words(reason: Reason, rows: _CountRows) -> str:
    return (
        f"timestamp is missing or no time in {rows(reason.rows)}; they need the form "
        "2026-03-01T09:00:00+01:00, or naive_time_zone= or time_unit=."
    )


def _nothing_words(reason: Reason, rows: _CountRows) -> str:
    if not reason.rows:
        return "No row names an action, the campaign or its goal."
    said, known = rows(reason.rows), " or ".join(map(repr, reason.known))
    name = "names" if said.endswith("row") else "name"
    return f"{said[0].upper()}{said[1:]} {name} no action, campaign or goal; the goal is {known}."


_WORDS: Final = {
    "campaign": _campaign_words,
    "action": _action_words,
    "event": _event_words,
    "goal": _event_words,
    "user": _user_words,
    "time": _time_words,
    "no event": _no_event_words,
    "nothing": _nothing_words,
}

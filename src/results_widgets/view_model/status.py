"""The ``_status`` trait: whether the numbers are there, how fresh they are, and what to know about them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from results_widgets._version import __version__
from results_widgets.definitions import (
    DEFINITIONS,
    OFFERED,
    credit_words,
    is_usual,
    whom_words,
)
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.money import currency_of, why_not_added
from results_widgets.engine.reasons import LeftOut
from results_widgets.errors import listing
from results_widgets.locales import ENGLISH, Locale
from results_widgets.results import Results
from results_widgets.results.about import serious_findings
from results_widgets.results.scope import compared
from results_widgets.view_model.formatting import sentence
from results_widgets.view_model.serialization import State, epoch_ms, zone_label

FRESH: Final = timedelta(minutes=10)
"""How old the newest event may be for the data to count as up to date."""
_NAMED: Final = 3
OUTDATED: Final = timedelta(days=1)
"""The age of the newest event from which the data counts as old."""


def computing_status(results: Results) -> State:
    """Return the value of ``_status`` before the first numbers are there."""
    return {
        "state": "computing",
        "error": None,
        "of": None,
        "note": "",
        "left_out": None,
        "why_empty": "",
        "currency": "",
        "newest_ms": None,
        "read_ms": epoch_ms(results.read_at),
        "version": "",
        "stale": "good",
        "zone": results.time_zone,
        "zone_label": results.time_zone,
        "users_with_developers": None,
        "users_without_developers": None,
        "definitions": definition_names(results),
        "previous_age": None,
        "previous_range": "",
        "toolkit": __version__,
        "code": "",
    }


def error_status(status: Mapping[str, object], error: Mapping[str, str]) -> State:
    """Return the value of ``_status`` when the selection cannot be computed: the last one, and why."""
    return {**status, "state": "error", "error": dict(error)}


def status_state(
    results: Results,
    definitions: list[str],
    min_users: int = SYNCED_USERS,
    *,
    examine: bool = False,
) -> State:
    """Return the value of ``_status`` without its ``code``, which `code_snippet` gives.

    Args:
        results: As selected.
        definitions: Names of the definition sets that the menu offers.
        min_users: Values of the data that fewer users have are not quoted.
        examine: Whether the events are examined for what is serious, if nobody has done so yet.
    """
    newest = from_micros(results._session.newest, results.time_zone)
    views = [results.analytics(developers=flag) for flag in (True, False)]
    everyone, without = (None if view._session.refusal() else view.unique_users() for view in views)
    before = compared(results)
    is_empty = everyone == 0 and not (results._session.query.start or results._session.query.end)
    return {
        "state": "empty" if is_empty else "ready",
        "error": None,
        "note": notes_text(results, min_users, examine=examine),
        "left_out": said_of(results._session.data.left_out, results._session.locale, min_users),
        "currency": currency_of(results._session.data, results.definitions, min_users),
        "why_empty": _why_empty(results) if is_empty else "",
        "newest_ms": epoch_ms(newest),
        "read_ms": epoch_ms(results.read_at),
        "version": results._session.reading.version or "",
        "stale": _staleness(results, newest),
        "zone": results.time_zone,
        "zone_label": zone_label(results.time_zone, newest),
        "users_with_developers": everyone,
        "users_without_developers": without,
        "definitions": definitions,
        "previous_age": None if before is None else before[1],
        "previous_range": "" if before is None else days_words(before[0]),
        "toolkit": __version__,
    }


def days_words(results: Results) -> str:
    """Return the days of a bounded range: ``"23 Feb to 1 Mar 2026"``."""
    session = results._session
    start, end = session.query.micros()
    if start is None or end is None:
        return ""
    first, last = (from_micros(at, results.time_zone) for at in (start, end - 1))
    return f"{session.locale.day_of_month_text(first)} to {session.locale.day_text(last)}"


def said_of(
    found: LeftOut | None,
    locale: Locale = ENGLISH,
    min_users: int = SYNCED_USERS,
    min_cell: int = 0,
) -> State | None:
    """Return a banner's ``title`` and ``text``; None without anything to say."""
    if found is None:
        return None
    told = found.told_to(min_users)
    return {"title": told.headline(locale, min_cell), "text": told.why(locale, min_cell)}


def left_out_text(results: Results, min_users: int = SYNCED_USERS, min_cell: int = 0) -> str:
    """Return the note on rows that are left out, as one text; empty if there is none.

    Args:
        results: As selected.
        min_users: A value of the data that fewer users have is not quoted.
        min_cell: Counts below it are not told; 0: all are.
    """
    found = results._session.data.left_out
    return "" if found is None else found.told_to(min_users).text(results._session.locale, min_cell)


def _why_empty(results: Results) -> str:
    """Return, in a sentence, why nobody has entered although events count; otherwise empty."""
    session = results._session
    left_out = session.data.left_out
    if not session.data.has_users or (left_out is not None and not left_out.counted):
        return ""
    campaign = results.campaign
    firsts = [
        f"{one.label}: {campaign.channels[one.channel].received}"
        for one in campaign.actions
        if one.parent is None and one.channel != "exit"
    ]
    return (
        "There are events, but none says that a user received a first action "
        f"({listing(firsts, _NAMED)})."
    )


def definition_names(results: Results) -> list[str]:
    """Return the results' own definition set, then those offered that the results can answer under."""
    return list(dict.fromkeys([results.definitions.name, *definitions_answered(results)]))


def definitions_answered(results: Results) -> list[str]:
    """Return those of the definition sets offered that the results can answer under."""
    return [
        name
        for name in OFFERED
        if not results.with_definitions(DEFINITIONS[name])._session.refusal()
    ]


def _staleness(results: Results, newest: datetime) -> str:
    behind = datetime.now(UTC) - newest
    if behind <= FRESH or results.campaign.status == "finished":
        return "good"
    return "warn" if behind <= OUTDATED else "old"


def clock_note(results: Results) -> str:
    """Return what the entry clock means for the numbers; empty with the event clock."""
    if results._session.query.clock == "event":
        return ""
    return (
        "Every event counts on the day its entry started, whenever it happened; events that belong to no entry are "
        "left out."
    )


def attribution_note(results: Results) -> str:
    """Return which model credits conversions, where it is not the usual one; else empty."""
    rules = results.definitions
    if is_usual(rules):
        return ""
    whom = whom_words(rules.attribution, rules.lookback)
    return f"Conversions by {credit_words(rules)}: each is credited to one action, {whom}."


def notes_text(
    results: Results, min_users: int = SYNCED_USERS, *, examine: bool = False, min_cell: int = 0
) -> str:
    """Return the notes on the numbers, a sentence or two each.

    Args:
        results: As selected.
        min_users: Values of the data that fewer users have are not quoted.
        examine: Whether the events are examined for what is serious, if nobody has done so yet.
        min_cell: Counts below it are not shown; 0 shows all.
    """
    return " ".join(filter(None, _notes(results, min_users, examine, min_cell)))


def _notes(results: Results, min_users: int, examine: bool, min_cell: int) -> Iterator[str]:  # noqa: FBT001
    yield clock_note(results)
    yield attribution_note(results)
    yield results._session.unread()
    yield results._session.data.clocks.note(results._session.locale, min_cell)
    yield serious_findings(results._session, examine=examine, min_cell=min_cell)
    yield why_not_added(results._session.data, results.definitions, min_users)
    yield _missing_users(results)


def _missing_users(results: Results) -> str:
    why = results._session.missing_users()
    return f"{sentence(why)} A dash stands for them here." if why else ""

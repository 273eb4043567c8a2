"""What each event name of an export became: what was left out or refused, and what may be a goal."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from results_widgets._text import escape
from results_widgets.errors import QueryError, suggestion
from results_widgets.exports.reading import Reading
from results_widgets.exports.times import in_repeated_hour
from results_widgets.exports.vendor import OWN

_REPORT: Final = {
    **dict.fromkeys(("name", "channel", "event"), pl.String),
    "rows": pl.Int64,
    **dict.fromkeys(("example", "note", "file"), pl.String),
    "line": pl.Int64,
}
_GOALS_LISTED: Final = 50


def report(reading: Reading) -> pl.DataFrame:
    """Return what each name became, and what was refused; for the columns see `Export.report`."""
    own: list[tuple[object, ...]] = []
    for (name, channel, event, is_goal, note), tally in reading.tallies.items():
        if not tally.rows:
            continue
        said = [note] if note else []
        if is_goal:
            said.append("may be the goal")
        elif event is None:
            said.append(f"left over{_near(name, reading)}")
        elif event == "converted":
            said.append("the conversions, unless goal= names others")
        own.append(
            (
                name,
                channel,
                name if is_goal else event,
                tally.rows,
                tally.example,
                "; ".join(said),
                None,
                None,
            )
        )
    own.sort(key=lambda row: (row[2] is None, -int(str(row[3])), str(row[0])))
    refused = [
        (None, None, None, one.rows, one.example, f"refused: {one.why}", one.file or None, one.line)
        for one in reading.refused.listed()
    ]
    ignored = [
        (None, None, None, 0, None, f"not read: {why}", file, None)
        for file, why in reading.ignored.items()
    ]
    return pl.DataFrame([*own, *_notes(reading), *refused, *ignored], schema=_REPORT, orient="row")


def _notes(reading: Reading) -> list[tuple[object, ...]]:
    """Return notes about the vendor and about what was read."""
    said = [(note, None) for note in reading.vendor.notes]
    said += [(one.name, one.facts.get("example")) for one in reading.about if one.kind == "note"]
    notes: list[tuple[object, ...]] = [
        (None, None, None, 0, example, note, None, None) for note, example in said
    ]
    return [*notes, *_repeated_hours(reading)]


def _repeated_hours(reading: Reading) -> list[tuple[object, ...]]:
    """Return how many times name no zone and may be one of two, which were taken for the first."""
    repeated = in_repeated_hour(reading.mapping)
    if repeated is None:
        return []
    rows, first = (
        reading.rows.filter(repeated)
        .select(pl.len(), pl.col("time").min().cast(pl.Datetime("us", "UTC")))
        .collect(engine="streaming")
        .row(0)
    )
    note = (
        f"local times of {reading.mapping.time_zone}, without a zone, in an hour that a clock change repeats: "
        "taken for the first of the two"
    )
    return [(None, None, None, rows, str(first), note, None, None)] if rows else []


def _near(name: str | None, reading: Reading) -> str:
    """Return a near miss among the events of the mapping: only the part behind the last dot is compared."""
    if name in reading.mapping.event:
        return ""
    group, _, own = (name or "").rpartition(".")
    known = [
        one.rpartition(".")[2] for one in reading.mapping.event if one.rpartition(".")[0] == group
    ]
    return suggestion(own, [one for one in known if one != own])


def goal_names(reading: Reading, wanted: Iterable[str]) -> list[str]:
    """Return goal events as the export writes them: named in full, or by the part behind the last dot.

    Raises:
        QueryError: There is no such event; the error suggests one.
    """
    names = sorted({key[0] for key, tally in reading.tallies.items() if key[0] and tally.rows})
    found = []
    for one in wanted:
        exact = [name for name in names if name == one]
        ending = [name for name in names if name.rpartition(".")[2] == one]
        alike = [name for name in names if name.casefold() == one.casefold()]
        chosen = exact or ending or alike
        if not chosen:
            listed = candidates(reading) or sorted({*names} & shared_names(reading))
            raise QueryError.unknown("goal event", one, listed)
        found += [name for name in chosen if name not in found]
    return found


def candidates(reading: Reading) -> list[str]:
    """Return the names of events that may be a goal and may be shown, the likeliest first; see `shared_names`."""
    likely = _likely_goals(reading)
    # Asked only where there is something to ask: it reads all rows.
    shared = shared_names(reading) if likely else set()
    return [name for name in likely if name in shared][:_GOALS_LISTED]


def has_candidates(reading: Reading) -> bool:
    """Whether an event may be a goal, also where its name may not be shown."""
    return bool(_likely_goals(reading))


def _likely_goals(reading: Reading) -> list[str]:
    goals = [(-tally.rows, key[0]) for key, tally in reading.tallies.items() if key[3] and key[0]]
    left = [
        (-tally.rows, key[0])
        for key, tally in reading.tallies.items()
        if key[0] and key[2] is None and not key[3]
    ]
    return [name for _, name in [*sorted(goals), *sorted(left)] if name]


def shared_names(reading: Reading) -> set[str]:
    """Return the names of events that may be shown: those of the mapping, and those of two users or more.

    A name that only a single user has may identify that user; `report` lists it for readers of the export.
    """
    known = {name.casefold() for name in reading.mapping.event}
    user = pl.col("user_id")
    # Whether there are at least two, without collecting all; rows without a user count as one.
    several = (user.min() != user.max()) | ((user.null_count() > 0) & (user.count() > 0))
    users = reading.rows.group_by("name").agg(several).collect(engine="streaming")
    return {
        name
        for name, is_of_several in users.drop_nulls("name").iter_rows()
        if is_of_several or name.casefold() in known
    }


def own_goals(reading: Reading) -> list[str]:
    """Return the events that a mapping of one's own calls goals; none where a vendor's mapping was read."""
    if reading.vendor.key != OWN:
        return []
    return sorted(
        {key[0] for key, tally in reading.tallies.items() if key[0] and key[3] and tally.rows}
    )


def export_as_html(words: str, label: str) -> str:
    """Return what was read and which calls come next; no campaign is named, since one may be named after a user."""
    asked = {
        "report()": "what each event's name became, what was left over, what the export cannot say",
        "campaigns()": "the campaigns, to choose one",
        'results("…", goal="…", window="7d")': "the results of one",
    }
    rows = "".join(
        f"<li><code>.{escape(call)}</code> {escape(what)}</li>" for call, what in asked.items()
    )
    return f"<p><b>{escape(label)}</b><br>{escape(words)}</p><ul>{rows}</ul>"

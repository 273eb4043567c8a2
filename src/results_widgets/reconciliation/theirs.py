"""The vendor's own numbers: a table of action, metric and value, read and matched with the campaign."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import polars as pl

from results_widgets._text import one_line
from results_widgets.campaign import Campaign
from results_widgets.errors import QueryError, listing, suggestion
from results_widgets.glossary import Metric, Scope
from results_widgets.reconciliation.scenario import Laboratory, Place, Scenario
from results_widgets.sources import read_table

Rates = Literal["fraction", "percent"]

_COLUMNS: Final = ("action", "metric", "value")
_OPTIONAL: Final = ("channel",)
_SHOWN: Final = 10
_FORM: Final = "theirs needs the columns action, metric and value (and may have channel)"
_NUMBER: Final = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Theirs:
    """One number of theirs.

    Attributes:
        row: Its number in their table, from 1.
        place: Where it stands.
        metric: What it is.
        channel: Id of the channel; None for the campaign.
        owner: Name of the action or channel on screen; empty for the campaign.
        value: The number as they write it; None where they have none.
        is_percent: Whether it is marked with a per cent sign.
        digits: Digits behind the point, by which it was rounded.
    """

    row: int
    place: Place
    metric: Metric
    channel: str | None
    owner: str
    value: float | None
    is_percent: bool
    digits: int

    @property
    def words(self) -> str:
        """What the number is, in words."""
        return f"{self.metric.label} of {self.owner}" if self.owner else self.metric.label


def read_theirs(table: object, campaign: Campaign, lab: Laboratory, ours: Scenario) -> list[Theirs]:
    """Read their table and match each row with an action and a metric of ours.

    Args:
        table: A frame, or the path of a CSV, Parquet or NDJSON file.
        campaign: The campaign.
        lab: Knows the metrics.
        ours: The scenario of our own numbers.

    Raises:
        QueryError: A column is missing, or rows cannot be matched; all of them are listed.
        EventsError: The file cannot be read.
    """
    found: list[Theirs] = []
    problems: list[str] = []
    rows: dict[Place, int] = {}
    for number, row in enumerate(_rows(table), 1):
        try:
            one = _match(number, row, campaign, lab, ours)
        except QueryError as error:
            problems.append(f"row {number}: {error}")
            continue
        first = rows.setdefault(one.place, number)
        if first != number:
            problems.append(f"row {number}: the same number as row {first}; keep one of them")
        found.append(one)
    if problems:
        count = "1 row" if len(problems) == 1 else f"{len(problems)} rows"
        more = f"; … and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise QueryError(
            f"theirs: {count} cannot be compared: {'; '.join(problems[:_SHOWN])}{more}. "
            "results.glossary() lists the metrics"
        )
    if not found:
        raise QueryError(f"theirs: the table has no rows; {_FORM}")
    return found


def _rows(table: object) -> Iterator[dict[str, Any]]:
    frame = read_table(table, "theirs").collect()
    names = {name.strip().casefold(): name for name in reversed(frame.columns)}
    # Where both are there, as in our own frames, ids are clearer than names.
    names["action"] = names.get("action_id") or names.get("action", "")
    missing = [name for name in _COLUMNS if not names.get(name)]
    if missing:
        raise QueryError(
            f"theirs: {listing(missing)} is missing; found: {listing(frame.columns)}. {_FORM}"
        )
    known = {name: names[name] for name in (*_COLUMNS, *_OPTIONAL) if names.get(name)}
    return frame.select(pl.col(theirs).alias(ours) for ours, theirs in known.items()).iter_rows(
        named=True
    )


def _match(
    number: int, row: dict[str, Any], campaign: Campaign, lab: Laboratory, ours: Scenario
) -> Theirs:
    """Return what a row of theirs says.

    Raises:
        QueryError: It names nothing of the campaign, or its value is not a number.
    """
    scope, owner = _owner(_text(row["action"]), _text(row.get("channel")), campaign)
    known = lab.metrics(ours, scope, owner)
    key = _metric(_text(row["metric"]), known, scope)
    value, is_percent, digits = _value(row["value"])
    if is_percent and known[key].unit != "rate":
        raise QueryError(
            f"{row['value']!r} is a percentage, but {known[key].label!r} is not a rate"
        )
    channel: str | None = owner or None
    name = campaign.channels[owner].label if scope == "channel" else ""
    if scope == "action":
        found = campaign.action_by_id[owner]
        channel, name = found.channel, found.label
    place = Place(scope, owner, key)
    return Theirs(number, place, known[key], channel, name, value, is_percent, digits)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _owner(action: str, channel: str, campaign: Campaign) -> tuple[Scope, str]:
    if not action and not channel:
        return "campaign", ""
    if not action:
        labels = {one.label: id_ for id_, one in campaign.channels.items()}
        names = {**labels, **{id_: id_ for id_ in campaign.channels}}
        return "channel", _find("channel", channel, names)
    if action in campaign.action_by_id:
        return "action", action
    same = [one.id for one in campaign.actions if _plain(one.label) == _plain(action)]
    if len(same) > 1:
        raise QueryError(f"{action!r} names several actions ({listing(same)}); write the id")
    if same:
        return "action", same[0]
    known = [name for one in campaign.actions for name in dict.fromkeys((one.id, one.label))]
    raise QueryError(f"unknown action {one_line(action)!r}{suggestion(action, known)}")


def _metric(name: str, known: dict[str, Metric], scope: Scope) -> str:
    if not name:
        raise QueryError("the metric is missing")
    names = {metric.label: key for key, metric in known.items()} | {key: key for key in known}
    of = {"campaign": "the campaign", "channel": "the channel", "action": "the action"}[scope]
    return _find(f"metric of {of}", name, names)


def _find(kind: str, name: str, names: dict[str, str]) -> str:
    """Return what a name stands for, whichever way it is written."""
    plain = {_plain(known): found for known, found in names.items()}
    if _plain(name) in plain:
        return plain[_plain(name)]
    close = suggestion(name, names) or suggestion(_plain(name), plain)
    raise QueryError(f"unknown {kind} {one_line(name)!r}{close}")


def _plain(name: str) -> str:
    return " ".join(re.split(r"[\s_\-]+", name.strip().casefold()))


def _value(value: object) -> tuple[float | None, bool, int]:
    """Return a number, whether it is marked as a per cent, and its digits behind the point."""
    text = _text(value) if isinstance(value, str | None) else repr(value)
    text, _, rest = text.partition("%")
    text = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    is_percent = not rest and isinstance(value, str) and "%" in value
    if text.casefold() in ("", "n/a", "none", "null", "-", "–"):
        return None, False, 0
    if not text or not _NUMBER.fullmatch(text):
        raise QueryError(
            f"the value {one_line(str(value))!r} is not a number; write 1234.5 or 53.5%"
        )
    number = float(text.replace(",", ""))
    if not math.isfinite(number):
        raise QueryError(f"the value {value!r} is not a number")
    digits = len(text.partition(".")[2]) if "e" not in text.casefold() else 17
    return number, is_percent, digits


# --------------------------------------------------------------------------------- rates


@dataclass(frozen=True, slots=True)
class ReadRates:
    """How rates were read.

    Attributes:
        scale: What each number of theirs is divided by, by its row.
        said: How that was told, in a sentence; empty without rates.
    """

    scale: dict[int, float]
    said: str


_PERCENT: Final = 100.0
_NEAR: Final = 0.9


def read_rates(
    theirs: Sequence[Theirs], ours: Sequence[float | None], rates: Rates | None
) -> ReadRates:
    """Return whether rates are fractions or per cents: as they are marked, told, or clearly seen.

    Args:
        theirs: Their numbers.
        ours: Our numbers, which theirs should be near.
        rates: How they are written; None: to be seen.

    Raises:
        QueryError: It cannot be seen, or they are written in both ways.
    """
    if rates is not None and rates not in get_args(Rates):
        raise QueryError.unknown("way to write rates", rates, get_args(Rates))
    scale = {one.row: _PERCENT if one.is_percent else 1.0 for one in theirs}
    open_ = [
        (one, mine)
        for one, mine in zip(theirs, ours, strict=True)
        if one.metric.unit == "rate" and one.value is not None and not one.is_percent
    ]
    marked = any(one.is_percent for one in theirs)
    if not open_:
        return ReadRates(scale, "Their rates are marked as per cents." if marked else "")
    seen, why = (rates, "as was told") if rates is not None else (_seen(open_), "as they look")
    if seen == "percent":
        scale |= {one.row: _PERCENT for one, _ in open_}
    others = " (those without a per cent sign)" if marked else ""
    words = {"percent": "per cents", "fraction": "fractions"}[seen]
    return ReadRates(scale, f"Their rates{others} are read as {words}, {why}.")


def _seen(rates: Sequence[tuple[Theirs, float | None]]) -> Rates:
    """Return how rates are written: those of theirs are near ours, or near a hundred times ours."""
    votes: dict[Rates, Theirs] = {}
    for one, mine in rates:
        value = one.value or 0.0
        if not value or not mine:
            continue
        apart = math.log10(abs(value / mine))
        if abs(apart) < _NEAR:
            votes["fraction"] = one
        elif abs(apart - 2) < _NEAR:
            votes["percent"] = one
    if len(votes) > 1:
        told = " and ".join(
            f"row {one.row} ({one.value:g}) like a {how}" for how, one in votes.items()
        )
        raise QueryError(
            f"theirs: some rates look like fractions and others like per cents: {told}; "
            "mark per cents with %, or pass rates='fraction' or rates='percent'"
        )
    if votes:
        return next(iter(votes))
    return "percent" if any((one.value or 0) > 1 for one, _ in rates) else "fraction"

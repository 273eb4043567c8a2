"""What a saved page can show without a kernel: a list of looks at the data, each computed beforehand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from results_widgets.definitions import DEFINITIONS
from results_widgets.glossary import detail_keys
from results_widgets.results import Results
from results_widgets.view_model.breakdowns import breakdowns_state
from results_widgets.view_model.campaign import campaign_state
from results_widgets.view_model.flow import flow_state
from results_widgets.view_model.glossary import glossary_state
from results_widgets.view_model.metrics import metrics_frame
from results_widgets.view_model.selection import RANGES, Selection
from results_widgets.view_model.status import status_state
from results_widgets.view_model.trends import trends_state

_INTERVALS: Final = {"today": ["1h", "1d"], "yesterday": ["1h", "1d"], "90d": ["1d", "1w"]}
# A year of hours would be most of a page, and is read by nobody.
_HOURLY: Final = timedelta(days=8)

LOOK_KEYS: Final = (
    "range",
    "start",
    "end",
    "time_zone",
    "definitions",
    "developers",
    "machine_opens",
)
"""Traits of the selection that change every number; the rest chooses among what is computed."""


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at the data: the traits of a selection that change every number.

    Args:
        selection: Wire values of `LOOK_KEYS`.
        view: The results seen that way.
        aside: Whether it is a side look (other definitions, no developers): days are enough.
    """

    selection: dict[str, object]
    view: Results
    aside: bool = False

    @property
    def has_days(self) -> bool:
        """Whether it holds every day of the campaign, of which a reader can choose some."""
        return self.selection["range"] == "whole"

    @property
    def is_own(self) -> bool:
        """Whether it is the whole campaign in the results' own zone and definitions."""
        return self.has_days and not self.aside and self.selection["time_zone"] is None

    @property
    def intervals(self) -> list[str]:
        """The intervals its lines are kept in."""
        if self.has_days and not self.aside:
            first, last = self.view._session.span()
            short = timedelta(microseconds=last - first) <= _HOURLY
            return [*(["1h"] if short else []), "1d", "1w", "1mo"]
        return _INTERVALS.get(str(self.selection["range"]), ["1d"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page shall hold beside the results as they are.

    Args:
        time_zones: IANA names of further zones.
        definitions: Names of further shipped definition sets.
        ranges: Named ranges.
        developers: Whether the numbers without developer profiles are there, too.
        machines: Whether the numbers without opens made by machines are.
        whole: Whether the whole campaign is.
    """

    time_zones: Sequence[str] = ()
    definitions: Sequence[str] = tuple(DEFINITIONS)
    ranges: Sequence[str] = tuple(name for name in RANGES if name not in ("whole", "custom"))
    developers: bool = True
    machines: bool = True
    whole: bool = True


def looks(results: Results, first: Selection, wanted: Wanted) -> list[Look]:
    """Return the looks of a page, the one it opens with first; none twice."""
    found: dict[tuple[object, ...], Look] = {}
    for selection in _selections(first, wanted):
        look = _look(results, selection)
        # What a roll-up does not answer is no choice; a page that would open on it says so.
        if found and look.view._session.refusal():
            continue
        found.setdefault(tuple(look.selection.values()), look)
    return list(found.values())


def _selections(first: Selection, wanted: Wanted) -> Iterator[Selection]:
    # A page opened on some days of one's own keeps those, too.
    yield Selection(**{name: getattr(first, name) for name in LOOK_KEYS})
    if wanted.whole:
        yield Selection()
    for name in wanted.ranges:
        yield Selection(range=name)
    for zone in wanted.time_zones:
        yield Selection(time_zone=zone)
    if wanted.developers:
        yield Selection(developers=False)
    if wanted.machines:
        yield Selection(machine_opens=False)
    for name in wanted.definitions:
        yield Selection(definitions=name)


def _look(results: Results, selection: Selection) -> Look:
    wire = selection.to_state(results)
    aside = bool(selection.definitions) or not selection.developers
    aside = aside or selection.machine_opens is False
    chosen = {name: wire[name] for name in LOOK_KEYS}
    return Look(chosen, selection.apply(results), aside)


def state_of(look: Look, page: Iterable[Look], by: list[str]) -> dict[str, object]:
    """Return the synced state of a look, without its line.

    Args:
        look: What is shown.
        page: All looks of the page: menus offer what is in them.
        by: Columns that lines of the page are broken down by.
    """
    view, others = look.view, list(page)
    ranges = {o.selection["range"] for o in others}
    options = {
        "by": by,
        "time_zones": sorted({o.view.time_zone for o in others if o.selection["time_zone"]}),
        "ranges": [n for n in RANGES if n in ranges or (n == "custom" and "whole" in ranges)],
        "every": look.intervals,
    }
    names = list(dict.fromkeys(str(o.selection["definitions"]) for o in others))
    return {
        "_campaign": campaign_state(view),
        "_glossary": glossary_state(view),
        "_metrics": metrics_frame(view),
        "_flow": flow_state(view),
        "_trends": trends_state(view),
        "_parts": _parts(view, by),
        "_status": {**status_state(view, names), "code": ""},
        "_options": options,
    }


def _parts(view: Results, by: list[str]) -> dict[str, object]:
    """Return clicks per link and reasons only where asked for: an address or a bounce may name a user."""
    details = detail_keys(view.campaign.channels.values())
    named = [column for column in by if column in details]
    owners: dict[str, Any] = breakdowns_state(view) if named else {}
    return {owner: {c: rows[c] for c in named if c in rows} for owner, rows in owners.items()}

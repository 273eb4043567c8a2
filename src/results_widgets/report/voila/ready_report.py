"""The report of the campaign that the address names, or the list of campaigns, for notebooks served by Voila.

The campaigns come from ``RESULTS_WIDGETS_CAMPAIGNS``: a campaign's folder or store, a folder of these,
or a JSON file::

    {"campaigns": {"18": {"campaign": "18/campaign.json", "events": "18/*.parquet", "users": null,
                          "time_zone": "America/New_York", "definitions": "default"}}}
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from results_widgets._json import Node, parse_file
from results_widgets._text import without_folders
from results_widgets.errors import EventsError, QueryError, ResultsError
from results_widgets.portfolio import load_one
from results_widgets.portfolio.folder import folders_of, is_campaign, read_campaign
from results_widgets.report.voila.campaign_list import CampaignList, campaign_list
from results_widgets.results import Results
from results_widgets.sources import Folder
from results_widgets.widgets import Dashboard, fallback

CAMPAIGNS: Final = "RESULTS_WIDGETS_CAMPAIGNS"
READING: Final = "RESULTS_WIDGETS_READING"
"""Names the variable with the options of `Results` that hold where a campaign has none of its own, as JSON."""

_OPTIONS: Final = (
    *("time_zone", "definitions", "uniques"),
    *("naive_time_zone", "time_unit", "columns", "event_names"),
)

_FIELDS: Final = ("campaign", "events", "users", *_OPTIONS)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one campaign's data is.

    Attributes:
        root: Folder that the other paths are relative to.
        campaign: Path of the campaign's JSON, or of a folder that holds everything.
        events: Path or glob of the events; None: they are in that folder.
        users: Path of the users, if there are any.
        options: Keywords of `Results`.
    """

    root: Path
    campaign: str = ""
    events: str | None = None
    users: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


class Page:
    """HTML to display in a notebook; text from data in it is escaped already."""

    def __init__(self, html: str) -> None:
        self.html = html

    def _repr_html_(self) -> str:
        return self.html


def show(
    query: str | None = None, source: str | Path | None = None
) -> Dashboard | CampaignList | Page:
    """Return the dashboard of the campaign that the address names, or the list of campaigns.

    Args:
        query: The address's query, ``campaign=18&time_zone=Europe/Berlin``; None: as Voila passes it.
        source: The folder or JSON file; None: the one in ``RESULTS_WIDGETS_CAMPAIGNS``.

    Returns:
        The widget; or a page with the list, or with what is wrong and what to do. Errors of the data are
        not raised, because a traceback does not help a reader.
    """
    parameters = parse_qs(os.environ.get("QUERY_STRING", "") if query is None else query)
    where = Path(source or os.environ.get(CAMPAIGNS) or ".")
    try:
        known = campaigns(where)
        name = parameters.get("campaign", [""])[0] or (next(iter(known)) if len(known) == 1 else "")
        if not name:
            reads = {one: partial(_load, entry, where) for one, entry in known.items()}
            found = campaign_list(reads, partial(_without_paths, where=where))
            return Page(found) if isinstance(found, str) else found
        if name not in known:
            raise QueryError.unknown("campaign", name, known)
        zone = parameters.get("time_zone", [None])[0]
        results = _load(known[name], where)
        return Dashboard(results if zone is None else results.in_time_zone(zone))
    except ResultsError as error:
        return Page(fallback.note_html(_without_paths(str(error), where)))


def _without_paths(text: str, where: Path) -> str:
    """Return an error without the server's folders, which readers need not know."""
    root = where if where.is_dir() else where.parent
    for folder in (root.resolve(), root):
        text = text.replace(f"{folder}{os.sep}", "")
    return without_folders(text)


def campaigns(where: Path) -> dict[str, Entry]:
    """Return the campaigns of a folder or a JSON file by name.

    Raises:
        EventsError: There is no such folder or file, or it holds no campaign.
    """
    if where.is_file():
        return _read_config(where)
    folders = [where] if is_campaign(where) else folders_of(where) if where.is_dir() else []
    if not folders:
        raise EventsError(
            f"no campaign here; put stores, or folders with campaign.json and events files, into "
            f"{where.name or 'the folder'}, or name them in a JSON file and pass that"
        )
    return {path.resolve().name: Entry(path) for path in folders}


def _read_config(path: Path) -> dict[str, Entry]:
    config = parse_file(path, _error)
    if not isinstance(config, Mapping) or not isinstance(config.get("campaigns"), Mapping):
        raise EventsError(
            f'{path.name} names no campaigns; write {{"campaigns": {{"name": {{"campaign": …, "events": …}}}}}}'
        )
    node = Node(config, "", ("campaigns",), _error)
    campaigns = node.child("campaigns", ())
    return {
        str(name): _read_entry(campaigns.child(str(name), _FIELDS), path.parent)
        for name in campaigns.value
    }


def _read_entry(node: Node, root: Path) -> Entry:
    return Entry(
        root,
        campaign=node.text("campaign"),
        events=node.optional_text("events"),
        users=node.optional_text("users"),
        options={name: text for name in _OPTIONS if (text := node.optional_text(name))},
    )


def _error(path: str, problem: str) -> EventsError:
    return EventsError(f"{path}: {problem}")


def _load(entry: Entry, where: Path) -> Results:
    reading = json.loads(os.environ.get(READING) or "{}")
    named = entry.users or reading.pop("users", None)
    users = None if named is None else str(entry.root / named)
    options: dict[str, Any] = {**reading, **entry.options}
    place = entry.root / entry.campaign
    if entry.events is not None:
        return Results(place, str(entry.root / entry.events), users, **options)
    if users is None and where.is_dir() and place != where:
        # One that has no events, or no users, of its own has those of the folder that all are in.
        return read_campaign(place, where, **options)
    if users is None:
        return load_one(place, **options)
    return Results(place / "campaign.json", Folder(place, "events"), users, **options)

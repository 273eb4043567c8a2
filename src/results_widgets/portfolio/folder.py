"""Campaigns of our own folders: campaign.json with its events and users, alone or in folders of one folder."""

import re
from pathlib import Path
from typing import Any, Final

from results_widgets._io import is_file, is_folder
from results_widgets._text import told_apart
from results_widgets.engine.open import opening_once
from results_widgets.engine.store.folder import is_store
from results_widgets.errors import EventsError, listing, suggestion, warn_caller
from results_widgets.results import Results, open_stored
from results_widgets.sources import Folder, find_files

CAMPAIGN_FILE: Final = "campaign.json"
_LISTED: Final = 5


def existing(folder: str | Path) -> Path:
    """Return a folder.

    Raises:
        EventsError: It is not there.
    """
    root = Path(folder)
    if is_file(root):
        ours, parent = root.name == CAMPAIGN_FILE, str(root.parent)
        other = (
            ""
            if ours
            else f"; events alone need their campaign: rw.Results(campaign, {str(root)!r})"
        )
        raise EventsError(f"{root}: a file; pass its folder: rw.load({parent!r}){other}")
    if not is_folder(root):
        beside = root.parent.iterdir() if is_folder(root.parent) else ()
        hint = suggestion(root.name, [one.name for one in beside if one.is_dir()])
        raise EventsError(
            f"{root}: no such folder or store{hint}; pass a store, a folder that holds campaign.json and events "
            "files, or one of such folders"
        )
    return root


def is_campaign(root: Path) -> bool:
    """Whether a folder holds a campaign of our own, or is its store."""
    return (root / CAMPAIGN_FILE).exists() or is_store(root)


def folders_of(root: Path) -> list[Path]:
    """Return the folders in a folder that hold a campaign, by name, 2 before 10; hidden ones are not looked at."""
    inside = [one for one in root.iterdir() if one.is_dir() and one.name[0] not in "._"]
    return sorted((one for one in inside if is_campaign(one)), key=_natural)


def _natural(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Return what to sort by, so that numbers in names count as numbers."""
    parts = re.findall(r"\d+|\D+", path.name)
    key = [(int(one), "") if one.isdecimal() else (-1, one) for one in parts]
    return key, path.name


def holds_campaigns(root: Path) -> bool:
    """Whether a folder is no campaign itself, and folders in it are."""
    return not is_campaign(root) and bool(folders_of(root))


def read_campaign(root: Path, shared: Path | None = None, **options: Any) -> Results:
    """Return the results of a campaign's folder.

    Args:
        root: The folder.
        shared: A folder whose events or users it has where it has none of its own.
        **options: As for `Results`.

    Raises:
        EventsError: There are no events.
    """
    if is_store(root):
        return open_stored(root, **options)
    events = _tables(root, "events", shared)
    if events is None:
        found = listing(sorted(path.name for path in root.iterdir()))
        raise EventsError(
            f"{root}: no events file; found: {found}. Name it events.parquet, events-….csv or events.ndjson"
        )
    return Results(root / CAMPAIGN_FILE, events, _tables(root, "users", shared), **options)


def read_campaigns(root: Path, **options: Any) -> dict[str, Results]:
    """Return the results of all campaigns in the folders of a folder, by the campaigns' names.

    Where two campaigns have the same name, the folder's is added to it.

    Raises:
        EventsError: No folder holds a campaign.
    """
    folders = folders_of(root)
    if not folders:
        raise EventsError(
            f"{root}: none of its folders holds a {CAMPAIGN_FILE}; found: "
            f"{listing(sorted(path.name for path in root.iterdir()))}"
        )
    left_out = [
        one.name
        for one in sorted(root.iterdir())
        if one.is_dir() and one.name[0] not in "._" and one not in folders
    ]
    if left_out:
        warn_caller(
            f"{root}: {len(left_out)} folder{'s' if len(left_out) > 1 else ''} without {CAMPAIGN_FILE} "
            f"left out: {listing(left_out, _LISTED)}"
        )
    with opening_once():
        found = {one.name: read_campaign(one, root, **options) for one in folders}
    names = told_apart({folder: results.campaign.label for folder, results in found.items()})
    return {names[folder]: results for folder, results in found.items()}


def _tables(root: Path, kind: str, shared: Path | None) -> Folder | None:
    for place in (root, shared):
        if place is not None and find_files(place, kind):
            return Folder(place, kind)
    return None

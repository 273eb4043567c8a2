"""Results of a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from results_widgets.definitions import Definitions
from results_widgets.engine.query import Uniques
from results_widgets.errors import EventsError, QueryError, listing
from results_widgets.exports import is_export
from results_widgets.keys import DefinitionSet
from results_widgets.results.read_export import read_export
from results_widgets.results.results import Results
from results_widgets.sources import Folder, find_files
from results_widgets.tables.options import TimeUnit


def load(
    folder: str | Path,
    *,
    definitions: DefinitionSet | Definitions = "default",
    time_zone: str | None = None,
    naive_time_zone: str | None = None,
    time_unit: TimeUnit | None = None,
    columns: Mapping[str, str] | None = None,
    event_names: Mapping[str, str] | None = None,
    uniques: Uniques = "exact",
) -> Results:
    """Read a folder with campaign.json, events*.parquet|csv|ndjson and, if there, users.*; or a vendor's export.

    Of an export of several campaigns, `read_export` gives one by its name.

    Args:
        folder: The folder.
        definitions: As for `Results`.
        time_zone: As for `Results`.
        naive_time_zone: As for `Results`.
        time_unit: As for `Results`.
        columns: As for `Results`.
        event_names: As for `Results`.
        uniques: As for `Results`.

    Returns:
        The campaign's results.

    Raises:
        EventsError: The folder or its events are not there, or cannot be used, nor is it an export.
        CampaignError: Its campaign.json is missing or not valid.
        QueryError: The definition set, time zone or way to count users is not known.

    Examples:
        >>> source = rw.datasets.generate(200, seed=1, path="campaign")
        >>> rw.load("campaign", time_zone="UTC").unique_users()
        171
    """
    root = Path(folder)
    if not root.is_dir():
        raise EventsError(
            f"{root}: no such folder; pass one that holds campaign.json and events files"
        )
    if not (root / "campaign.json").exists():
        found = _of_export(
            root, naive_time_zone, definitions=definitions, time_zone=time_zone, uniques=uniques
        )
        if found is not None:
            return found
    if not find_files(root, "events"):
        raise EventsError(
            f"{root}: no events file; found: {listing(sorted(path.name for path in root.iterdir()))}"
        )
    return Results(
        root / "campaign.json",
        Folder(root, "events"),
        Folder(root, "users") if find_files(root, "users") else None,
        definitions=definitions,
        time_zone=time_zone,
        naive_time_zone=naive_time_zone,
        time_unit=time_unit,
        columns=columns,
        event_names=event_names,
        uniques=uniques,
    )


def _of_export(root: Path, naive_time_zone: str | None, **arguments: Any) -> Results | None:
    """Return the results of a vendor's export; None if the folder is none.

    Raises:
        QueryError: It is an export of several campaigns, or of several vendors.
    """
    if not is_export(root):
        return None
    export = read_export(root, naive_time_zone=naive_time_zone)
    if export.campaigns().height > 1:
        ids = listing(export.campaigns()["campaign_id"], 8)
        raise QueryError(
            f"{root}: an export of {export.vendor} with several campaigns ({ids}); pass one by "
            f"rw.read_export({str(root)!r}).results(…)"
        )
    return export.results(**arguments)

"""What a folder holds: one campaign, folders of campaigns, or a vendor's export."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from results_widgets.definitions import Definitions
from results_widgets.engine.query import Uniques
from results_widgets.errors import QueryError, listing
from results_widgets.keys import DefinitionSet
from results_widgets.portfolio.folder import existing, folders_of, is_campaign, read_campaign
from results_widgets.portfolio.portfolio import Portfolio
from results_widgets.results import Results
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
) -> Results | Any:
    """Read a folder: of a campaign, a store, of folders of campaigns, or a vendor's export of one campaign.

    A campaign's folder has campaign.json, events*.parquet|csv|ndjson and, if there, users.*. A folder of such
    folders gives a `Portfolio`; for type checkers the return type is `Results`, so call `Portfolio.load` where
    that matters. For an export with several campaigns, use `read_export`, which gives one campaign by its name, or
    all as a portfolio.

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
        The campaign's results, or a `Portfolio`.

    Raises:
        EventsError: The folder or its events are missing or cannot be read, and it is not an export.
        CampaignError: A campaign.json is missing or not valid.
        QueryError: The definition set, time zone or way to count users is not known.

    Examples:
        >>> source = rw.datasets.generate(200, seed=1, path="campaign")
        >>> rw.load("campaign", time_zone="UTC").unique_users()
        171
    """
    root = existing(folder)
    how: dict[str, Any] = {
        "definitions": definitions,
        "time_zone": time_zone,
        "naive_time_zone": naive_time_zone,
        "time_unit": time_unit,
        "columns": columns,
        "event_names": event_names,
        "uniques": uniques,
    }
    if not is_campaign(root):
        if folders_of(root):
            return Portfolio.load(root, **how)
        found = _of_export(
            root, naive_time_zone, definitions=definitions, time_zone=time_zone, uniques=uniques
        )
        if found is not None:
            return found
    return read_campaign(root, **how)


def load_one(folder: str | Path, **options: Any) -> Results:
    """Return the results of a folder that holds one campaign, as `load` does.

    Raises:
        QueryError: It holds several.
    """
    found = load(folder, **options)
    if isinstance(found, Portfolio):
        raise QueryError(
            f"{folder}: it holds folders of {len(found)} campaigns; name the folder of one of them"
        )
    return found


def _of_export(root: Path, naive_time_zone: str | None, **arguments: Any) -> Results | None:
    """Return the results of a vendor's export; None if the folder is none.

    Raises:
        QueryError: It is an export of several campaigns, or of several vendors.
    """
    from results_widgets.exports import is_export
    from results_widgets.portfolio.read_export import read_export

    if not is_export(root):
        return None
    export = read_export(root, naive_time_zone=naive_time_zone)
    if export.campaigns().height > 1:
        ids = listing(export.campaigns()["campaign_id"], 8)
        raise QueryError(
            f"{root}: an export of {export.vendor} with several campaigns ({ids}); pass one by "
            f"rw.read_export({str(root)!r}).results(…), or take all by .portfolio()"
        )
    return export.results(**arguments)

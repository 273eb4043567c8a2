"""Campaigns of an export as folders of our own."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from results_widgets._io import check_output, make_folder, whole_file
from results_widgets._seal import SEAL, UNSEALED, seal_file
from results_widgets.campaign import Campaign
from results_widgets.exports import Reading, in_one_zone
from results_widgets.portfolio.export_campaign import Asked, prepared_each


def write_folder(
    folder: str | Path,
    campaign: Campaign,
    events: pl.LazyFrame,
    users: pl.DataFrame,
    zone: str | None,
) -> Path:
    """Write campaign.json, events.parquet and users.parquet; the campaign last, so that half a folder opens nowhere."""
    target = Path(folder)
    make_folder(target)
    for name in ("users.parquet", "events.parquet", "campaign.json"):
        check_output(target / name)
    (target / "campaign.json").unlink(missing_ok=True)
    with whole_file(target / "users.parquet", private=True) as unfinished:
        users.write_parquet(unfinished, metadata={SEAL: UNSEALED})
        seal_file(unfinished)
    if zone is not None:
        events = in_one_zone(events, campaign, zone)
    with whole_file(target / "events.parquet", private=True) as unfinished:
        events.sink_parquet(unfinished, metadata={SEAL: UNSEALED})
        seal_file(unfinished)
    campaign.to_json(target / "campaign.json")
    return target


def write_folders(
    reading: Reading,
    folders: Mapping[str, Path],
    asked: Asked,
    users: pl.DataFrame,
    zone: str | None,
) -> Iterator[tuple[str, Path]]:
    """Write campaigns, each into its folder, and yield each that is written; the export is read once for all.

    Args:
        reading: The export.
        folders: The folder of each campaign.
        asked: Their goal, window and flow; which campaign it names means nothing.
        users: The export's users.
        zone: Zone of times that name none.
    """
    arguments = {} if zone is None else {"naive_time_zone": zone}
    each = prepared_each(reading, folders, asked, arguments)
    for (id_, folder), (made, events, _) in zip(folders.items(), each, strict=True):
        yield id_, write_folder(folder, made, events, users, zone)

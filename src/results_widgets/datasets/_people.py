"""The users of the generated campaign: attributes, time zones, habits."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

import polars as pl

from results_widgets.datasets._dice import Dice, seal

MILLISECOND: Final = 1_000
SECOND: Final = 1_000_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR

FIRST_DAY: Final = date(2026, 3, 2)
DAYS: Final = 42
STARTED_AT: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)
DATA_AS_OF: Final = datetime(2026, 4, 12, 21, 2, tzinfo=UTC)
HISTORY_DAYS: Final = 30
"""Days before the campaign from which on purchases are in the data."""

# Country, time zone, share of the users. The campaign spans the clock changes in America (8 March),
# Europe (29 March) and Sydney (5 April, backwards).
HOMES: Final = (
    ("US", "America/New_York", 0.20),
    ("US", "America/Chicago", 0.10),
    ("US", "America/Los_Angeles", 0.14),
    ("GB", "Europe/London", 0.14),
    ("DE", "Europe/Berlin", 0.16),
    ("BR", "America/Sao_Paulo", 0.08),
    ("IN", "Asia/Kolkata", 0.08),
    ("JP", "Asia/Tokyo", 0.06),
    ("AU", "Australia/Sydney", 0.04),
)
PLATFORMS: Final = (("ios", 0.40), ("android", 0.45), ("web", 0.15))
PLANS: Final = (("free", 0.72), ("plus", 0.21), ("pro", 0.07))
AGE_GROUPS: Final = (
    ("18-24", 0.16),
    ("25-34", 0.27),
    ("35-44", 0.21),
    ("45-54", 0.14),
    ("55+", 0.10),
    (None, 0.12),
)
VARIANTS: Final = ("A", "B")
HOLDBACK: Final = 0.1
DEVELOPERS: Final = 0.01

_UPLIFT_B: Final = 1.18
_DEVELOPERS_BOOST: Final = 2.2

_IOS: Final = 0
_SALT: Final = 1_000_000
_HOME, _PLATFORM, _PLAN, _AGE, _SIGNED_UP, _DEVELOPER, _ARM, _HELD, _AFFINITY = range(
    _SALT, _SALT + 9
)

# Weight of each local hour of the day for entries and purchases.
BY_HOUR: Final = [0, 0, 0, 0, 0, 0, 1, 3, 6, 9, 10, 9, 8, 8, 8, 7, 7, 8, 9, 10, 9, 6, 3, 0]
_BY_WEEKDAY: Final = (1.10, 1.28, 1.22, 1.10, 0.95, 0.62, 0.66)
WAKES_AT: Final = 7 * HOUR


def people(start: int, stop: int, seed: int) -> pl.DataFrame:
    """Return the attributes that the simulation needs, one row per user of [start, stop).

    Columns: user (number), dice (hashed key), home, platform, plan, age (codes), signed_up (days before
    the campaign), developer, held (in the holdback), arm (variant's code), boost (factor on the
    probability of the user's own actions), ios, and the local clock: offset, turn (instant of the clock
    change), offset_after (microseconds).
    """
    user = pl.int_range(start, stop, dtype=pl.Int64, eager=True)
    sealed = seal(user, seed)
    dice = Dice(sealed)
    developer = dice.uniform(_DEVELOPER) < DEVELOPERS
    platform = dice.choose(_PLATFORM, [share for _, share in PLATFORMS])
    return pl.DataFrame(
        {
            "user": user,
            "dice": sealed,
            "home": dice.choose(_HOME, [share for *_, share in HOMES]),
            "platform": platform,
            "plan": dice.choose(_PLAN, [share for _, share in PLANS]),
            "age": dice.choose(_AGE, [share for _, share in AGE_GROUPS]),
            "signed_up": dice.exponential(_SIGNED_UP, 400.0).cast(pl.Int64) + 45,
            "developer": developer,
            "held": dice.uniform(_HELD) < HOLDBACK,
            "arm": dice.below(_ARM, len(VARIANTS)),
            "affinity": dice.uniform(_AFFINITY) * 1.2 + 0.4,
            "ios": platform == _IOS,
        }
    ).with_columns(_boost(), *_clock())


def user_table(crowd: pl.DataFrame) -> pl.DataFrame:
    """Return the table of users: ``user_id``, attributes, ``is_developer``."""
    return crowd.select(
        user_id=user_id(pl.col("user")),
        country=label("home", [country for country, *_ in HOMES]),
        time_zone=label("home", [zone for _, zone, _ in HOMES]),
        platform=label("platform", [name for name, _ in PLATFORMS]),
        plan=label("plan", [name for name, _ in PLANS]),
        age_group=label("age", [name for name, _ in AGE_GROUPS]),
        signed_up=pl.lit(FIRST_DAY) - pl.duration(days="signed_up"),
        is_developer="developer",
    )


def user_id(user: pl.Expr) -> pl.Expr:
    """Return the id of a user's number."""
    return pl.lit("u") + user.cast(pl.String).str.zfill(7)


def label(code: str, names: list[str | None] | list[str]) -> pl.Expr:
    """Return the names of a column of codes."""
    return pl.lit(pl.Series(names, dtype=pl.String)).gather(pl.col(code))


def day_weights() -> list[float]:
    """Return the weights of the campaign's days: most entries after the launch, few on weekends."""
    return [
        (0.4 + 2.718281828 ** (-day / 9)) * _BY_WEEKDAY[(FIRST_DAY.weekday() + day) % 7]
        for day in range(DAYS)
    ]


def to_instant(local: pl.Series, crowd: pl.DataFrame) -> pl.Series:
    """Return the instants of local times (epoch microseconds as if in UTC)."""
    before = local - crowd["offset"]
    after = local - crowd["offset_after"]
    return after.zip_with(after >= crowd["turn"], before)


def wait_for_morning(at: pl.Series, crowd: pl.DataFrame, lag: pl.Series) -> pl.Series:
    """Move times in a user's night to ``lag`` (µs) past seven in the morning."""
    offset = crowd["offset_after"].zip_with(at >= crowd["turn"], crowd["offset"])
    since_midnight = (at + offset) % DAY
    morning = at - since_midnight + WAKES_AT + lag
    return morning.zip_with(since_midnight < WAKES_AT, at)


def micros(instant: datetime) -> int:
    """Return an instant as epoch microseconds."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _boost() -> pl.Expr:
    uplift = pl.when(pl.col("arm") == 1).then(_UPLIFT_B).otherwise(1.0)
    return (
        pl.when("developer").then(_DEVELOPERS_BOOST).otherwise(pl.col("affinity") * uplift)
    ).alias("boost")


def _clock() -> list[pl.Expr]:
    offset, turn, after = (
        pl.Series([clock[part] for clock in _clocks()], dtype=pl.Int64) for part in range(3)
    )
    home = pl.col("home")
    return [
        pl.lit(offset).gather(home).alias("offset"),
        pl.lit(turn).gather(home).alias("turn"),
        pl.lit(after).gather(home).alias("offset_after"),
    ]


@cache
def _clocks() -> tuple[tuple[int, int, int], ...]:
    """Return offset, instant of the clock change and offset after it, by home; no clock changes twice."""
    hours = pl.datetime_range(
        datetime.combine(FIRST_DAY, datetime.min.time()) - timedelta(days=HISTORY_DAYS + 1),
        datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(days=DAYS + 60),
        "1h",
        time_zone="UTC",
        eager=True,
    )
    clocks = []
    for _, zone, _ in HOMES:
        local = hours.dt.convert_time_zone(zone).dt
        offsets = (local.base_utc_offset() + local.dst_offset()).dt.total_microseconds()
        changed = hours.filter(offsets != offsets.first())
        turn = changed.dt.epoch("us").min() if len(changed) else micros(DATA_AS_OF) + 365 * DAY
        clocks.append((int(offsets[0]), int(str(turn)), int(offsets[-1])))
    return tuple(clocks)

"""What the users of each arm did within the window, added up where the events are.

Only sums leave the engine: counts, sums, squares and products for each arm and day.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import Calendar
from results_widgets.engine.frames import BY, Rows, collect
from results_widgets.experiments.design import BEFORE
from results_widgets.experiments.moments import Moments
from results_widgets.experiments.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Cell:
    """The users of one arm whose windows end on one day.

    Attributes:
        arm: The arm.
        ripe: Whether their windows have ended by the newest event.
        day: Local day on which the windows end, in days since 1970.
        users: How many users there are.
        first: Start of their earliest first entry, epoch µs.
        last: Start of the latest.
        moments: Sums of each outcome.
        hits: How many users have each outcome at all; of values, how many have a goal event.
    """

    arm: str
    ripe: bool
    day: int
    users: int
    first: int
    last: int
    moments: tuple[Moments, ...]
    hits: tuple[int, ...]


@dataclass(frozen=True)
class Window:
    """The same exposure for every user, and the outcomes within it.

    Attributes:
        data: The backend.
        definitions: The rules.
        calendar: The calendar that days are in.
        length: How long a user is looked at, from the first entry, in µs; both ends are included.
        single: Whether a user's first goal event alone counts.
        outcomes: What is measured.
        covariate: `BEFORE`, or an attribute; None for none.
    """

    data: UserBackend
    definitions: Definitions
    calendar: Calendar
    length: int
    single: bool
    outcomes: tuple[Outcome, ...]
    covariate: str | None

    def cells(self, units: Rows, arms: Sequence[str]) -> list[Cell]:
        """Return the sums of users (user, first, arm), by arm, ripeness and day.

        Args:
            units: The users, computed once; their arms are places among ``arms``.
            arms: The names of the arms.
        """
        rows = self._within(units, 0, self.length, "y")
        if self.covariate == BEFORE:
            before = self._within(units, -self.length, -1, "x")
            columns = [f"x{i}" for i in range(len(self.outcomes))]
            rows = rows.join(before.select("user", *columns), on="user", how="left")
        elif self.covariate is not None:
            rows = self._with_attribute(rows, self.covariate)
        ends = nw.col("first") + self.length
        rows = rows.with_columns(ripe=ends <= self.data.newest, day=self.calendar.day(ends))
        sums = (
            rows.with_columns(*self._products())
            .group_by("arm", "ripe", "day")
            .agg(
                nw.len().alias("users"),
                nw.col("first").min().alias("earliest"),
                nw.col("first").max().alias("latest"),
                *(nw.col(name).sum() for name in self._names),
            )
        )
        found = collect(sums).sort("arm", "day", "ripe")
        return [self._cell(row, arms[row["arm"]]) for row in found.iter_rows(named=True)]

    # --- one row per user

    def _within(self, units: Rows, low: int, high: int, name: str) -> Rows:
        """Add each outcome, from one to another time after the first entry (µs), as ``name`` and its place."""
        spans = units.select("user", "first")
        inside = (nw.col("time") >= nw.col("first") + low) & (
            nw.col("time") <= nw.col("first") + high
        )
        goals = self.data.goals(self.definitions).join(spans, on="user", how="inner")
        per_user = self._goals(goals.filter(inside))
        flags = self._flags(spans, inside)
        rows = units.join(per_user, on="user", how="left")
        if flags is not None:
            rows = rows.join(flags, on="user", how="left")
        source = {"converted": "_any", "conversions": "_count", "value": "_sum"}
        values = {
            f"{name}{i}": nw.col(source.get(one.measure, f"_set{i}")).fill_null(0).cast(nw.Float64)
            for i, one in enumerate(self.outcomes)
        }
        return rows.select("user", "first", "arm", **values)

    def _goals(self, goals: Rows) -> Rows:
        """Return what each user's goal events come to: user, _any, _count, _sum."""
        goals = goals.with_columns(value=nw.col("value").fill_null(0.0))
        if self.single:
            first = goals.group_by("user").agg(order=nw.col("order").min())
            goals = goals.join(first, on=["user", "order"], how="inner")
        found = goals.group_by("user").agg(
            _count=nw.col("order").count(), _sum=nw.col("value").sum()
        )
        return found.with_columns(_any=nw.lit(1))

    def _flags(self, spans: Rows, inside: nw.Expr) -> Rows | None:
        """Return who had one of each outcome's events: user, and 0 or 1 for each outcome."""
        sets = {f"_set{i}": one.codes for i, one in enumerate(self.outcomes) if one.codes}
        code = nw.col("code")
        every = sorted({code for codes in sets.values() for code in codes})
        rows = self.data.events(None).filter(code.is_in(every))
        rows = rows.join(spans, on="user", how="inner").filter(inside)
        rows = rows.select(
            "user", **{name: code.is_in(codes).cast(nw.Int64) for name, codes in sets.items()}
        )
        if not sets:
            return None
        return rows.group_by("user").agg(*(nw.col(name).max() for name in sets))

    def _with_attribute(self, rows: Rows, attribute: str) -> Rows:
        """Add an attribute as every outcome's covariate; its mean stands for those who have none."""
        entries = self.data.entries(self.definitions, attribute).filter(nw.col("entry") == 0)
        own = entries.select("user", _x=nw.col(BY).cast(nw.Float64))
        rows = rows.join(own, on="user", how="left")
        mean = collect(rows.select(nw.col("_x").mean())).item()
        known = nw.col("_x").fill_null(0.0 if mean is None else float(mean))
        return rows.with_columns(**{f"x{i}": known for i in range(len(self.outcomes))}).drop("_x")

    # --- sums of them

    @property
    def _names(self) -> list[str]:
        kinds = ["y", "yy", "h"] if self.covariate is None else ["y", "yy", "h", "x", "xx", "xy"]
        return [f"{kind}{i}" for i in range(len(self.outcomes)) for kind in kinds]

    def _products(self) -> list[nw.Expr]:
        found = []
        for i, outcome in enumerate(self.outcomes):
            y, x = nw.col(f"y{i}"), nw.col(f"x{i}")
            found.append((y * y).alias(f"yy{i}"))
            found.append((self._has(outcome, i) > 0).cast(nw.Int64).alias(f"h{i}"))
            if self.covariate is not None:
                found += [(x * x).alias(f"xx{i}"), (x * y).alias(f"xy{i}")]
        return found

    def _has(self, outcome: Outcome, place: int) -> nw.Expr:
        """Return a column that is above 0 for users who have an outcome at all."""
        if outcome.measure != "value":
            return nw.col(f"y{place}")
        measures: Sequence[str] = [one.measure for one in self.outcomes]
        return nw.col(f"y{measures.index('converted')}")

    def _cell(self, row: dict[str, object], arm: str) -> Cell:
        def number(name: str) -> float:
            return float(row.get(name) or 0)  # type: ignore[arg-type]

        users = int(number("users"))
        moments = tuple(
            Moments(users, *(number(f"{kind}{i}") for kind in ("y", "yy", "x", "xx", "xy")))
            for i in range(len(self.outcomes))
        )
        hits = tuple(int(number(f"h{i}")) for i in range(len(self.outcomes)))
        return Cell(
            arm=arm,
            ripe=bool(row["ripe"]),
            day=int(number("day")),
            users=users,
            first=int(number("earliest")),
            last=int(number("latest")),
            moments=moments,
            hits=hits,
        )

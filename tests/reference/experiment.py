"""Experiments: one user at a time, each in one arm, all looked at for equally long.

The formulas as their papers print them, with SciPy's distributions; nothing is added up ahead of time.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import variance
from typing import Any, NamedTuple

from scipy import stats

from tests.reference.case import Case, Query, Row, microseconds_of
from tests.reference.rows import (
    counts,
    is_interaction,
    is_known,
    is_left_out,
    is_received,
    is_root,
    kept_rows,
    newest,
    source_converts,
)
from tests.reference.rules import interacted
from tests.reference.walk import walk

HELD_BACK = "held_back"
TREATED = "treated"
UNIQUES = {
    "email": ["opened", "clicked"],
    "push": ["opened"],
    "in_app": ["accepted"],
    "poster": ["scanned"],
}
NEED_AN_ACTION = ["engaged", "unsubscribed"]
LOWER_IS_BETTER = ["unsubscribed"]
FEW = 5

Name = tuple[str, str | None]
"""A metric and its channel, None for the campaign's."""


@dataclass(frozen=True)
class Asked:
    """How an experiment is asked for."""

    by: str
    control: str
    window: str | None = None
    crossovers: str | None = None
    trust: bool = False
    covariate: str | None = None
    level: float = 0.95
    adjust: str | None = "holm"


class Unit(NamedTuple):
    """One user: his arm, the start of his first entry, whether his window is over, his rows."""

    user: Any
    arm: str
    first: int
    ripe: bool
    rows: list[Row]


class Study:
    """The units of an experiment and what they did."""

    def __init__(self, case: Case, query: Query, asked: Asked) -> None:
        self.case, self.query, self.asked = case, query, asked
        self.rows = [row for row in kept_rows(case, query) if counts(case, row)]
        own = self.asked.window
        self.window = case.window if own is None else microseconds_of(own)
        self.newest = newest(case, query)
        self.goals = ["converted"] if source_converts(self.rows) else case.goal_events
        self.crossed: list[Any] = []
        self.unassigned: list[Any] = []
        self.one_arm = False
        self.rare: set[str] = set()
        self.rare = self._rare_arms()
        self.one_arm = self._is_one_arm()
        self.units = self._units()

    # --- arms

    def _arm_of(self, row: Row) -> str | None:
        if row["event"] == HELD_BACK and is_known(self.case, row) and is_root(self.case, row):
            return HELD_BACK
        if self.one_arm:
            return TREATED
        if self.asked.by in self.case.events.columns:
            value = row[self.asked.by]
        else:
            own = [one for one in self.case.profiles if one["user_id"] == row["user_id"]]
            value = own[0].get(self.asked.by) if own else None
        return None if value is None or str(value) in self.rare else str(value)

    def _rare_arms(self) -> set[str]:
        """Values that nobody declared and one user has: they would name that user, and are no arms."""
        users: dict[str, set[Any]] = {}
        for row in self._telling():
            arm = self._arm_of(row)
            if arm is not None:
                users.setdefault(arm, set()).add(row["user_id"])
        declared = {variant["id"] for variant in self.case.campaign.get("variants", [])}
        return {arm for arm, own in users.items() if len(own) == 1} - declared - {HELD_BACK}

    def _telling(self) -> list[Row]:
        """The rows that say who is in which arm."""
        rows = [row for row in self.rows if self.query.holds(row["at"])]
        return rows if self.asked.trust else [r for r in rows if self._starts_entries(r)]

    def _is_one_arm(self) -> bool:
        """Whether there are no variants to tell apart, but only the held back and everyone else."""
        if self.asked.by != "variant":
            return False
        users = self.case.profiles
        if "variant" not in self.case.events.columns and not any("variant" in u for u in users):
            return True
        rows = [row for row in self.rows if self.query.holds(row["at"])]
        arms = {self._arm_of(row) for row in rows if self._starts_entries(row)}
        return not self.case.campaign.get("variants") and arms - {None} == {HELD_BACK}

    def _starts_entries(self, row: Row) -> bool:
        if not is_known(self.case, row) or not is_root(self.case, row):
            return False
        return is_received(self.case, row) or row["event"] == HELD_BACK

    def _units(self) -> list[Unit]:
        first: dict[Any, Any] = {}
        for entry in walk(self.case, self.query):
            if self.query.holds(entry.started_at):
                known = first.get(entry.user)
                if known is None or entry.number < known.number:
                    first[entry.user] = entry
        found = []
        for user, entry in first.items():
            mine = [row for row in self.rows if row["user_id"] == user]
            seen = [row for row in mine if self.query.holds(row["at"])]
            roots = [row for row in seen if self._starts_entries(row)]
            arm = self._first_arm(entry.steps[0].row, seen if self.asked.trust else roots)
            crosses = len({self._arm_of(row) for row in roots} - {None}) > 1
            if crosses:
                self.crossed.append(user)
            elif arm is None:
                self.unassigned.append(user)
            if arm is not None and (not crosses or self.asked.crossovers == "first"):
                ripe = entry.started_at + self.window <= self.newest
                found.append(Unit(user, arm, entry.started_at, ripe, mine))
        return found

    def _first_arm(self, start: Row, rows: list[Row]) -> str | None:
        """The arm of the row that starts the first entry, else the first that is known."""
        arm = self._arm_of(start)
        if arm is not None:
            return arm
        named = [(row["at"], self._arm_of(row)) for row in rows if self._arm_of(row) is not None]
        return min(named)[1] if named else None

    # --- what users did

    @property
    def names(self) -> list[Name]:
        """The metrics, in order; of the channels only what anybody did at all."""
        channels = list(dict.fromkeys(action["channel"] for action in self.case.actions.values()))
        found: list[Name] = [("converted", None), ("conversions_per_user", None)]
        if "value" in self.case.events.columns:
            found.append(("value_per_user", None))
        if any(interacted(self.case.campaign, one, self.query.definitions) for one in channels):
            found.append(("engaged", None))
        if "email" in channels:
            found.append(("unsubscribed", None))
        for channel in channels:
            for event in UNIQUES.get(channel, []):
                name = (f"unique_{event}", channel)
                if any(self.value(name, unit) for unit in self.units):
                    found.append(name)
        return found

    def value(self, name: Name, unit: Unit) -> float:
        """A metric of one user, within his window."""
        return self._within(name, unit, lambda at: 0 <= at - unit.first <= self.window)

    def before(self, name: Name, unit: Unit) -> float:
        """The same metric in the period of equal length before the user entered."""
        return self._within(name, unit, lambda at: 0 < unit.first - at <= self.window)

    def _within(self, name: Name, unit: Unit, inside: Callable[[int], bool]) -> float:
        rows = [row for row in unit.rows if inside(row["at"])]
        metric, channel = name
        if metric == "engaged":
            return float(any(is_interaction(self.case, r, self.query.definitions) for r in rows))
        if metric == "unsubscribed":
            return float(any(is_known(self.case, r) and r["event"] == metric for r in rows))
        if channel is not None:
            event = metric.removeprefix("unique_")
            return float(any(self._is_of(row, channel, event) for row in rows))
        goals = [row for row in rows if row["event"] in self.goals]
        goals.sort(key=self._order)
        if metric == "converted":
            return float(bool(goals))
        counted = goals[:1] if self.case.single else goals
        if metric == "conversions_per_user":
            return float(len(counted))
        return sum(row.get("value") or 0.0 for row in counted)

    def _is_of(self, row: Row, channel: str, event: str) -> bool:
        known = is_known(self.case, row) and row["event"] == event
        if not known or is_left_out(self.case, row, self.query.definitions):
            return False
        return bool(self.case.actions[row["action_id"]]["channel"] == channel)

    @staticmethod
    def _order(row: Row) -> tuple[Any, ...]:
        event_id = row.get("event_id")
        nulls_last = (1, 0) if event_id is None else (0, event_id)
        return (row["at"], nulls_last, row["position"])

    # --- tables

    @property
    def arms(self) -> list[str]:
        """The arms that rows name, or that are declared."""
        declared = [variant["id"] for variant in self.case.campaign.get("variants", [])]
        every = {self._arm_of(row) for row in self._telling()} - {None}
        seen = {arm for arm in every if arm is not None} - {HELD_BACK}
        takes_all = self.asked.by == "variant" and not self.one_arm
        own = [arm for arm in declared if arm in seen or takes_all]
        held = [HELD_BACK] if HELD_BACK in every else []
        return own + sorted(seen - set(own)) + held

    def counted(self, arm: str) -> list[Unit]:
        """The users of an arm whose windows are over."""
        return [unit for unit in self.units if unit.arm == arm and unit.ripe]

    def control_of(self, name: Name) -> str | None:
        """The arm that a metric is compared with: one that can have it."""
        if name[1] is None and name[0] not in NEED_AN_ACTION:
            return self.asked.control
        if self.asked.control != HELD_BACK:
            return self.asked.control
        variants = self.case.campaign.get("variants", [])
        marked = [variant["id"] for variant in variants if variant.get("control")]
        treated = [arm for arm in self.arms if arm != HELD_BACK]
        return next((arm for arm in [*marked, *treated] if arm in treated), None)

    def table(self) -> list[Row]:
        """One row for each metric and treatment."""
        rows = []
        for name in self.names:
            control = self.control_of(name)
            can = name[1] is None and name[0] not in NEED_AN_ACTION
            if control is not None:
                arms = [arm for arm in self.arms if can or arm != HELD_BACK]
                rows += [self._row(name, arm, control) for arm in arms if arm != control]
        p_values = [row["p_value"] for row in rows if row["p_value"] is not None]
        corrected = iter(adjusted(p_values, self.asked.adjust))
        for row in rows:
            row["p_adjusted"] = None if row["p_value"] is None else next(corrected)
            row["verdict"] = self._verdict(row)
        return rows

    def _row(self, name: Name, arm: str, control: str) -> Row:
        values, others = (self._values(name, one) for one in (arm, control))
        is_share = name[0] not in ("conversions_per_user", "value_per_user")
        told = mean_row(values, others, self.asked.level)
        if is_share and self.asked.covariate is None:
            told = share_row(values, others, self.asked.level)
        hits = [sum(value > 0 for value in one) for one in self._converters(name, arm, control)]
        return {
            "metric": name[0],
            "channel": name[1],
            "arm": arm,
            "users": sum(unit.arm == arm for unit in self.units),
            "ripe_users": len(values),
            "control_users": sum(unit.arm == control for unit in self.units),
            "control_ripe_users": len(others),
            **told,
            "hits": hits,
        }

    def _converters(self, name: Name, *arms: str) -> list[list[float]]:
        counts = name[0] in ("conversions_per_user", "value_per_user")
        name = ("converted", None) if counts else name
        return [[self.value(name, unit) for unit in self.counted(arm)] for arm in arms]

    def _values(self, name: Name, arm: str) -> list[float]:
        plain = [self.value(name, unit) for unit in self.counted(arm)]
        if self.asked.covariate is None:
            return plain
        slope, centre = self._cuped(name)
        own = [self.covariate(name, unit) for unit in self.counted(arm)]
        return [round(y - slope * (x - centre), 12) for y, x in zip(plain, own, strict=True)]

    def covariate(self, name: Name, unit: Unit) -> float:
        """What CUPED takes away: the metric of the period before."""
        return self.before(name, unit)

    def _cuped(self, name: Name) -> tuple[float, float]:
        can = name[1] is None and name[0] not in NEED_AN_ACTION
        arms = [arm for arm in self.arms if can or arm != HELD_BACK]
        product = square = 0.0
        every: list[float] = []
        for arm in arms:
            own = self.counted(arm)
            xs = [self.covariate(name, unit) for unit in own]
            ys = [self.value(name, unit) for unit in own]
            every += xs
            for x, y in zip(xs, ys, strict=True):
                product += (x - sum(xs) / len(xs)) * (y - sum(ys) / len(ys))
                square += (x - sum(xs) / len(xs)) ** 2
        return (product / square if square else 0.0), (sum(every) / len(every) if every else 0.0)

    def _verdict(self, row: Row) -> str:
        sides = [row["ripe_users"], row["control_ripe_users"]]
        unripe = row["users"] + row["control_users"] - sum(sides)
        few = any(min(k, n - k) < FEW for k, n in zip(row.pop("hits"), sides, strict=True))
        if 0 in sides or (few and unripe):
            return "too early"
        if row["p_adjusted"] is None or row["p_adjusted"] >= 1 - self.asked.level:
            return "no difference shown"
        more = row["difference"] > 0
        return "better" if more != (row["metric"] in LOWER_IS_BETTER) else "worse"


# ---------------------------------------------------------------------------------- the statistics


def wilson(hits: int, users: int, z: float) -> tuple[float, float]:
    """Wilson (1927): the roots of the quadratic that the score test solves."""
    centre = (hits + z * z / 2) / (users + z * z)
    half = z * math.sqrt(hits * (users - hits) / users + z * z / 4) / (users + z * z)
    return max(0.0, centre - half), min(1.0, centre + half)


def share_row(values: Sequence[float], others: Sequence[float], level: float) -> Row:
    """Two shares: Newcombe's method 10, the pooled test, Fisher's where a cell is under 5."""
    row = plain_row(values, others)
    if not values or not others:
        return row
    k, n, m, o = round(sum(values)), len(values), round(sum(others)), len(others)
    z = stats.norm.ppf((1 + level) / 2)
    (low, high), (other_low, other_high) = wilson(k, n, z), wilson(m, o, z)
    p, q = k / n, m / o
    row["low"] = p - q - math.hypot(p - low, other_high - q)
    row["high"] = p - q + math.hypot(high - p, q - other_low)
    if min(k, n - k, m, o - m) < FEW:
        row["p_value"] = float(stats.fisher_exact([[k, n - k], [m, o - m]]).pvalue)
    else:
        pooled = (k + m) / (n + o)
        score = (p - q) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / o))
        row["p_value"] = float(2 * stats.norm.sf(abs(score)))
    if k and m:
        error = math.sqrt(1 / k - 1 / n + 1 / m - 1 / o)
        row["relative_low"] = p / q * math.exp(-z * error) - 1
        row["relative_high"] = p / q * math.exp(z * error) - 1
    return row


def mean_row(values: Sequence[float], others: Sequence[float], level: float) -> Row:
    """Two means, as Welch (1947) says; variances without rounding."""
    row = plain_row(values, others)
    if min(len(values), len(others)) < 2:
        return row
    errors = [float(variance(one)) / len(one) for one in (values, others)]
    total = sum(errors)
    if not total:
        return row
    sizes = (len(values), len(others))
    freedom = total**2 / sum(e**2 / (n - 1) for e, n in zip(errors, sizes, strict=True))
    half = float(stats.t.ppf((1 + level) / 2, freedom)) * math.sqrt(total)
    row["low"], row["high"] = row["difference"] - half, row["difference"] + half
    row["p_value"] = float(2 * stats.t.sf(abs(row["difference"]) / math.sqrt(total), freedom))
    if row["value"] > 0 and row["control_value"] > 0:
        parts = zip(errors, (row["value"], row["control_value"]), strict=True)
        error = math.sqrt(sum(e / mean**2 for e, mean in parts))
        z, ratio = stats.norm.ppf((1 + level) / 2), row["value"] / row["control_value"]
        row["relative_low"] = ratio * math.exp(-z * error) - 1
        row["relative_high"] = ratio * math.exp(z * error) - 1
    return row


def plain_row(values: Sequence[float], others: Sequence[float]) -> Row:
    """The values and their difference, without intervals."""
    value, base = (sum(one) / len(one) if one else None for one in (values, others))
    both = value is not None and base is not None
    names = ("low", "high", "relative_low", "relative_high", "p_value")
    row: Row = dict.fromkeys(names)
    row |= {"value": value, "control_value": base}
    row["difference"] = value - base if both else None  # type: ignore[operator]
    row["relative"] = value / base - 1 if both and base > 0 else None  # type: ignore[operator]
    return row


def adjusted(p_values: Sequence[float], how: str | None) -> list[float]:
    """Holm (1979) and Benjamini and Hochberg (1995), as their steps say."""
    count = len(p_values)
    if how is None or not count:
        return list(p_values)
    if how == "fdr":
        return [float(p) for p in stats.false_discovery_control(p_values)]
    order = sorted(range(count), key=lambda place: p_values[place])
    found: Mapping[int, float] = {
        place: max(min(1.0, (count - step) * p_values[order[step]]) for step in range(rank + 1))
        for rank, place in enumerate(order)
    }
    return [found[place] for place in range(count)]

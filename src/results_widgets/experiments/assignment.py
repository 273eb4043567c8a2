"""Which arms there are, which is the control, and whether users were assigned to them at random."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.frames import BY, Rows, collect
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError, listing
from results_widgets.experiments.distributions import chi_square_tail
from results_widgets.experiments.units import ALL, HELD_BACK, TREATED, later_values, roots_of

VARIANT: Final = "variant"
"""The column of the events that says a user's variant."""

MOST_ARMS: Final = 50
"""A column with more values than this does not name arms."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The arms of an experiment.

    Attributes:
        by: The column that names them; None where only the held back and everyone else are told apart.
        arms: Their names: variants as declared, other values sorted, the held back last.
        control: The arm that the others are compared with.
        distrust: Why the comparison is not random; empty if it is.
    """

    by: str | None
    arms: tuple[str, ...]
    control: str
    distrust: str = ""

    @property
    def treatments(self) -> list[str]:
        """The arms that are compared with the control."""
        return [arm for arm in self.arms if arm != self.control]


def assignment_of(scoped: ScopedRows, *, control: str | None, trust: bool) -> Assignment:
    """Return the arms that a column names.

    Args:
        scoped: The rows in range, grouped by the column, or by nothing if the events lack it.
        control: The arm asked for as control; None to find it.
        trust: Whether a comparison that is not random is wanted nevertheless.

    Raises:
        QueryError: Nobody has an arm, the control is not known or has to be named, or the comparison
            is not random and not trusted.
    """
    _check_names(scoped)
    campaign, by = scoped.data.campaign, scoped.grouping.column
    seen = _arms_in(roots_of(scoped), campaign)
    values, held = seen - {HELD_BACK}, HELD_BACK in seen
    if by == VARIANT and not values and held and not campaign.variants:
        scoped = replace(scoped, grouping=replace(scoped.grouping, by=None))
        by = None
        seen = _arms_in(roots_of(scoped), campaign)
        values = seen - {HELD_BACK}
    distrust = _distrust(scoped, values)
    if distrust and trust:
        seen = seen | _arms_in(later_values(scoped), campaign)
        values = seen - {HELD_BACK}
    if distrust and not trust:
        raise QueryError(_refusal(by, distrust))
    arms = _in_order(campaign, by, values, held=HELD_BACK in seen)
    if not seen:
        raise QueryError(
            "no user with an arm entered in this range, so there is nothing to compare"
        )
    chosen = _control(campaign, arms, control, _elsewhere(scoped, by))
    if chosen not in seen and not distrust:
        distrust = f"no user of {chosen!r} has an entry: {_NEVER_MAILED}"
        if not trust:
            raise QueryError(_refusal(by, distrust))
    return Assignment(by, arms if chosen in arms else (*arms, chosen), chosen, distrust)


_OURS: Final = {HELD_BACK: "those held back", ALL: "all arms together"}
"""Names that arms of an experiment cannot have, and what they stand for."""

_NEVER_MAILED: Final = (
    "who enters is not decided at random, so users who never entered are no valid control; hold users back "
    "(held_back events) to have one"
)


def _refusal(by: str | None, reason: str) -> str:
    return (
        f"cannot compare by {by!r} as an experiment: {reason}. Pass trust=True to compare anyway; every result then "
        f"says that the comparison is not random"
    )


def _check_names(scoped: ScopedRows) -> None:
    """Refuse arms with a reserved name: treated users would be counted among those held back.

    Raises:
        QueryError: There is such an arm; the error says what to do.
    """
    by, declared = scoped.grouping.column, scoped.data.campaign.variants
    if by is None:
        return
    own = nw.col(BY).cast(nw.String)
    named = scoped.entries.filter(~nw.col("held_back") & own.is_in(list(_OURS))).select(_own=own)
    found = set(collect(named.unique())["_own"])
    found |= {one.id for one in declared if by == VARIANT and one.id in _OURS}
    if found:
        raise QueryError(
            f"an arm is called {min(found)!r}, which stands for {_OURS[min(found)]}; give it another "
            f"name in {by!r} and in the campaign's variants"
        )


def _arms_in(rows: Rows, campaign: Campaign) -> set[str]:
    """Return the arms that rows name.

    A value that was not declared and that only one user has is not an arm: it would identify that user wherever
        the experiment is shown, and one user is nothing to compare with.
    """
    named = rows.filter(~nw.col("arm").is_null())
    values = _values_of(named)
    pairs = named.select("arm", "user").unique()
    users = collect(pairs.group_by("arm").agg(users=nw.len()))
    shared = users.filter(pl.col("users") >= SYNCED_USERS)["arm"].to_list()
    declared = {HELD_BACK, TREATED, *(variant.id for variant in campaign.variants)}
    return values & {*shared, *declared}


def _values_of(rows: Rows) -> set[str]:
    found = collect(
        rows.filter(~nw.col("arm").is_null()).select("arm").unique().head(MOST_ARMS + 1)
    )
    if found.height > MOST_ARMS:
        raise QueryError(
            f"more than {MOST_ARMS} arms; pass a column that has one value for each arm"
        )
    return set(found["arm"].to_list())


def _distrust(scoped: ScopedRows, values: set[str]) -> str:
    """Return why the values were not assigned at random; empty if they were."""
    by, data = scoped.grouping.column, scoped.data.require_users()
    if data.base is not None:
        return _OF_SOME
    if by is None:
        return ""
    declared = {variant.id for variant in data.campaign.variants}
    if (
        data.columns.has(by)
        and not values
        and _arms_in(later_values(scoped), data.campaign) - {HELD_BACK}
    ):
        return (
            f"{by!r} has no value on the rows that start entries, only on later ones, which the treatment itself "
            f"may have changed"
        )
    if by == VARIANT and data.columns.has(by):
        return ""
    if values and values <= declared:
        return ""
    kind = "a column of the events" if data.columns.has(by) else "an attribute of users"
    strange = sorted(values - declared)
    return (
        f"{by!r} is {kind} whose values ({listing(strange, 5)}) are not variants of the campaign: they were not "
        f"assigned at random, so their users differ in other ways as well"
    )


_OF_SOME: Final = (
    "these results cover only some users, and which users those are may depend on what the arms did"
)


def _in_order(
    campaign: Campaign, by: str | None, values: set[str], *, held: bool
) -> tuple[str, ...]:
    ids = [variant.id for variant in campaign.variants]
    # A variant that nobody has entered yet is an arm without users, unless another column is meant.
    declared = [arm for arm in ids if arm in values or by == VARIANT]
    return (*declared, *sorted(values - set(declared)), *([HELD_BACK] if held else []))


def _elsewhere(scoped: ScopedRows, by: str | None) -> Rows | None:
    """Return the values that users have of an attribute, entered or not: arm."""
    data = scoped.data.require_users()
    users = data.users_table
    if by is None or data.columns.has(by) or users is None:
        return None
    return users.select(arm=nw.col(by).cast(nw.String))


def _control(
    campaign: Campaign, arms: Sequence[str], control: str | None, elsewhere: Rows | None
) -> str:
    if control is not None:
        known = list(arms)
        if control not in known and elsewhere is not None:
            known += sorted(_values_of(elsewhere) - set(known))
        if control not in known:
            raise QueryError.unknown("control", control, known)
        return control
    if HELD_BACK in arms:
        return HELD_BACK
    if campaign.control is not None and campaign.control.id in arms:
        return campaign.control.id
    raise QueryError(
        "nobody is held back and no variant is marked as control; pass control= with one of "
        f"{listing(arms)}"
    )


def declared_shares(campaign: Campaign, arms: Sequence[str]) -> dict[str, float | None]:
    """Return the share of users that each arm should have; None where nobody declared it.

    Declared shares of variants are of those who are not held back.
    """
    held = campaign.holdback if HELD_BACK in arms else 0.0
    shares = {variant.id: variant.share for variant in campaign.variants}
    found: dict[str, float | None] = {}
    for arm in arms:
        if arm == HELD_BACK:
            found[arm] = held or None
        elif arm == TREATED and arm not in shares:
            found[arm] = 1 - held if held else None
        else:
            own = shares.get(arm)
            found[arm] = None if own is None else own * (1 - held)
    return found


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Arms whose users are not in the declared shares, which is very unlikely by chance (a sample ratio mismatch).

    Attributes:
        expected: Users that each arm should have, by the declared shares.
        seen: Users that it has.
        chi_square: Pearson's statistic.
        p_value: How likely chance alone makes it that large.
    """

    expected: dict[str, float]
    seen: dict[str, int]
    chi_square: float
    p_value: float

    def __str__(self) -> str:
        parts = ", ".join(
            f"{arm} {self.seen[arm]:,} instead of {self.expected[arm]:,.0f}" for arm in self.seen
        )
        return f"Shares are wrong: {parts} (chi-square {self.chi_square:.1f}, p {self.p_value:.2g})"


ALARM: Final = 0.001
"""Shares with a smaller p-value than this count as wrong."""


def check_shares(seen: Mapping[str, int], declared: Mapping[str, float | None]) -> Mismatch | None:
    """Return what is wrong with arms' shares; None if nothing is, or fewer than two are declared.

    At `ALARM`: Fabijan, A. et al. (2019), KDD, 2156-2164.

    Args:
        seen: Users of each arm.
        declared: Share that each should have, in proportion; None where nobody says.
    """
    found = tested_shares(seen, declared)
    return found if found is not None and found.p_value < ALARM else None


def tested_shares(seen: Mapping[str, int], declared: Mapping[str, float | None]) -> Mismatch | None:
    """Return how far arms' shares are from those declared, by Pearson's chi-square test.

    Args:
        seen: Users of each arm.
        declared: Share that each should have, in proportion; None where nobody says.

    Returns:
        None if fewer than two shares are declared, or there is nobody.
    """
    known = {arm: share for arm, share in declared.items() if share}
    users = {arm: seen[arm] for arm in known}
    total, whole = sum(users.values()), sum(known.values())
    if len(known) <= 1 or not total:
        return None
    expected = {arm: total * share / whole for arm, share in known.items()}
    chi_square = sum((users[arm] - count) ** 2 / count for arm, count in expected.items())
    p = chi_square_tail(chi_square, len(known) - 1)
    return Mismatch(expected, users, chi_square, p)

"""An experiment in words: sentences made from its numbers by rules, which say no more than the intervals do."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, Final

from results_widgets.durations import format_duration
from results_widgets.engine.calendar import SECOND, from_micros
from results_widgets.engine.statistics import SMALL_CELL
from results_widgets.experiments.design import BEFORE
from results_widgets.experiments.estimates import Difference, adjusted_p_values
from results_widgets.experiments.outcomes import CONVERTED, Outcome
from results_widgets.experiments.study import NOT_RANDOM, Study
from results_widgets.experiments.tables import ALL
from results_widgets.experiments.units import HELD_BACK, TREATED
from results_widgets.glossary.campaign import CONVERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ADJUSTED: Final = {
    "holm": "P-values are adjusted by Holm's method",
    "fdr": "P-values are adjusted by Benjamini and Hochberg's method",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes:
        text: What it says.
        metrics: Names of the metrics it is about, as ``channel:key`` or ``key``.
    """

    text: str
    metrics: tuple[str, ...] = ()


def sentences_of(study: Study, rows: "Sequence[Mapping[str, object]]") -> list[Sentence]:
    """Return what an experiment shows, the most important first, then its conditions.

    Args:
        study: The experiment.
        rows: Those of its table.
    """
    return [*_verdicts(study, rows), *(Sentence(text) for text in conditions_of(study))]


def headline_of(study: Study) -> Sentence:
    """Return the verdict in one sentence, as it stands under a title."""
    return next(_headline(study))


def _verdicts(study: Study, rows: "Sequence[Mapping[str, object]]") -> Iterator[Sentence]:
    yield from _headline(study)
    if study.mismatch() is not None or _is_early(study):
        return
    yield from _between_treatments(study)
    yield from _others(study, rows)


def _headline(study: Study) -> Iterator[Sentence]:
    wrong, converted = study.mismatch(), _converted(study)
    about = (CONVERTED,)
    if wrong is not None:
        yield Sentence(f"{wrong}. The arms are not comparable; the numbers are shown all the same.")
        return
    if _is_early(study):
        yield Sentence(_too_early(study), about)
        return
    control, given = study.assignment.control, _given(study)
    found, _, _ = study.estimate(converted, given, control)
    if found.difference is None or found.value is None or found.control_value is None:
        yield Sentence("There is nothing to compare yet.", about)
        return
    who = name_of(study, given[0]) if len(given) == 1 else "those treated"
    against = f"{name_of(study, control)} ({percent(found.control_value)})"
    shown = found.low is not None and found.high is not None and (found.low > 0 or found.high < 0)
    unsure = "" if shown else "; no difference is shown"
    yield Sentence(
        f"{points(found.difference)} over {against}: {percent(found.value)} of {who} converted "
        f"({interval(found, study)}){unsure}.",
        about,
    )
    yield from _incremental(study, given)


def _incremental(study: Study, given: "Sequence[str]") -> Iterator[Sentence]:
    control = study.assignment.control
    for key, what in (("conversions_per_user", CONVERSIONS.key), ("value_per_user", "goal value")):
        outcome = next((one for one in study.outcomes if one.key == key), None)
        if outcome is None:
            continue
        found, own, _ = study.estimate(outcome, given, control)
        if found.difference is None or found.low is None or found.high is None:
            continue
        total, low, high = (own.users * end for end in (found.difference, found.low, found.high))
        if low <= 0 <= high:
            text = f"Between {about(low, low, high)} and {about(high, low, high)} extra {what}"
        else:
            least, most = about(low, low, high), about(high, low, high)
            text = f"About {about(total, low, high)} extra {what} ({least} to {most})"
        yield Sentence(f"{text} among {own.users:,} ripe users.", (outcome.name,))


def _between_treatments(study: Study) -> Iterator[Sentence]:
    """Yield how treatments differ from one another, where all are compared with the held back."""
    given, outcome = _given(study), _converted(study)
    if study.assignment.control != HELD_BACK or len(given) <= 1:
        return
    marked = study.campaign.control
    base = marked.id if marked is not None and marked.id in given else given[0]
    arms = [arm for arm in given if arm != base and study.ripe_users(arm)]
    found = [study.estimate(outcome, [arm], base)[0] for arm in arms]
    adjusted = adjusted_p_values([one.p_value for one in found], study.design.adjust)
    for arm, one, p in zip(arms, found, adjusted, strict=True):
        if one.difference is None:
            continue
        names = name_of(study, arm), name_of(study, base)
        if p is not None and p < 1 - study.design.level:
            better, worse = names if one.difference > 0 else names[::-1]
            size = points(abs(one.difference)).removeprefix("+")
            text = f"{better} beats {worse} by {size} of users who converted"
        else:
            text = (
                f"Between {names[0]} and {names[1]} no difference in users who converted is shown"
            )
        yield Sentence(f"{text} ({interval(one, study, absolute=True)}).", (outcome.name,))


def _others(study: Study, rows: "Sequence[Mapping[str, object]]") -> Iterator[Sentence]:
    """Yield the other metrics whose difference is shown, then those where none is."""
    by_place = zip(study.comparisons(), rows, strict=True)
    shown, open_ones, early = [], list[str](), list[str]()
    for (outcome, arm, control), row in by_place:
        if outcome.key in (CONVERTED, "conversions_per_user"):
            continue
        if row["verdict"] in ("better", "worse"):
            shown.append((outcome, arm, control, str(row["verdict"])))
        elif row["verdict"] == "too early":
            early.append(_named(outcome))
        else:
            open_ones.append(_named(outcome))
    for outcome, arm, control, verdict in shown:
        found, _, _ = study.estimate(outcome, [arm], control)
        yield Sentence(
            f"{_named(outcome)}: {name_of(study, arm)} {amount(outcome, found.value)}, "
            f"{name_of(study, control)} {amount(outcome, found.control_value)}; {verdict}.",
            (outcome.name,),
        )
    told = {_named(outcome) for outcome, *_ in shown}
    for text, some in (("No difference is shown in", open_ones), ("Too early to say of", early)):
        names = [name for name in dict.fromkeys(some) if name not in told]
        if names:
            yield Sentence(f"{text}: {'; '.join(names)}.")


def conditions_of(study: Study) -> list[str]:
    """Return under which conditions the numbers hold, in sentences."""
    return list(_conditions(study))


def _conditions(study: Study) -> Iterator[str]:
    design, assignment = study.design, study.assignment
    users = sum(study.users(arm) for arm in assignment.arms)
    ripe = sum(study.ripe_users(arm) for arm in assignment.arms)
    window = format_duration(study.window)
    yield (
        f"Every user is looked at for {window} from the first entry, {ripe:,} of {users:,} of them "
        "completely; goal events count in that time whether or not they are conversions of an entry."
    )
    if not study.window:
        yield "That is no time at all: the campaign has no attribution window; pass window='7d'."
    if assignment.distrust:
        yield f"This comparison is {NOT_RANDOM}: {assignment.distrust}."
    if study.crossed:
        kept = "count in their first" if design.crossovers == "first" else "are left out"
        yield f"{_users(study.crossed)} seen in two arms {kept}."
    if study.unassigned:
        yield f"{_users(study.unassigned)} whose entries name no arm are left out."
    if design.sequential:
        yield "Intervals and p-values are valid however often you look."
    if design.adjust is not None:
        yield f"{_ADJUSTED[design.adjust]} over all rows of the table."
    if design.covariate is not None:
        own = "the same metric in the period before" if design.covariate == BEFORE else ""
        yield f"Values are adjusted (CUPED) by {own or design.covariate}."
    if design.metrics is None and study.unreported:
        names = ", ".join(one.name for one in study.unreported)
        yield f"Nobody has, and the source may not report: {names}."


# --------------------------------------------------------------------------------------- its parts


def name_of(study: Study, arm: str) -> str:
    """Return what an arm is called in sentences."""
    if arm in (HELD_BACK, TREATED, ALL):
        return {HELD_BACK: "the held back", TREATED: "those treated", ALL: "all treated"}[arm]
    variants = {variant.id: variant.name or variant.id for variant in study.campaign.variants}
    return variants.get(arm, arm)


def _given(study: Study) -> list[str]:
    """Return the treatments that got something."""
    return [arm for arm in study.assignment.treatments if arm != HELD_BACK] or [HELD_BACK]


def _converted(study: Study) -> Outcome:
    return next(one for one in study.outcomes if one.key == CONVERTED)


def _is_early(study: Study) -> bool:
    outcome, control = _converted(study), study.assignment.control
    return all(study.is_early(outcome, arm, control) for arm in _given(study))


def _too_early(study: Study) -> str:
    arms = study.assignment.arms
    users, ripe = (sum(count(arm) for arm in arms) for count in (study.users, study.ripe_users))
    window = round(study.window.total_seconds() * SECOND)
    last = max((cell.last + window for cell in study.cells if not cell.ripe), default=None)
    empty = [arm for arm in (study.assignment.control, *_given(study)) if not study.ripe_users(arm)]
    if last is None:
        names = ", ".join(name_of(study, arm) for arm in empty)
        return f"Too early: there is nobody to compare in {names}, of {_users(users)} in all."
    day = from_micros(last, study.time_zone)
    few = (
        ""
        if empty
        else f" and an arm has fewer than {SMALL_CELL} users who did, or did not, convert"
    )
    open_ = f"{users - ripe:,} of {users:,} windows are open until {day.day} {day:%B}"
    return f"Too early: {open_}{few}."


def _named(outcome: Outcome) -> str:
    return outcome.label if outcome.channel is None else f"{outcome.label} ({outcome.channel})"


def _users(count: int) -> str:
    return "1 user" if count == 1 else f"{count:,} users"


def percent(share: float) -> str:
    """Return a fraction in per cent."""
    return f"{share:.1%}".replace("%", "\u202f%")


def points(difference: float) -> str:
    """Return a difference of shares in points, with its sign."""
    return f"{100 * difference:+.1f} points".replace("-", "\u2212")


def amount(outcome: Outcome, value: float | None) -> str:
    """Return a value: a share in per cent, a mean as it is."""
    if value is None:
        return "\u2013"
    return percent(value) if outcome.is_share else f"{value:,.3g}"


def interval(found: Difference, study: Study, *, absolute: bool = False) -> str:
    """Return an interval of points in words; of the size alone where the sentence says the direction."""
    if found.low is None or found.high is None:
        return "no interval"
    ends = [100 * found.low, 100 * found.high]
    if absolute and ends[1] < 0:
        ends = [-ends[1], -ends[0]]
    low, high = (f"{end:.1f}".replace("-", "\u2212") for end in ends)
    return f"{study.design.level:.0%}: {low} to {high}".replace("%", "\u202f%")


def about(value: float, low: float, high: float) -> str:
    """Return a number as precisely as its interval is known: to a tenth of its width or finer."""
    width = high - low
    digits = 1 - floor(log10(width)) if width > 0 else 0
    rounded = round(value, digits)
    text = f"{rounded:,.0f}" if digits <= 0 else f"{rounded:,.{digits}f}"
    return text.replace("-", "\u2212")

"""An experiment in words: sentences made from its numbers by rules, which say no more than the intervals do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from results_widgets._text import escape
from results_widgets.experiments.design import BEFORE
from results_widgets.experiments.outcomes import CONVERTED, Outcome, find
from results_widgets.experiments.pairs import given_arms
from results_widgets.experiments.phrases import Phrases
from results_widgets.experiments.study import NOT_RANDOM, Study
from results_widgets.experiments.tables import EXTRA
from results_widgets.experiments.verdict import (
    PER_USER,
    name_of,
    treatments_compared,
    verdict_of,
)

if TYPE_CHECKING:
    from results_widgets.experiments.verdict import Rows, Verdict

_ADJUSTED: Final = {
    "holm": "P-values are adjusted by Holm's method",
    "fdr": "P-values are adjusted by Benjamini and Hochberg's method",
}
_EXTRA: Final = {"conversions": "extra conversions", "value": "extra goal value"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes:
        text: What it says.
        metrics: Names of the metrics it is about, as ``channel:key`` or ``key``.
    """

    text: str
    metrics: tuple[str, ...] = ()


class Summary(str):
    """Sentences, one a line, which know their metrics.

    Attributes:
        sentences: The sentences, each with the metrics that it is about.
    """

    __slots__ = ("sentences",)

    sentences: tuple[Sentence, ...]

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> "Summary":
        """Return the text of some sentences."""
        found = tuple(sentences)
        summary = cls("\n".join(one.text for one in found))
        summary.sentences = found
        return summary

    def __repr__(self) -> str:
        # Alone in a line of a terminal it is to be read, and not to be pasted.
        return str(self)

    def _repr_html_(self) -> str:
        first, *others = self.splitlines() or [""]
        told = "".join(f"<li>{escape(text)}</li>" for text in others)
        return f"<p><strong>{escape(first)}</strong></p>" + (f"<ul>{told}</ul>" if told else "")


def sentences_of(study: Study, rows: "Rows", phrases: Phrases) -> list[Sentence]:
    """Return what an experiment shows, the most important first, then its conditions.

    Args:
        study: The experiment.
        rows: Those of its table.
        phrases: How numbers are written.
    """
    verdict = verdict_of(study, rows, phrases)
    return [
        *told(verdict),
        *findings_of(study, rows, phrases, verdict),
        *(Sentence(one.text) for one in conditions_of(study, phrases)),
    ]


def told(verdict: "Verdict") -> Iterator[Sentence]:
    """Yield the verdict, and what it stands on."""
    yield Sentence(f"{verdict.title}.", verdict.metrics)
    if verdict.detail:
        yield Sentence(verdict.detail, verdict.metrics)


def findings_of(
    study: Study, rows: "Rows", phrases: Phrases, verdict: "Verdict"
) -> Iterator[Sentence]:
    """Yield what follows from a verdict: totals, how variants compare, and the other metrics."""
    compared = verdict.compared
    if compared is None:
        return
    for key, what in _EXTRA.items():
        outcome = next((one for one in study.outcomes if one.key == EXTRA[key]), None)
        if outcome is not None:
            text = total_of(study, outcome, compared.given, what, phrases)
            if text:
                yield Sentence(f"{text}.", (outcome.name,))
    # The first is part of the verdict.
    for text in treatments_compared(study, phrases)[1:]:
        yield Sentence(f"{text}.", (CONVERTED,))
    if len(given_arms(study)) > 1 and len(compared.given) == 1:
        yield from _arms_apart(study, rows, phrases, compared.given[0])
    yield from _others(study, rows, phrases)


def total_of(
    study: Study, outcome: Outcome, arms: Iterable[str], what: str, phrases: Phrases
) -> str:
    """Return how much arms brought beyond their control, with its interval; empty if that is not known."""
    found, own, _ = study.estimate(outcome, list(arms), study.assignment.control)
    if found.difference is None or found.low is None or found.high is None:
        return ""
    total, low, high = (own.users * end for end in (found.difference, found.low, found.high))
    least, most, about = (phrases.about(one, low, high) for one in (low, high, total))
    among = f"among {phrases.locale.exact(own.users)} ripe users"
    if outcome.measure == "value":
        # Each amount by itself: a sign ahead of the last alone leaves the first two bare.
        least, most, about = map(phrases.money, (least, most, about))
    if low <= 0 <= high:
        return f"Between {least} and {most} {what} {among}"
    return f"About {about} {what} ({least} to {most}) {among}"


def _arms_apart(study: Study, rows: "Rows", phrases: Phrases, told_of: str) -> Iterator[Sentence]:
    """Yield each other arm's difference from a control that is a variant itself."""
    outcome, control = find(study.outcomes, CONVERTED), study.assignment.control
    verdicts = {row["arm"]: str(row["verdict"]) for row in rows if row["metric"] == CONVERTED}
    for arm in given_arms(study):
        if arm == told_of:
            continue
        found, _, _ = study.estimate(outcome, [arm], control)
        if found.difference is None:
            continue
        yield Sentence(
            f"{name_of(study, arm)}: {phrases.points(found.difference)} against "
            f"{name_of(study, control)} ({phrases.interval(found)}); {verdicts.get(arm, 'compared')}.",
            (CONVERTED,),
        )


def _others(study: Study, rows: "Rows", phrases: Phrases) -> Iterator[Sentence]:
    """Yield the other metrics whose difference is shown, then those where none is."""
    by_place = zip(study.comparisons(), rows, strict=True)
    shown, open_ones, early = [], list[tuple[Outcome, str]](), list[tuple[Outcome, str]]()
    for (outcome, arm, control), row in by_place:
        if outcome.key in (CONVERTED, PER_USER):
            continue
        if row["verdict"] in ("better", "worse"):
            shown.append((outcome, arm, control, str(row["verdict"])))
        elif row["verdict"] == "too early":
            early.append((outcome, arm))
        else:
            open_ones.append((outcome, arm))
    for outcome, arm, control, verdict in shown:
        found, _, _ = study.estimate(outcome, [arm], control)
        yield Sentence(
            f"{named(study, outcome)}: {name_of(study, arm)} {phrases.value(outcome, found.value)}, "
            f"{name_of(study, control)} {phrases.value(outcome, found.control_value)} "
            f"({phrases.difference(outcome, found.difference)}; {phrases.percent_of_level}: "
            f"{phrases.span(outcome, found.low, found.high)}); {verdict}.",
            (outcome.name,),
        )
    for text, some in (("No difference is shown in", open_ones), ("Too early to say of", early)):
        labels = _labels(study, some)
        if labels:
            yield Sentence(f"{text}: {'; '.join(labels.values())}.", tuple(labels))


def _labels(study: Study, some: Iterable[tuple[Outcome, str]]) -> dict[str, str]:
    """Return metrics' labels by name, each with its arms where the same is not so of all of them."""
    arms: dict[str, list[str]] = {}
    outcomes = {}
    for outcome, arm in some:
        arms.setdefault(outcome.name, []).append(arm)
        outcomes[outcome.name] = outcome
    labels = {}
    for name, outcome in outcomes.items():
        label, own = named(study, outcome), arms[name]
        if len(own) < len(study.treatments_of(outcome)):
            label += f", {' and '.join(name_of(study, arm) for arm in own)}"
        labels[name] = label
    return labels


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition under which the numbers hold.

    Attributes:
        text: It in a sentence.
        is_met: Whether it is as desired; otherwise it should be kept in mind.
    """

    text: str
    is_met: bool = True


def conditions_of(study: Study, phrases: Phrases) -> list[Condition]:
    """Return under which conditions the numbers hold."""
    return [*_of_users(study, phrases), *_of_method(study)]


def _of_users(study: Study, phrases: Phrases) -> Iterator[Condition]:
    assignment, exact = study.assignment, phrases.locale.exact
    users = sum(study.users(arm) for arm in assignment.arms)
    ripe = sum(study.ripe_users(arm) for arm in assignment.arms)
    yield Condition(
        f"Every user is looked at for {phrases.length(study.window)} from the first entry, {exact(ripe)} of "
        f"{exact(users)} of them completely; goal events count in that time whether or not they are "
        "conversions of an entry."
    )
    if not study.window:
        yield Condition(
            "That is no time at all, because the campaign has no attribution window; pass window='7d'.",
            is_met=False,
        )
    if assignment.distrust:
        yield Condition(f"This comparison is {NOT_RANDOM}: {assignment.distrust}.", is_met=False)
    if study.crossed:
        is_one = study.crossed == 1
        left_out = "is left out" if is_one else "are left out"
        first = "counts in the first" if is_one else "count in their first"
        kept = first if study.design.crossovers == "first" else left_out
        who = phrases.count(study.crossed, "user")
        yield Condition(f"{who} seen in two arms {kept}.", is_met=False)
    if study.unassigned:
        who = phrases.count(study.unassigned, "user")
        left_out = "is left out" if study.unassigned == 1 else "are left out"
        yield Condition(f"{who} whose entries name no arm {left_out}.", is_met=False)


def _of_method(study: Study) -> Iterator[Condition]:
    design = study.design
    if design.sequential:
        yield Condition("Intervals and p-values are valid however often you look.")
    if design.adjust is not None:
        yield Condition(f"{_ADJUSTED[design.adjust]} over all rows of the table.")
    if design.covariate is not None:
        own = "the same metric in the period before" if design.covariate == BEFORE else ""
        yield Condition(f"Values are adjusted (CUPED) by {own or design.covariate}.")
    if design.metrics is None and study.unreported:
        names = ", ".join(named(study, one) for one in study.unreported)
        yield Condition(
            f"Not compared, because no user has any and the source may not report them: {names}.",
            is_met=False,
        )


def named(study: Study, outcome: Outcome) -> str:
    """Return a metric's label with the channel it is of, if any."""
    if outcome.channel is None:
        return outcome.label
    return f"{outcome.label} ({study.campaign.channels[outcome.channel].label})"

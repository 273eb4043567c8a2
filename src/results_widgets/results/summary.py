"""A campaign's results in words: first the verdict, then what the numbers support, then their conditions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from results_widgets.engine.calendar import to_micros
from results_widgets.engine.statistics import wilson
from results_widgets.errors import QueryError
from results_widgets.experiments import Experiment
from results_widgets.experiments.assignment import VARIANT
from results_widgets.experiments.moments import Moments
from results_widgets.experiments.outcomes import CONVERTED, Outcome
from results_widgets.experiments.phrases import Phrases
from results_widgets.experiments.power import smallest_difference
from results_widgets.experiments.verdict import Verdict, phrases_of
from results_widgets.experiments.words import Sentence, Summary, conditions_of, findings_of, told
from results_widgets.results.conclusions import experiment, maturity
from results_widgets.results.formatting import FEW, base_of, counted_base
from results_widgets.results.headcounts import held_back
from results_widgets.results.numbers import actions, overview
from results_widgets.results.session import HasSession
from results_widgets.results.sharing import NAME

_HOLDBACK: Final = 0.1
_ALL_HELD_BACK: Final = (
    "Everybody in this range was held back, so there is nobody to compare with them."
)
_ROLLED_UP: Final = "A roll-up holds no users, so its arms cannot be compared; use the results that it was made from."


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What is known of whether a campaign worked.

    Attributes:
        verdict: It in one line.
        experiment: What it stands on; None where nothing can be compared.
        call: The Python call that gives the experiment; empty without one.
    """

    verdict: Verdict
    experiment: Experiment | None = None
    call: str = ""


def conclude(self: HasSession) -> Conclusion:
    """Return the verdict: of the campaign's own arms, else the conversion rate and what would tell more.

    Without anybody held back and without a variant marked as control, the first variant is the control.
    """
    session = self._session
    if session.is_rolled_up:
        return Conclusion(_unmeasured(self, _ROLLED_UP))
    names = _variants(self)
    if not has_arms(self):
        return Conclusion(_unmeasured(self, ""))
    control = None if held_back(self) or session.campaign.control else names[0]
    try:
        found = experiment(self, control=control)
        if not found.study.assignment.treatments:
            return Conclusion(_unmeasured(self, _ALL_HELD_BACK))
        verdict = found.verdict(session.locale)
    except QueryError as error:
        return Conclusion(_unmeasured(self, f"The arms are not compared: {error}."))
    call = "experiment()" if control is None else f"experiment(control={control!r})"
    return Conclusion(verdict, found, call)


def has_arms(self: HasSession) -> bool:
    """Return whether there is somebody to compare with; without, the verdict is the conversion rate."""
    return not self._session.is_rolled_up and (bool(held_back(self)) or len(_variants(self)) > 1)


def _variants(self: HasSession) -> list[str]:
    """Return the variants: as declared, else those that the events name."""
    session = self._session
    declared = [variant.id for variant in session.campaign.variants]
    if declared or VARIANT not in session.data.breakdowns:
        return declared
    names = session.shown_names(VARIANT, 1, may_be_none=True)[NAME]
    return sorted(names.cast(pl.String).to_list())


def _unmeasured(self: HasSession, why: str) -> Verdict:
    """Return the verdict where no arms are compared: the rate, and what would be needed to know more."""
    phrases, numbers = Phrases(self._session.locale), _Numbers(overview(self))
    converted, entries = numbers.parts("converted_rate")
    if not entries:
        query = self._session.query
        when = "in this range" if query.start or query.end else "yet"
        return Verdict("unmeasured", f"No one has entered {when}", why)
    title = _rate(phrases, converted, entries, "entries", "converted")
    about = ("converted_rate",)
    if why:
        return Verdict("unmeasured", title, why, about)
    title += "; no one was held back, so no lift is known"
    return Verdict("unmeasured", title, _needed(phrases, numbers), about)


def _needed(phrases: Phrases, numbers: "_Numbers") -> str:
    """Return what it would take to know whether the campaign makes a difference."""
    users, converters = numbers.count("unique_users"), numbers.count("unique_converters")
    held = round(_HOLDBACK * users)
    share = converters / users if users else 0.0
    arm, control = (Moments.of_share(round(share * count), count) for count in (users - held, held))
    least = smallest_difference(Outcome(CONVERTED, "", "converted"), arm, control, phrases.level)
    advice = "To know, hold back one user in ten"
    if least is None:
        return f"{advice}; with {phrases.count(users, 'user')} even that would show no lift."
    return (
        f"{advice}: with {phrases.count(users, 'user')}, a lift of {phrases.points(least, signed=False)} "
        "would show in 80 of 100 cases."
    )


# ----------------------------------------------------------------------------------- all sentences


def summary(self: HasSession) -> Summary:
    """Return the results in sentences that say only what the intervals support.

    First whether the campaign worked, then its numbers with their intervals, then the conditions. Uncertainty is
    stated, and for few entries counts are given instead of rates.

    Returns:
        The sentences, one per line; its ``sentences`` name the metrics of each.

    Examples:
        >>> for sentence in results.summary().sentences[:2]:
        ...     print(sentence.text)
        Too early: 12 of 192 windows are open; decides around 18 April.
        An arm has fewer than 5 users who did, or did not, convert.
        >>> results.summary().sentences[0].metrics
        ('converted',)
    """
    found = conclude(self)
    return Summary.of(sentences_of(self, found))


def sentences_of(self: HasSession, found: Conclusion) -> list[Sentence]:
    """Return the sentences of a summary, of which the verdict is known."""
    sentences = list(told(found.verdict))
    one = found.experiment
    if one is None:
        return [*sentences, *_numbers(self)]
    phrases = phrases_of(one.study, self._session.locale)
    sentences += findings_of(one.study, one.table.to_dicts(), phrases, found.verdict)
    sentences += _numbers(self)
    return [*sentences, *(Sentence(held.text) for held in conditions_of(one.study, phrases))]


def _numbers(self: HasSession) -> Iterator[Sentence]:
    phrases, numbers = Phrases(self._session.locale), _Numbers(overview(self))
    entries, users = numbers.count("users"), numbers.count("unique_users")
    if not entries:
        return
    text = f"{phrases.count(entries, 'entry', 'entries')} of {phrases.count(users, 'user')}"
    apart = self._session.query.definitions.held_back == "apart"
    if apart and (held := numbers.count("held_back_entries")):
        text += f", beside {phrases.count(held, 'entry', 'entries')} held back"
    yield Sentence(f"{text}.", numbers.counted())
    engaged, base = numbers.parts("engagement_rate")
    if base and engaged <= base:
        yield Sentence(f"{_engaged(self, phrases, engaged, base)}.", ("engagement_rate",))
    converted, base = numbers.parts("converted_rate")
    if base:
        text = _rate(phrases, converted, base, "entries", "converted")
        yield Sentence(f"{text}{_still_open(self, phrases)}.", ("converted_rate",))
    yield from _leading_action(self, phrases)


def _rate(phrases: Phrases, part: int, base: int, of: str, did: str) -> str:
    """Return a share with its interval, or of few the counts alone."""
    exact = phrases.locale.exact
    if base < FEW:
        whom = f"{exact(base)} {counted_base(of, base)}"
        return f"{exact(part)} of {whom} {did}, too few for a rate"
    ends = phrases.ends(*wilson(part, base))
    return f"{phrases.share(part / base)} of {exact(base)} {of} {did} ({phrases.percent_of_level}: {ends})"


def _engaged(self: HasSession, phrases: Phrases, engaged: int, base: int) -> str:
    """Return the engagement rate, of users or of the messages that the definition set adds up instead."""
    of = base_of(self._session.describe("engagement_rate"))
    if of == "unique users":
        return _rate(phrases, engaged, base, "users", "engaged")
    return _rate(phrases, engaged, base, of, "were engaged with")


def _still_open(self: HasSession, phrases: Phrases) -> str:
    """Return what the open entries may bring; empty if all are closed, or if it is not known."""
    session = self._session
    if session.is_rolled_up:
        return ""
    row = maturity(self).row(0, named=True)
    if not row["open"] or row["decides_at"] is None:
        return ""
    day = phrases.day(to_micros(row["decides_at"]), session.query.time_zone)
    text = f"; {phrases.count(row['open'], 'entry', 'entries')} still open, until {day}"
    ends = phrases.ends(row["forecast_low"], row["forecast_high"])
    if row["forecast"] is None:
        return f"{text}: the rate will be {ends} per cent then, no more can be said yet"
    rate = phrases.share(row["forecast"])
    return f"{text}: {rate} will have converted then ({phrases.percent_of_level}: {ends})"


def _leading_action(self: HasSession, phrases: Phrases) -> Iterator[Sentence]:
    """Yield the action with the most conversions, if chance does not explain that it is the first."""
    found = actions(self).filter(metric="conversions_attributed").drop_nulls("value")
    found = found.sort("value", "action_id", descending=[True, False])
    counts = [int(value) for value in found["value"].to_list()]
    total = sum(counts)
    if len(counts) <= 1 or total < FEW or not counts[0]:
        return
    (low, _), (_, high) = (wilson(count, total) for count in counts[:2])
    if low <= high:
        return
    exact = phrases.locale.exact
    yield Sentence(
        f"{found['action'][0]} has the most conversions attributed to it: {exact(counts[0])} of "
        f"{exact(total)}, {phrases.share(counts[0] / total)}.",
        ("conversions_attributed",),
    )


class _Numbers:
    """An overview by metric."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._rows = {row["metric"]: row for row in frame.to_dicts()}
        self._counted: list[str] = []

    def count(self, metric: str) -> int:
        row = self._rows.get(metric)
        value: float | None = None if row is None else row["value"]
        if not value:
            return 0
        self._counted.append(metric)
        return round(value)

    def counted(self) -> tuple[str, ...]:
        """Return the metrics that were counted and not 0."""
        return tuple(self._counted)

    def parts(self, metric: str) -> tuple[int, int]:
        """Return numerator and denominator; zeros where the source cannot say."""
        row = self._rows.get(metric)
        if row is None or row["numerator"] is None or row["denominator"] is None:
            return 0, 0
        return round(row["numerator"]), round(row["denominator"])

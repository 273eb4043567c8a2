"""The verdict on a campaign in one line: what was found, that it is too early, that shares are wrong, or nothing.

It says no more than the intervals do: a difference is stated only if its interval excludes 0 and, where the table
    has the same comparison, its adjusted p-value agrees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from results_widgets._text import escape
from results_widgets.engine.statistics import SMALL_CELL
from results_widgets.experiments.assignment import Mismatch
from results_widgets.experiments.estimates import Difference
from results_widgets.experiments.outcomes import CONVERTED, Outcome, find
from results_widgets.experiments.pairs import given_arms, pairs_of
from results_widgets.experiments.phrases import Phrases, furthest_off
from results_widgets.experiments.study import NOT_RANDOM, Study
from results_widgets.experiments.units import ALL, HELD_BACK, TREATED
from results_widgets.locales import ENGLISH, Locale

Kind = Literal["works", "harms", "unclear", "early", "wrong", "unmeasured"]
"""What is known: a difference for the better or worse, none that is shown, too little yet, arms whose
shares are wrong, or nothing, because nobody was held back or nothing can be compared.
"""

Rows = Sequence[Mapping[str, object]]
"""Those of an experiment's table."""

PER_USER: Final = "conversions_per_user"
_SHOWN: Final = ("better", "worse")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison that a verdict is about.

    Attributes:
        found: The difference in users who converted.
        given: The arms that are compared with the control, together.
        control: The control.
        is_shown: Whether a difference is shown.
    """

    found: Difference
    given: tuple[str, ...]
    control: str
    is_shown: bool


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """The verdict, as shown below a title.

    Attributes:
        kind: What is known.
        title: The verdict in one sentence, without a full stop.
        detail: What it stands on, in sentences.
        metrics: Names of the metrics that it is about.
        compared: The comparison that it is about; None if there is none.
    """

    kind: Kind
    title: str
    detail: str
    metrics: tuple[str, ...] = ()
    compared: Comparison | None = None

    def __repr__(self) -> str:
        return f"Verdict({self.kind!r}: {' '.join(filter(None, [f'{self.title}.', self.detail]))})"

    def _repr_html_(self) -> str:
        return f"<p><strong>{escape(self.title)}.</strong> {escape(self.detail)}</p>"


def verdict_of(study: Study, rows: Rows, phrases: Phrases) -> Verdict:
    """Return the verdict on an experiment.

    Args:
        study: The experiment.
        rows: Those of its table.
        phrases: How numbers are written.
    """
    wrong = study.mismatch()
    if wrong is not None:
        return Verdict("wrong", _wrong_shares(study, wrong, phrases), _chi_square(wrong, phrases))
    converted = find(study.outcomes, CONVERTED)
    control, given = study.assignment.control, given_arms(study)
    if all(study.is_early(converted, arm, control) for arm in given):
        return _too_early(study, given, phrases)
    compared = _compared(study, rows, converted)
    found = compared.found
    if found.difference is None:
        return Verdict("unmeasured", "There is nothing to compare yet", "", (CONVERTED,))
    title = _finding(study, compared, phrases)
    second = treatments_compared(study, phrases)
    if control == HELD_BACK and len(given) > 1 and second:
        title += f"; {second[0]}"
    if study.assignment.distrust:
        title += f" ({NOT_RANDOM})"
    kind: Kind = "unclear"
    if compared.is_shown:
        kind = "works" if found.difference > 0 else "harms"
    about = (CONVERTED, PER_USER) if compared.is_shown else (CONVERTED,)
    return Verdict(kind, title, _stands_on(study, compared, phrases), about, compared)


def _compared(study: Study, rows: Rows, outcome: Outcome) -> Comparison:
    """Return what the verdict is about: all treatments against the held back, else the arm that differs most."""
    control, given = study.assignment.control, given_arms(study)
    if control == HELD_BACK or len(given) == 1:
        found, _, _ = study.estimate(outcome, given, control)
        p = found.p_value
        shown = _excludes_zero(found) and p is not None and p < 1 - study.design.level
        if len(given) == 1:
            shown = shown and _verdict_in(rows, given[0]) in _SHOWN
        return Comparison(found, tuple(given), control, shown)
    each = [
        Comparison(
            study.estimate(outcome, [arm], control)[0],
            (arm,),
            control,
            _verdict_in(rows, arm) in _SHOWN,
        )
        for arm in given
    ]
    return max(each, key=lambda one: (one.is_shown, one.found.difference or 0.0))


def _excludes_zero(found: Difference) -> bool:
    return found.low is not None and found.high is not None and (found.low > 0 or found.high < 0)


def _verdict_in(rows: Rows, arm: str) -> object:
    """Return the table's verdict on an arm; ``better`` where it does not have the metric."""
    named = (row["verdict"] for row in rows if row["metric"] == CONVERTED and row["arm"] == arm)
    return next(named, "better")


# ------------------------------------------------------------------------------------- the sentences


def _finding(study: Study, compared: Comparison, phrases: Phrases) -> str:
    found, against = compared.found, name_of(study, compared.control)
    assert found.difference is not None
    ends = f"({phrases.interval(found)})"
    who = ""
    if compared.control != HELD_BACK:
        who = f"{name_of(study, compared.given[0])}: "
    if not compared.is_shown:
        return f"{who}{_not_shown(study, compared, phrases, opens=not who)}"
    over = "over" if found.difference > 0 else "against"
    return f"{who}{phrases.points(found.difference)} {over} {against} {ends}{_extra(study, compared, phrases)}"


def _not_shown(study: Study, compared: Comparison, phrases: Phrases, *, opens: bool) -> str:
    found, against = compared.found, name_of(study, compared.control)
    assert found.difference is not None
    yet = " yet" if study.open_users else ""
    text = f"{'No' if opens else 'no'} difference from {against} is shown{yet}"
    what = f"{phrases.points(found.difference)} ({phrases.interval(found)})"
    return f"{text}: {_UNCONFIRMED} {what}" if _excludes_zero(found) else f"{text}: {what}"


_UNCONFIRMED: Final = "the test does not confirm"
"""Few users, or many comparisons: the p-value that counts is not that of this interval."""


def _extra(study: Study, compared: Comparison, phrases: Phrases) -> str:
    """Return how many conversions that is, if the interval of their number excludes 0 as well."""
    outcome = find(study.outcomes, PER_USER)
    found, own, _ = study.estimate(outcome, compared.given, compared.control)
    if found.difference is None or found.low is None or found.high is None:
        return ""
    if not _excludes_zero(found):
        return ""
    total, low, high = (own.users * end for end in (found.difference, found.low, found.high))
    count = phrases.about(abs(total), low, high)
    return f", about {count} {'extra conversions' if total > 0 else 'conversions fewer'}"


def treatments_compared(study: Study, phrases: Phrases) -> list[str]:
    """Return how variants differ from one another where all are compared with the held back.

    The first sentence is the one that matters most: the best that is shown, else that none is.
    """
    shown: list[tuple[float, str]] = []
    others: list[str] = []
    for pair in pairs_of(study, find(study.outcomes, CONVERTED)):
        found, arms = pair.found, (pair.arm, pair.control)
        names = " and ".join(name_of(study, arm) for arm in arms)
        if pair.verdict in _SHOWN and found.difference is not None:
            shown.append((found.difference, _beats(study, arms, found, phrases)))
        elif pair.verdict == "too early":
            others.append(f"{names}: too early to compare")
        else:
            unsure = f"; {_UNCONFIRMED} it" if _excludes_zero(found) else ""
            ends = phrases.ends(found.low, found.high)
            others.append(f"{names}: no difference is shown ({ends}{unsure})")
    return [text for _, text in sorted(shown, reverse=True)] + others


def _beats(study: Study, arms: tuple[str, str], found: Difference, phrases: Phrases) -> str:
    assert found.difference is not None
    names = [name_of(study, arm) for arm in arms]
    better, worse = names if found.difference > 0 else names[::-1]
    size = phrases.points(found.difference, signed=False)
    return f"{better} beats {worse} by {size} ({phrases.ends(found.low, found.high, size=True)})"


def _stands_on(study: Study, compared: Comparison, phrases: Phrases) -> str:
    found, (own, other) = compared.found, _ripe(study, compared)
    who = "those treated" if len(compared.given) > 1 else name_of(study, compared.given[0])
    exact, against = phrases.locale.exact, name_of(study, compared.control)
    text = (
        f"{phrases.share(found.value)} of {who} converted, {phrases.share(found.control_value)} of "
        f"{against}; {phrases.count(own, 'user')} against {exact(other)}, each looked at for "
        f"{phrases.length(study.window)}."
    )
    decides = study.decides_at
    if decides is None:
        return text
    windows = f"{phrases.count(study.open_users, 'window')} still open"
    return f"{text} {windows}, until {phrases.day(decides, study.time_zone)}."


def _ripe(study: Study, compared: Comparison) -> tuple[int, int]:
    return sum(map(study.ripe_users, compared.given)), study.ripe_users(compared.control)


def _too_early(study: Study, given: Sequence[str], phrases: Phrases) -> Verdict:
    arms, exact = study.assignment.arms, phrases.locale.exact
    users = sum(map(study.users, arms))
    decides = study.decides_at
    empty = [arm for arm in (study.assignment.control, *given) if not study.ripe_users(arm)]
    if decides is None:
        names = ", ".join(name_of(study, arm) for arm in empty)
        title = f"Too early: there is nobody to compare in {names}, of {phrases.count(users, 'user')} in all"
        return Verdict("early", title, "", (CONVERTED,))
    day = phrases.day(decides, study.time_zone)
    verb = "is" if study.open_users == 1 else "are"
    title = (
        f"Too early: {exact(study.open_users)} of {phrases.count(users, 'window')} {verb} open; "
        f"decides around {day}"
    )
    why = (
        f"Nobody in {', '.join(name_of(study, arm) for arm in empty)} has been observed for the whole "
        f"{phrases.length(study.window)} yet."
        if empty
        else f"An arm has fewer than {SMALL_CELL} users who did, or did not, convert."
    )
    return Verdict("early", title, why, (CONVERTED,))


def _wrong_shares(study: Study, wrong: Mismatch, phrases: Phrases) -> str:
    arms = furthest_off(wrong.seen, wrong.expected, most=4)
    parts = ", ".join(
        f"{phrases.count(wrong.seen[arm], 'user')} in {name_of(study, arm)} instead of "
        f"{phrases.locale.number(wrong.expected[arm], 0)}"
        for arm in arms
    )
    more = len(wrong.seen) - len(arms)
    return f"Shares are wrong: {parts}" + (f", and {more} other arms" if more else "")


def _chi_square(wrong: Mismatch, phrases: Phrases) -> str:
    chi_square, p = phrases.locale.number(wrong.chi_square, 1), _p_value(wrong.p_value, phrases)
    return (
        f"Chi-square {chi_square}, p {p}: very unlikely by chance. The arms are not comparable; the numbers are "
        "shown anyway."
    )


def _p_value(value: float, phrases: Phrases) -> str:
    """Return a p-value with two digits that say something."""
    return f"{value:.2g}".replace(".", phrases.locale.decimal)


# ------------------------------------------------------------------------------------ its parts


def phrases_of(study: Study, locale: Locale = ENGLISH) -> Phrases:
    """Return how an experiment's numbers stand in sentences."""
    return Phrases(locale, study.design.level, study.currency)


def name_of(study: Study, arm: str) -> str:
    """Return what an arm is called in sentences."""
    if arm in (HELD_BACK, TREATED, ALL):
        return {HELD_BACK: "the held back", TREATED: "those treated", ALL: "all treated"}[arm]
    variants = {variant.id: variant.name or variant.id for variant in study.campaign.variants}
    return variants.get(arm, arm)


def label_of(study: Study, arm: str) -> str:
    """Return what an arm is called in tables, as in the flow: ``"10 % off, control"``, ``"held back"``."""
    if arm in (HELD_BACK, TREATED, ALL):
        return {HELD_BACK: "held back", TREATED: "treated", ALL: "all treated"}[arm]
    variants = {variant.id: variant.label for variant in study.campaign.variants}
    return variants.get(arm, arm)

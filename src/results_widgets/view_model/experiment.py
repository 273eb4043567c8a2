"""The ``_experiment`` trait: the verdict and its evidence. Numbers are formatted here, so all places show the same."""

from collections.abc import Iterator, Mapping
from typing import Final

from results_widgets.disclosure import SYNCED_USERS
from results_widgets.experiments import Experiment
from results_widgets.experiments.assignment import ALARM
from results_widgets.experiments.estimates import Difference
from results_widgets.experiments.looks import clear_since, looks_of
from results_widgets.experiments.outcomes import CONVERTED, Outcome, find
from results_widgets.experiments.pairs import Pair, arms_of, base_of, given_arms, pairs_of, together
from results_widgets.experiments.phrases import Phrases
from results_widgets.experiments.study import Study
from results_widgets.experiments.tables import EXTRA
from results_widgets.experiments.units import ALL, HELD_BACK
from results_widgets.experiments.verdict import PER_USER, Verdict, label_of, name_of, phrases_of
from results_widgets.experiments.words import conditions_of
from results_widgets.results import Results
from results_widgets.results.summary import conclude
from results_widgets.view_model.ripening import ripening_state
from results_widgets.view_model.serialization import State
from results_widgets.view_model.told_verdict import verdict_without_rare

_DIGITS: Final = 5
_FOLLOWED: Final = (CONVERTED, "value_per_user")
"""Metrics whose difference is drawn over time."""

_EXTRA_WORDS: Final = {"conversions": "Extra conversions", "value": "Extra value"}
Comparisons = Mapping[tuple[str, str], list[Pair]]


def experiment_state(results: Results, scope: str = "results", least: int = SYNCED_USERS) -> State:
    """Return the value of ``_experiment``.

    It has the verdict's ``kind``, ``title``, ``detail`` and ``mark``, the ``code`` that returns the same, and
    ``found``, the evidence: None where nothing is compared. ``ripening`` is the table of `ripening_state`; it
    needs no arms.

    Args:
        results: As selected.
        scope: The Python expression that gives them.
        least: Fewest users of an arm that nobody declared.
    """
    concluded = conclude(results)
    one = concluded.experiment
    ripening = ripening_state(results, scope)
    told = verdict_without_rare(concluded, least)
    if told is not concluded.verdict:
        hidden = verdict_state(told, Phrases())
        return {**hidden, "code": "", "found": None, "ripening": ripening}
    code = f"{scope}.{concluded.call}" if concluded.call else ""
    phrases = Phrases(results._session.locale)
    found = None if one is None else _found(one, phrases)
    verdict = verdict_state(concluded.verdict, phrases)
    return {**verdict, "code": code, "found": found, "ripening": ripening}


def verdict_state(verdict: Verdict, phrases: Phrases) -> State:
    """Return the line under the title; ``mark`` is the difference with its interval, as fractions and as text."""
    compared = verdict.compared
    found = None if compared is None else compared.found
    return {
        "kind": verdict.kind,
        "title": verdict.title,
        "detail": verdict.detail,
        "mark": None if found is None else _mark(found, phrases),
    }


def _mark(found: Difference, phrases: Phrases) -> State | None:
    if found.difference is None or found.low is None or found.high is None:
        return None
    share = Outcome(CONVERTED, "", "converted")
    ends = [phrases.ends(end, end).split(" to ")[0] for end in (found.low, found.high)]
    return {
        "value": found.difference,
        "low": found.low,
        "high": found.high,
        "text": phrases.difference(share, found.difference),
        "ends": ends,
    }


# --------------------------------------------------------------------------------- what it stands on


def _found(one: Experiment, phrases: Phrases) -> State:
    study = one.study
    phrases = phrases_of(study, phrases.locale)
    compared = comparisons_of(one)
    return {
        "level": phrases.percent_of_level,
        "arms": list(_arms(one, phrases)),
        "shares": _shares(study, phrases),
        "groups": [_group(study, key, pairs, phrases) for key, pairs in compared.items()],
        "totals": list(_totals(study, compared, phrases)),
        "conditions": [
            {"text": held.text, "met": held.is_met} for held in conditions_of(study, phrases)
        ],
    }


def comparisons_of(one: Experiment) -> Comparisons:
    """Return every comparison by arm and control: of all treatments together, between treatments, of each arm."""
    study = one.study
    found: dict[tuple[str, str], list[Pair]] = {}
    control, base = study.assignment.control, base_of(study)
    shown = [outcome for outcome in study.compared if not _says_the_same(study, outcome)]
    if len(given_arms(study)) > 1 and control == HELD_BACK:
        both = [outcome for outcome in shown if not outcome.needs_action]
        found[ALL, control] = [together(study, outcome) for outcome in both]
    if base is not None:
        for outcome in (outcome for outcome in shown if not outcome.needs_action):
            for pair in pairs_of(study, outcome):
                found.setdefault((pair.arm, base), []).append(pair)
    for (outcome, arm, against), row in zip(study.comparisons(), one.table.to_dicts(), strict=True):
        if outcome in shown:
            difference, own, _ = study.estimate(outcome, [arm], against)
            p, verdict = row["p_adjusted"], row["verdict"]
            pair = Pair(arm, against, outcome, difference, own.users, p, verdict)
            found.setdefault((arm, against), []).append(pair)
    return found


def _says_the_same(study: Study, outcome: Outcome) -> bool:
    """Whether a metric repeats another: with single goals, a user converts once."""
    return outcome.key == PER_USER and study.campaign.goal.mode == "single"


def _group(study: Study, key: tuple[str, str], pairs: list[Pair], phrases: Phrases) -> State:
    arm, control = key
    return {
        "arm": label_of(study, arm),
        "control": label_of(study, control),
        "rows": [_row(study, pair, phrases) for pair in pairs],
        "lines": list(_lines(study, key, pairs, phrases)),
    }


def _row(study: Study, pair: Pair, phrases: Phrases) -> State:
    outcome, found = pair.outcome, pair.found
    return {
        "metric": outcome.name,
        "label": outcome.label,
        "of": _of(study, outcome),
        "value": phrases.value(outcome, found.value),
        "control": phrases.value(outcome, found.control_value),
        "difference": phrases.difference(outcome, found.difference),
        "interval": phrases.span(outcome, found.low, found.high),
        "relative": [found.relative, found.relative_low, found.relative_high],
        "verdict": pair.verdict,
        "up": found.difference is not None and found.difference > 0,
    }


def _of(study: Study, outcome: Outcome) -> str:
    if outcome.channel is not None:
        return f"{study.campaign.channels[outcome.channel].label}, of users"
    return "of users" if outcome.is_share else "all users, 0 included"


def _lines(
    study: Study, key: tuple[str, str], pairs: list[Pair], phrases: Phrases
) -> Iterator[State]:
    """Yield the difference over time of the most important metrics, as it looked at the end of each day."""
    arm, control = key
    for outcome in (pair.outcome for pair in pairs if pair.outcome.key in _FOLLOWED):
        looks = looks_of(study, outcome, arms_of(study, arm), control)
        if len(looks) <= 1:
            continue
        ends = [(one.difference, one.low, one.high) for one in looks]
        difference, low, high = (
            [_rounded(value) for value in values] for values in zip(*ends, strict=True)
        )
        yield {
            "label": outcome.label,
            "share": outcome.is_share,
            "days": [one.day for one in looks],
            "difference": difference,
            "low": low,
            "high": high,
            "since": clear_since(looks),
            "texts": [
                f"{phrases.difference(outcome, one.difference)} ({phrases.span(outcome, one.low, one.high)})"
                for one in looks
            ],
            "last": phrases.difference(outcome, looks[-1].difference),
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def _arms(one: Experiment, phrases: Phrases) -> Iterator[State]:
    study, exact = one.study, phrases.locale.exact
    outcome = find(study.outcomes, CONVERTED)
    for row in one.arms.to_dicts():
        arm = row["arm"]
        share = study.moments(outcome, arm).mean
        withheld = arm == HELD_BACK
        yield {
            "id": arm,
            "label": label_of(study, arm),
            "held_back": withheld,
            "note": "no message" if withheld else "",
            "users": exact(row["users"]),
            "share": row["share"],
            "share_text": phrases.share(row["share"]),
            "planned": "\u2013"
            if row["declared_share"] is None
            else phrases.share(row["declared_share"]),
            "converted": phrases.share(share),
        }


def _shares(study: Study, phrases: Phrases) -> State | None:
    tested = study.tested_shares()
    if tested is None:
        return None
    p = tested.p_value
    met = study.mismatch() is None
    return {
        "met": met,
        "title": "Shares are as planned" if met else "Shares are not as planned",
        "text": f"Chi-square {phrases.locale.number(tested.chi_square, 2)}, p {_p(p, phrases)}. Warns below "
        f"{phrases.locale.number(ALARM, 3)}.",
    }


def _p(value: float, phrases: Phrases) -> str:
    least = 0.0001
    if value < least:
        return f"below {phrases.locale.number(least, 4)}"
    return phrases.locale.number(value, 2 if value >= 0.01 else 4)  # noqa: PLR2004 - two digits of it


# ------------------------------------------------------------------------------------------- totals


def _totals(study: Study, compared: Comparisons, phrases: Phrases) -> Iterator[State]:
    """Yield what the treatments brought beyond their control, and what the best would have brought in the others."""
    control, wrong = study.assignment.control, study.mismatch() is not None
    arm = ALL if (ALL, control) in compared else given_arms(study)[0]
    for metric, key in EXTRA.items():
        outcome = next((one for one in study.outcomes if one.key == key), None)
        if outcome is not None:
            found, own, _ = study.estimate(outcome, arms_of(study, arm), control)
            against = f"against {name_of(study, control)}"
            label = f"{_EXTRA_WORDS[metric]}, {against}"
            yield from _total(label, outcome, found, own.users, phrases, wrong=wrong)
    base = base_of(study)
    if base is None:
        return
    best = max(
        (
            pair
            for pair in pairs_of(study, find(study.outcomes, CONVERTED))
            if pair.verdict == "better"
        ),
        key=lambda pair: pair.found.difference or 0.0,
        default=None,
    )
    if best is not None:
        outcome = find(study.outcomes, PER_USER)
        found, _, other = study.estimate(outcome, [best.arm], base)
        label = f"If {name_of(study, base)} had got {name_of(study, best.arm)}"
        yield from _total(label, outcome, found, other.users, phrases, more=True)


def _total(
    label: str,
    outcome: Outcome,
    found: Difference,
    users: int,
    phrases: Phrases,
    *,
    more: bool = False,
    wrong: bool = False,
) -> Iterator[State]:
    if found.difference is None or found.low is None or found.high is None:
        return
    total, low, high = (users * end for end in (found.difference, found.low, found.high))
    least, most = phrases.about(low, low, high), phrases.about(high, low, high)
    text = phrases.about(total, low, high)
    if outcome.measure == "value":
        text = phrases.money(text)
    unsure = low <= 0 <= high
    yield {
        "label": label,
        "interval": f"{phrases.percent_of_level}: {least} to {most}, of {phrases.count(users, 'user')}",
        "text": "not shown" if unsure else f"about {text}{' more' if more else ''}",
        "tone": "" if unsure or wrong else "good" if total > 0 else "bad",
    }

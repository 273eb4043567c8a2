"""The verdict and what it stands on in a saved page: the state of its widgets, and the same as HTML."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl

from results_widgets._text import escape
from results_widgets.errors import QueryError
from results_widgets.experiments.outcomes import CONVERTED, Outcome, find
from results_widgets.experiments.study import Study
from results_widgets.experiments.verdict import phrases_of
from results_widgets.experiments.words import conditions_of
from results_widgets.report.html.tables import Row, table
from results_widgets.results import Results
from results_widgets.results.summary import conclude, sentences_of
from results_widgets.view_model.experiment import experiment_state
from results_widgets.view_model.formatting import capitalized
from results_widgets.view_model.serialization import State
from results_widgets.view_model.subgroups import subgroups_reply
from results_widgets.view_model.told_verdict import rare_arms

_COMPARED: Final = ("Metric", "Of", "Control", "Arm", "Difference", "Interval", "Verdict")
_ARMS: Final = ("Arm", "Users", "Planned", "Share", "Converted")
_RIPENING_HELD: Final = (
    "Left out: with the counts of days, those of each week would give away counts below {least}."
)
_MOST_SUBGROUPS: Final = 4
"""Columns whose sub-groups a page has: each costs as much as the experiment itself."""
_TOTALS: Final = ("What it brought", "Interval", "About")


def saved_experiment(
    results: Results, min_users: int, columns: Sequence[str], *, is_whole: bool
) -> dict[str, Any]:
    """Return the value of ``_experiment`` for a page, with the sub-groups of columns in ``subgroups``.

    Args:
        results: As selected.
        min_users: Fewest users of an arm that nobody declared, and of a sub-group.
        columns: Those that readers can break numbers down by.
        is_whole: Whether the whole campaign is selected, so that its code needs no range.
    """
    state: dict[str, Any] = dict(experiment_state(results, least=min_users))
    if state["found"] is not None:
        state["subgroups"] = _subgroups(results, columns, min_users)
    if is_whole:
        return state
    ripening = state["ripening"]
    return {**state, "code": "", "ripening": ripening and {**ripening, "code": []}}


def _subgroups(
    results: Results, columns: Sequence[str], min_users: int
) -> dict[str, list[State] | str]:
    """Return the sub-groups of the first columns as `subgroups_reply` has them; of others, why not."""
    found: dict[str, list[State] | str] = {}
    for column in columns:
        if len(found) >= _MOST_SUBGROUPS:
            found[column] = f"this page has those of the first {_MOST_SUBGROUPS} columns"
            continue
        try:
            found[column] = subgroups_reply(results, {"by": column}, min_users)
        except QueryError as error:
            found[column] = str(error)
    return found


# ------------------------------------------------------------------------------- without small counts


def without_small_counts(
    page: Mapping[str, Any], before: Mapping[str, Any], results: Results, min_cell: int
) -> dict[str, Any]:
    """Return the value of ``_experiment`` of a page whose small counts are hidden.

    Nothing is left of the verdict where a small count stands behind it, or where the page hides any count
    of the campaign or of a variant, which the arms might give away. Rows with a small count go, and so do
    differences over time: those of two days would tell what one day brought. The table of ripening goes as
    a whole: a week is the sum of days, of which any may be hidden, and two ages differ by what the days
    between them brought.

    Args:
        page: The state of the page, its counts hidden.
        before: The same with all counts.
        results: As shown.
        min_cell: The smallest count to show.
    """
    experiment: dict[str, Any] = {
        **page["_experiment"],
        "ripening": _without_weeks(page["_experiment"]["ripening"], min_cell),
        # Groups are small, and what one of them hides the others would give away.
        "subgroups": {},
    }
    study = getattr(conclude(results).experiment, "study", None)
    if _hides_totals(page, before) or (study is not None and _is_small(study, min_cell)):
        return {
            **experiment,
            "kind": "unmeasured",
            "title": "Whether it worked is not shown here",
            "detail": f"Counts below {min_cell} stand behind it.",
            "mark": None,
            "found": None,
        }
    if study is None or experiment["found"] is None:
        return experiment
    shown = {outcome.name for outcome in study.outcomes if not _has_small(study, outcome, min_cell)}
    found = experiment["found"]
    groups = [
        {**group, "lines": [], "rows": [row for row in group["rows"] if row["metric"] in shown]}
        for group in found["groups"]
    ]
    left = [group for group in groups if group["rows"]]
    return {**experiment, "found": {**found, "groups": left}}


def _without_weeks(ripening: Mapping[str, Any] | None, least: int) -> dict[str, Any] | None:
    if ripening is None:
        return None
    return {**ripening, "ages": [], "rows": [], "note": _RIPENING_HELD.format(least=least)}


def _is_small(study: Study, min_cell: int) -> bool:
    """Whether a small count stands behind the verdict or the arms."""
    counts = [study.crossed, study.unassigned, study.open_users]
    counts += [study.users(arm) for arm in study.assignment.arms]
    known = any(0 < count < min_cell for count in counts)
    return known or _has_small(study, find(study.outcomes, CONVERTED), min_cell)


def _has_small(study: Study, outcome: Outcome, min_cell: int) -> bool:
    """Whether an arm has few ripe users with an outcome, or without it: shares and users give their number."""
    for arm in study.assignment.arms:
        hits, users = study.hits(outcome, arm), study.ripe_users(arm)
        if any(0 < count < min_cell for count in (hits, users - hits)):
            return True
    return False


def _hides_totals(page: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    known = pl.col("scope") == "campaign"
    nulls = [
        frame.filter(known)["value"].null_count()
        for frame in (page["_metrics"], before["_metrics"])
    ]
    totals = [
        [[arm[name] for name in ("entries", "conversions")] for arm in state["_flow"]["arms"]]
        for state in (page, before)
    ]
    return nulls[0] != nulls[1] or totals[0] != totals[1]


# ----------------------------------------------------------------------------------------- as HTML


def verdict_html(experiment: Mapping[str, Any]) -> str:
    """Return the verdict as it heads a page."""
    if not experiment:
        return ""
    usual: Mapping[str, Any] | None = experiment.get("usual")
    said = [experiment["detail"], f"{usual['line']}." if usual else ""]
    more = "".join(f" {escape(one)}" for one in said if one)
    return f'<p class="rw-said"><strong>{escape(experiment["title"])}.</strong>{more}</p>'


def summary_html(results: Results, min_users: int) -> str:
    """Return what else the results say in sentences, between the verdict and its conditions.

    Args:
        results: As shown.
        min_users: Arms that nobody declared and fewer users have are not named, so nothing is said of arms.
    """
    concluded = conclude(results)
    elsewhere = {f"{concluded.verdict.title}.", concluded.verdict.detail}
    one = concluded.experiment
    if one is not None:
        phrases = phrases_of(one.study, results._session.locale)
        elsewhere |= {held.text for held in conditions_of(one.study, phrases)}
        if rare_arms(one.study, min_users):
            concluded = replace(concluded, experiment=None)
    told = [said.text for said in sentences_of(results, concluded) if said.text not in elsewhere]
    return _list(told)


def _list(texts: Iterable[str]) -> str:
    items = "".join(f'<li dir="auto">{escape(text)}</li>' for text in texts)
    return f'<ul class="rw-sentences">{items}</ul>' if items else ""


def experiment_html(experiment: Mapping[str, Any]) -> str:
    """Return what the verdict stands on as tables; text from data is escaped."""
    found = experiment.get("found") if experiment else None
    if not found:
        return ""
    parts = [table("Arms", _ARMS, _arms(found), names=(0,))]
    for group in found["groups"]:
        title = f"{capitalized(group['arm'])} against {group['control']}"
        head = (*_COMPARED[:5], f"{found['level']} interval", _COMPARED[6])
        parts.append(table(title, head, _rows(group)))
    if found["totals"]:
        parts.append(table("What it brought", _TOTALS, _totals(found), names=(0,)))
    return f"<h2>Experiment</h2>{''.join(parts)}{_list(one['text'] for one in found['conditions'])}"


def ripening_html(experiment: Mapping[str, Any]) -> str:
    """Return how conversions ripen as a table, or why it is left out; ages not reached yet are so named."""
    found = experiment.get("ripening") if experiment else None
    if not found:
        return ""
    unit = found["unit"]
    title = f"How conversions ripen, by {unit} of entry"
    if not found["rows"]:
        return f"<h2>{title}</h2><p>{escape(found['note'])}</p>"
    said = (
        f"Share of the entries of each {unit} that had converted by each age. Not yet: not every entry of "
        f"the {unit} is that old."
    )
    rows = (_ripe(row, len(found["ages"])) for row in found["rows"])
    head = (capitalized(unit), "Entries", *found["ages"])
    return f"<h2>{title}</h2><p>{said}</p>{table('Converted by age', head, rows)}"


def _ripe(row: Mapping[str, Any], ages: int) -> Row:
    entries = f"only {row['entries']}" if row["few"] else row["entries"]
    known = [text for _, text in row["rates"]]
    return (row["start"], entries, *known, *["not yet"] * (ages - len(known)))


def _arms(found: Mapping[str, Any]) -> Iterator[Row]:
    for arm in found["arms"]:
        yield (arm["label"], arm["users"], arm["planned"], arm["share_text"], arm["converted"])


def _rows(group: Mapping[str, Any]) -> Iterator[Row]:
    for row in group["rows"]:
        yield tuple(
            str(row[name])
            for name in ("label", "of", "control", "value", "difference", "interval", "verdict")
        )


def _totals(found: Mapping[str, Any]) -> Iterator[Row]:
    for total in found["totals"]:
        yield (total["label"], total["interval"], total["text"])

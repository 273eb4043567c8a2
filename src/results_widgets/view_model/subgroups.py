"""The reply about sub-groups of an experiment: the difference in users who converted, by the values of a column."""

from collections.abc import Mapping
from typing import Any

from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.frames import BY
from results_widgets.errors import QueryError
from results_widgets.experiments.outcomes import CONVERTED, find
from results_widgets.experiments.phrases import Phrases
from results_widgets.experiments.verdict import label_of, phrases_of
from results_widgets.results import Results
from results_widgets.results.sharing import NAME
from results_widgets.results.summary import conclude
from results_widgets.view_model.serialization import State


def subgroups_reply(
    results: Results, request: Mapping[str, object], least: int = SYNCED_USERS
) -> list[State]:
    """Return the reply to ``kind: subgroups``: a group of rows for each arm, as `experiment_state` has them.

    Args:
        results: As selected.
        request: Names the column as ``by``.
        least: Values of the column that fewer users have are left out.

    Raises:
        QueryError: The column is not known or cannot be used, or nothing is compared.
    """
    by, one = request.get("by"), conclude(results).experiment
    if not isinstance(by, str):
        raise QueryError(f"the request has no text 'by'; found {by!r}")
    if one is None:
        raise QueryError("no arms are compared, so there are no sub-groups of them")
    shown = results._session.shown_names(by, least)
    names = dict(shown.select(BY, NAME).iter_rows())
    study, phrases = one.study, phrases_of(one.study, results._session.locale)
    found = one.subgroups(by).to_dicts()
    control = study.control_of(find(study.outcomes, CONVERTED))
    groups: list[State] = []
    for arm in dict.fromkeys(row["arm"] for row in found):
        own = [row for row in found if row["arm"] == arm and row[by] in names]
        rows = [_row(row, str(names[row[by]]), phrases) for row in own]
        against = "" if control is None else label_of(study, control)
        groups.append({"arm": label_of(study, arm), "control": against, "rows": rows, "lines": []})
    return groups


def _row(row: Mapping[str, Any], name: str, phrases: Phrases) -> State:
    share = phrases.share
    users = row["ripe_users"] + row["control_ripe_users"]
    points = phrases.points(row["difference"]) if row["difference"] is not None else "\u2013"
    return {
        "metric": f"{CONVERTED}:{name}",
        "label": name,
        "of": f"converted, of {phrases.count(users, 'user')}",
        "value": share(row["value"]),
        "control": share(row["control_value"]),
        "difference": points.removesuffix(" points"),
        "interval": phrases.ends(row["low"], row["high"]),
        "relative": [row["relative"], row["relative_low"], row["relative_high"]],
        "verdict": row["verdict"],
        "up": (row["difference"] or 0) > 0,
    }

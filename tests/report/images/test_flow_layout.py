"""The lines of a flow: conversions of every card have a lane of their own down to the total."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from results_widgets.report.images.flow_layout import CARD, columns_of, layout_flow
from tests.support.loops import some

# The layout in the browser is held against the same columns (js/test/features/flow/fold.test.ts).
COLUMNS = json.loads(Path("tests/support/flow_columns.json").read_text())

PARENTS = {"a": None, "b": None, "c": "a", "d": "a", "e": "b"}


def arm(conversions: dict[str, int]) -> dict[str, Any]:
    nodes = [
        {"action_id": id_, "users_received": 100, "conversions": n, "share_of_entries": 0.5}
        for id_, n in conversions.items()
    ]
    return {"nodes": nodes, "edges": [], "conversions": sum(conversions.values())}


def test_every_line_has_its_own_lane_beside_the_others() -> None:
    layout = layout_flow(arm({"a": 40, "b": 20, "c": 30, "d": 5, "e": 5}), PARENTS)
    assert len(layout.green) == 5
    lanes = sorted(
        (float(re.findall(r"L(\S+) \S+", line.path)[-1]), line.width) for line in layout.green
    )
    edges = [(middle - width / 2, middle + width / 2) for middle, width in lanes]
    # They lie side by side without a gap, up to where the total stands.
    for (_, right), (left, _) in pairwise(edges):
        assert abs(left - right) < 0.02
    assert abs(edges[-1][1] - layout.total[0]) < 0.02


def test_lines_of_one_row_run_at_their_own_heights() -> None:
    layout = layout_flow(arm({"a": 40, "b": 20, "c": 30, "d": 10, "e": 5}), PARENTS)
    # Of the lower row, all cards but the last lead their lines through the corridor below it.
    inner = [line for line in layout.green if "C" in line.path.split("L")[0]]
    heights = [float(line.path.split("L")[1].split()[1].partition("C")[0]) for line in inner]
    assert len(inner) == 3
    assert len(set(heights)) == 3


@pytest.mark.parametrize("case", COLUMNS, ids=lambda case: case["name"])
def test_columns_are_those_in_the_browser(case: dict[str, Any]) -> None:
    left, entry = columns_of(case["parents"])
    assert left == case["left"]
    assert entry == case["entry"]


def test_cards_of_a_row_stand_apart_and_parents_above_the_middle_of_their_children() -> None:
    case = max(COLUMNS, key=lambda one: len(one["parents"]))
    parents, left = case["parents"], case["left"]
    assert len(parents) == 40

    def depth(id_: str) -> int:
        return 0 if parents[id_] is None else depth(parents[id_]) + 1

    for level in some(range(max(map(depth, parents)) + 1)):
        row = sorted(left[id_] for id_ in parents if depth(id_) == level)
        assert all(b - a >= CARD[0] for a, b in pairwise(row)), level
    for id_ in some(parents):
        below = [left[child] for child, parent in parents.items() if parent == id_]
        if below:
            assert abs(left[id_] - (below[0] + below[-1]) / 2) <= 1

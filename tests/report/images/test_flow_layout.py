"""The lines of a flow: conversions of every card have a lane of their own down to the total."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from results_widgets.report.images.flow_layout import CARD, _on_curve, columns_of, layout_flow
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


def test_three_cards_stand_and_their_lines_run_where_the_measures_say() -> None:
    """Worked out by hand from `_shared/flow_layout.json`: green lines are 5.6, 2.8 and 5.6 wide."""
    shown = arm({"a": 40, "b": 20, "c": 40})
    shown["edges"] = [
        {"source": "b", "target": "c", "share": 0.75, "users": 7},
        {"source": "a", "target": "c", "share": 0.25, "users": 30},
    ]
    layout = layout_flow(shown, {"a": None, "b": None, "c": "a"})
    assert (layout.width, layout.height) == pytest.approx((488, 433))
    assert layout.entry == pytest.approx((111, 0))
    assert layout.total == pytest.approx((464, 349))
    assert [(one.x, one.y) for one in layout.cards] == [(0, 60), (222, 60), (0, 220)]
    assert [(one.path, one.width, one.share, one.idle) for one in layout.edges] == [
        ("M205 36C205 48 94 48 94 60", 6.0, None, False),
        ("M205 36C205 48 316 48 316 60", 6.0, None, False),
        ("M94 156C94 188 94 188 94 220", 3.0, 0.25, False),
    ]
    assert layout.edges[2].label == pytest.approx((94, 196), abs=0.01)
    assert [line.path for line in layout.green] == [
        "M410 138L446.6 138C455.44 138 462.6 145.16 462.6 154L462.6 349",
        "M188 138C202 138 202 167.8 216 167.8L447.6 167.8C453.56 167.8 458.4 172.64 458.4 178.6L458.4 349",
        "M188 298L436.8 298C445.64 298 452.8 305.16 452.8 314L452.8 349",
    ]
    assert [line.width for line in layout.green] == pytest.approx([2.8, 5.6, 5.6])


def test_a_way_that_nobody_took_is_thin_and_without_a_share() -> None:
    layout = layout_flow(arm({"a": 40, "c": 0}), {"a": None, "c": "a"})
    (_, idle) = layout.edges
    assert (idle.width, idle.share, idle.idle) == (1.5, None, True)
    few = arm({"a": 40, "c": 0}) | {
        "edges": [{"source": "a", "target": "c", "share": 0.01, "users": 1}]
    }
    (_, taken) = layout_flow(few, {"a": None, "c": "a"}).edges
    assert (taken.width, taken.share, taken.idle) == (1.5, 0.01, False)
    assert len(layout.green) == 1


def test_a_single_card_is_as_high_as_it_needs() -> None:
    layout = layout_flow(arm({"a": 0}), {"a": None})
    assert (layout.total[1], layout.height) == pytest.approx((60 + 96 + 9 + 24, 60 + 96 + 9 + 108))


def test_a_share_stands_on_its_curve() -> None:
    # A quarter of the way along: 15.6 % across and 29.7 % down.
    found = _on_curve((10, 20), (110, 100), 20 + 23.75)
    assert found == pytest.approx((10 + 15.625, 20 + 23.75), abs=0.01)
    assert _on_curve((10, 20), (110, 100), 60) == pytest.approx((60, 60), abs=0.01)


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

"""The lines of a flow: conversions of every card have a lane of their own down to the total."""

import re
from itertools import pairwise
from typing import Any

from results_widgets.report.images.flow_layout import layout_flow

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

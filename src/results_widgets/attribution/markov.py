"""Attribution by a Markov chain of order 1: what part of the conversions an owner's removal would cost.

The states are the owners, and where paths start, convert and end without a conversion; each transition has
the probability that the paths show, those of entries without a conversion among them. With an owner removed,
whoever would have come to it converts no more. So a removal costs the probability of ever coming to the
owner times that of converting from there, and one inverse matrix tells both for all owners: for the matrix N
of expected visits, the probability of ever coming to i is that of the visits from the start, divided by
N[i][i]. (Anderl, Becker, von Wangenheim and Schumann 2016: Mapping the customer journey.)
"""

from collections import Counter
from typing import Final

import polars as pl

from results_widgets.attribution.paths import Paths

START: Final = -1
"""The state that paths start in."""
CONVERTED: Final = -2
"""The state of paths that led to a conversion."""
LEFT: Final = -3
"""The state of paths that did not."""

Matrix = list[list[float]]
Transitions = Counter[tuple[int, int]]


def removal_shares(paths: Paths) -> list[float]:
    """Return each owner's share of all removal effects; all 0 if no conversion was touched."""
    return shares_of(transitions(paths), len(paths.owners.names))


def transitions(paths: Paths) -> Transitions:
    """Return how often paths lead from one state to the next; owners are named by their places."""
    found: Transitions = Counter()
    for rows, path, end in (
        (paths.touches, "conversion", CONVERTED),
        (paths.unconverted, "path", LEFT),
    ):
        same = pl.col(path) == pl.col(path).shift(1)
        again = pl.col(path) == pl.col(path).shift(-1)
        steps = rows.select(
            pl.when(same).then(pl.col("owner").shift(1)).otherwise(START).alias("source"),
            pl.col("owner").alias("target"),
            again.fill_null(False).alias("again"),
        )
        ends = steps.filter(~pl.col("again")).select(
            pl.col("target").alias("source"), pl.lit(end, pl.Int64).alias("target")
        )
        every = pl.concat([steps.select("source", "target"), ends])
        for source, target, count in every.group_by("source", "target").len().iter_rows():
            found[source, target] += count
    return found


def shares_of(found: Transitions, owners: int) -> list[float]:
    """Return each owner's share of all removal effects, from how often each transition was seen."""
    leaving = Counter[int]()
    for (source, _), count in found.items():
        leaving[source] += count

    def chance(source: int, target: int) -> float:
        count = found[source, target]
        return count / leaving[source] if count else 0.0

    stays = [[float(i == j) - chance(i, j) for j in range(owners)] for i in range(owners)]
    visits = _inverse(stays)
    effects = []
    for own in range(owners):
        seen = sum(chance(START, other) * visits[other][own] for other in range(owners))
        converts = sum(visits[own][j] * chance(j, CONVERTED) for j in range(owners))
        effects.append(seen / visits[own][own] * converts)
    total = sum(effects)
    return [effect / total if total else 0.0 for effect in effects]


def _inverse(matrix: Matrix) -> Matrix:
    """Return the inverse of a matrix whose rows' other entries are at most as large as the diagonal's.

    What is left of 1 on the diagonal is never 0, since every path ends.
    """
    size = len(matrix)
    rows = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for place in range(size):
        pivot = rows[place][place]
        own = rows[place] = [one / pivot for one in rows[place]]
        for other in range(size):
            factor = rows[other][place]
            if other != place and factor:
                rows[other] = [a - factor * b for a, b in zip(rows[other], own, strict=True)]
    return [row[size:] for row in rows]

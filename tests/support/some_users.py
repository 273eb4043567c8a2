"""Some users of a random campaign: their numbers are those of a group, had they been marked as one."""

from dataclasses import replace

import polars as pl

import results_widgets as rw
from tests.support.answers import FromPackage
from tests.support.properties import differing_groups, flat, in_order
from tests.support.strategies import Question


def numbers_are_those_of_their_group(asked: Question) -> None:
    """Hold the numbers of some users against a breakdown by an attribute that marks them."""
    case, random = asked.case, asked.choose("some users")
    users = case.events.select("user_id").unique().drop_nulls().sort("user_id")
    marks = [random.random() < 0.5 for _ in range(users.height)]
    known = users.with_columns(chosen=pl.Series(marks, dtype=pl.Boolean))
    if case.users is not None:
        known = case.users.join(known, on="user_id", how="left")
    whole = FromPackage(replace(case, users=known), asked.query)
    segment = rw.Segment(users.filter(pl.Series(marks, dtype=pl.Boolean)), name="some", rule="some")
    if case.users is not None:
        # Who is in no users table has no mark there.
        segment = rw.Segment(known.filter("chosen"), name="some", rule="some")
    package = FromPackage.of(whole.results.within(segment))
    theirs = set(segment.users["user_id"])
    for rows, every in (
        (package.entries(), whole.entries()),
        (package.conversions(), whole.conversions()),
    ):
        assert in_order(rows) == in_order([row for row in every if row["user_id"] in theirs])
    assert package.users_in_campaign() == whole.users_in_campaign() & theirs
    pairs = (
        (whole.overview("chosen"), package.overview()),
        (flat(whole.channels("chosen")), flat(package.channels())),
        (flat(whole.actions("chosen")), flat(package.actions())),
    )
    for groups, found in pairs:
        if True in groups:
            assert not differing_groups({None: groups[True]}, found)

"""Segments of one campaign combine by flags of its users; the same comes out as by joins on ids."""

from hypothesis import given

import results_widgets as rw
from tests.support.answers import FromPackage
from tests.support.strategies import Question, questions


@given(questions())
def test_segments_of_one_campaign_combine_as_tables_of_users_do(drawn: Question) -> None:
    results = FromPackage(drawn.case, drawn.query).results
    random = drawn.choose("segments")
    actions = [action.id for action in results.campaign.actions if action.channel != "exit"]
    asks = [results.users_in_campaign(), *(results.users_in_action(name) for name in actions)]
    one, other, third = (random.choice(asks) for _ in range(3))
    # A segment made of a frame knows no numbers of the log, so it is joined by its ids.
    tables = [rw.Segment(found.users, name="n", rule="r") for found in (one, other, third)]
    quick = [one & other, one | other, one - other, (one - other) | third]
    plain = [
        tables[0] & tables[1],
        tables[0] | tables[1],
        tables[0] - tables[1],
        (tables[0] - tables[1]) | tables[2],
    ]
    for found, expected in zip(quick, plain, strict=True):
        assert len(found) == len(expected)
        assert found.users.equals(expected.users)
        assert found.named("other").users.equals(expected.users)

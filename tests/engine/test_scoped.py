"""One example per rule of rows: which of them count, and how often."""

import polars as pl

from results_widgets.engine.scoped import disjoint
from tests.reference import Case
from tests.support import examples
from tests.support.examples import Ask, at, credited, number, starts


def test_repeated_event_ids_are_counted_once_at_the_earliest(ask: Ask) -> None:
    answers = ask("""
        anna mail sent     01T12:00 event_id=1
        anna mail sent     01T10:00 event_id=1
        anna mail sent     01T11:00 event_id=1
    """)
    assert starts(answers) == [at("01T10:00")]
    assert [e["last_action_at"] for e in answers.entries()] == [at("01T10:00")]
    assert answers.actions()[None]["mail"]["sent"][0] == 1


def test_rows_without_event_id_are_all_counted(ask: Ask) -> None:
    answers = ask("""
        anna mail sent 01T10:00
        anna mail sent 01T10:00
        anna mail sent 01T10:00 event_id=1
    """)
    assert answers.actions()[None]["mail"]["sent"][0] == 3


def test_unknown_actions_and_events_are_left_out(ask: Ask) -> None:
    answers = ask("""
        anna mail   sent     01T10:00
        anna secret sent     01T11:00
        anna secret opened   01T11:01
        anna call   opened   01T12:00
        anna mail   yodelled 01T12:00
        anna secret Purchase 01T13:00
    """)
    assert [e["last_action_at"] for e in answers.entries()] == [at("01T10:00")]
    assert number(answers, "engaged") == 0
    assert credited(answers) == [("mail", "receipt")]


def test_rows_of_other_campaigns_are_left_out(ask: Ask) -> None:
    table = "anna mail sent 01T10:00"
    theirs = examples.case(table).events.with_columns(campaign_id=pl.lit("c2"))
    ours = examples.case("anna - Purchase 01T11:00\nbob mail sent 01T10:00")
    case = Case(ours.campaign, pl.concat([theirs, ours.events]))
    answers = ask(case)
    assert answers.users_in_campaign() == {"bob"}
    assert answers.conversions() == []


def test_order_of_the_file_does_not_matter(ask: Ask) -> None:
    lines = [
        "anna mail  sent     01T10:00",
        "anna nudge sent     01T11:00",
        "anna nudge opened   01T12:00",
        "anna -     Purchase 01T13:00",
        "anna mail  sent     01T14:00",
    ]
    forward, backward = ask("\n".join(lines)), ask("\n".join(reversed(lines)))
    assert forward.entries() == backward.entries()
    assert forward.conversions() == backward.conversions()
    assert credited(backward) == [("nudge", "interaction")]


def test_developers_are_included_in_results_and_excluded_in_analytics(ask: Ask) -> None:
    table = """
        anna mail sent 01T10:00
        dora mail sent 01T10:00
        dora mail opened 01T11:00
    """
    users = pl.DataFrame({"user_id": ["dora", "anna"], "is_developer": [True, None]})
    assert ask(table, users).users_in_campaign() == {"anna", "dora"}
    analytics = ask(table, users, developers=False)
    assert analytics.users_in_campaign() == {"anna"}
    assert (number(analytics, "users"), number(analytics, "engaged")) == (1, 0)


def test_integer_ids_above_two_to_the_53_stay_apart(ask: Ask) -> None:
    text = examples.case("anna mail sent 01T10:00\nbob mail sent 01T10:00")
    ids = [2**53, 2**53 + 1]
    case = Case(text.campaign, text.events.with_columns(user_id=pl.Series(ids)))
    answers = ask(case)
    assert answers.users_in_campaign() == set(ids)
    assert [entry["user_id"] for entry in answers.entries()] == ids
    assert answers.actions()[None]["mail"]["users_received"][0] == 2


def test_sets_that_share_no_code_are_put_together() -> None:
    assert disjoint([(1, 2), (2, 3), (4,), (5, 3)]) == [[(1, 2), (4,), (5, 3)], [(2, 3)]]

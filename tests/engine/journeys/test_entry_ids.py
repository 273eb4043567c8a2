"""One example per rule of the source's own entries: where it has entry_id, that decides."""

import polars as pl

from tests.reference import Case
from tests.support import examples
from tests.support.examples import Ask, at, credited, ends, starts


def test_entry_id_of_the_source_decides(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent     01T10:00 entry_id=x
        anna mail  sent     01T11:00 entry_id=y
        anna nudge sent     02T10:00 entry_id=x
        anna mail  sent     09T10:00 entry_id=y
        anna -     Purchase 11T10:00
    """)
    assert starts(answers) == [at("01T10:00"), at("01T11:00")]
    assert [e["last_action_at"] for e in answers.entries()] == [at("02T10:00"), at("09T10:00")]
    (conversion,) = answers.conversions()
    assert conversion["entry"] == 1, "a row without an id belongs to the entry that started last"


def test_entry_id_starts_an_entry_at_any_action(ask: Ask) -> None:
    answers = ask("""
        anna nudge sent     01T10:00 entry_id=x
        anna -     Purchase 01T11:00
    """)
    assert starts(answers) == [at("01T10:00")]
    assert credited(answers) == [("nudge", "receipt")]


def test_entry_starts_at_its_first_action_whatever_carries_its_id(ask: Ask) -> None:
    answers = ask("""
        anna -     exited   01T09:00 entry_id=x
        anna nudge opened   01T09:30 entry_id=x
        anna mail  sent     01T10:00 entry_id=x
        anna -     Purchase 01T11:00 entry_id=x
    """)
    assert (starts(answers), ends(answers)) == ([at("01T10:00")], [at("01T11:00")])
    assert credited(answers) == [("mail", "receipt")]


def test_row_of_an_entry_that_never_started_belongs_to_none(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent     01T10:00 entry_id=x
        anna -     Purchase 01T11:00 entry_id=y
    """)
    assert starts(answers) == [at("01T10:00")]
    assert answers.conversions() == []


def test_user_without_any_id_has_no_entry_where_others_have(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent     01T10:00 entry_id=x
        bob  mail  sent     01T10:00
    """)
    assert answers.users_in_campaign() == {"anna"}


def test_column_of_nulls_does_not_decide_the_type_of_ids(ask: Ask) -> None:
    drawn = examples.case("anna mail sent 01T10:00")
    empty = drawn.events.with_columns(entry_id=pl.lit(None, pl.String))
    assert starts(ask(Case(drawn.campaign, empty))) == [at("01T10:00")]

"""One example per rule of conversions, of what is credited, and of the definition sets."""

from typing import Any

from tests.support.examples import MULTIPLE, Ask, at, case, credited, ends, number, starts

# ------------------------------------------------------------------------------------ conversions


def test_first_purchase_of_an_entry_counts_in_single_mode(ask: Ask) -> None:
    table = """
        anna mail sent     01T10:00
        anna -    Purchase 01T12:00 value=5
        anna -    Purchase 01T11:00 value=3.5
    """
    single = ask(table)
    assert [(c["converted_at"], c["value"]) for c in single.conversions()] == [
        (at("01T11:00"), 3.5)
    ]
    assert number(single, "goal_value") == 3.5
    multiple = ask(table, goal=MULTIPLE)
    assert (number(multiple, "conversions"), number(multiple, "unique_converters")) == (2, 1)
    assert number(multiple, "goal_value") == 8.5
    assert multiple.overview()[None]["conversion_rate"] == (2, 2, 1)


def test_user_with_goal_events_only_has_neither_entry_nor_conversion(ask: Ask) -> None:
    answers = ask("anna - Purchase 01T10:00")
    assert (answers.entries(), answers.conversions()) == ([], [])
    assert answers.users_in_campaign() == set()


def test_converted_is_taken_as_it_is(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent      01T10:00
        anna -     Purchase  01T11:00
        anna nudge converted 08T10:00
        anna -     converted 09T10:00
        bob  -     converted 01T10:00
    """)
    assert [(c["user_id"], c["entry"]) for c in answers.conversions()] == [
        ("anna", 0),
        ("anna", 0),
        ("bob", None),
    ]
    assert credited(answers) == [("nudge", "source"), ("mail", "receipt"), (None, None)]
    assert ends(answers) == [at("03T10:00")]


def test_converted_ends_and_closes_the_entry_in_single_mode(ask: Ask) -> None:
    answers = ask("""
        anna mail sent      01T10:00
        anna -    converted 01T11:00
        anna mail sent      01T12:00
    """)
    assert starts(answers) == [at("01T10:00"), at("01T12:00")]
    assert ends(answers)[0] == at("01T11:00")


def test_goal_named_like_an_interaction_is_both(ask: Ask) -> None:
    answers = ask(
        """
        anna mail  sent    01T10:00
        anna nudge sent    01T11:00
        anna mail  clicked 01T12:00
        """,
        goal={"events": ["clicked"]},
    )
    assert credited(answers) == [("mail", "interaction")]
    assert number(answers, "engaged") == 1


# ------------------------------------------------------------------------------------ attribution


def test_interaction_is_preferred_to_a_later_receipt(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent     01T10:00
        anna mail  opened   01T11:00
        anna nudge sent     01T12:00
        anna -     Purchase 01T13:00
    """)
    assert credited(answers) == [("mail", "interaction")]


def test_last_interaction_is_credited(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent     01T10:00
        anna nudge sent     01T12:00
        anna nudge opened   01T13:00
        anna mail  clicked  01T14:00
        anna nudge dismissed 01T15:00
        anna -     Purchase 01T16:00
    """)
    assert credited(answers) == [("mail", "interaction")]


def test_last_receipt_is_credited_without_an_interaction(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent      01T10:00
        anna nudge sent      01T12:00
        anna hello held_back 01T13:00
        anna -     Purchase  01T14:00
    """)
    assert credited(answers) == [("nudge", "receipt")]


def test_interaction_counts_up_to_the_conversion_and_at_its_instant(ask: Ask) -> None:
    answers = ask("""
        anna -     Purchase 01T12:00
        anna mail  opened   01T12:00
        anna mail  sent     01T10:00
        bob  mail  sent     01T10:00
        bob  -     Purchase 01T12:00
        bob  mail  opened   01T12:01
    """)
    assert credited(answers) == [("mail", "interaction"), ("mail", "receipt")]


def test_interaction_of_an_earlier_entry_is_not_credited(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent     01T10:00
        anna mail  opened   01T11:00
        anna hello viewed   08T10:00
        anna -     Purchase 08T11:00
    """)
    assert credited(answers) == [("hello", "receipt")]


def test_ties_go_by_event_id_then_by_the_order_of_the_file(ask: Ask) -> None:
    ids = ask("""
        anna mail  sent     01T10:00 event_id=1
        anna hello viewed   01T12:00 event_id=9
        anna nudge sent     01T12:00 event_id=5
        anna -     Purchase 01T13:00 event_id=2
    """)
    assert credited(ids) == [("hello", "receipt")]
    nulls_last = ask("""
        anna mail  sent     01T10:00 event_id=1
        anna nudge sent     01T12:00
        anna hello viewed   01T12:00 event_id=9
        anna -     Purchase 01T13:00
    """)
    assert credited(nulls_last) == [("nudge", "receipt")]
    order = ask("""
        anna mail  sent     01T10:00
        anna hello viewed   01T12:00
        anna nudge sent     01T12:00
        anna -     Purchase 01T13:00
    """)
    assert credited(order) == [("nudge", "receipt")]


def test_channel_of_its_own_is_received_and_interacted_with(ask: Ask) -> None:
    answers = ask("""
        anna hello  viewed   01T10:00
        anna poster shown    01T11:00
        anna poster scanned  01T12:00
        anna hello  viewed   01T13:00
        anna -      Purchase 01T14:00
    """)
    assert credited(answers) == [("poster", "interaction")]
    billboard = answers.channels()[None]["billboard"]
    assert (billboard["shown"][0], billboard["unique_scanned"][0]) == (1, 1)


# -------------------------------------------------------------------------------- definition sets

OPENED_AND_CLICKED = """
    anna mail  sent      01T10:00
    anna mail  sent      01T10:01
    anna mail  delivered 01T10:02
    anna nudge sent      01T11:00
    anna nudge opened    01T12:00
    anna mail  opened    01T13:00
    anna mail  clicked   01T14:00
    anna mail  clicked   02T14:00
    anna -     Purchase  02T15:00
"""


def test_definition_sets_say_what_interacted_means(ask: Ask) -> None:
    clicked_last = """
        anna mail  sent     01T10:00
        anna nudge sent     01T11:00
        anna mail  opened   01T12:00
        anna nudge opened   01T13:00
        anna mail  clicked  01T14:00
        anna -     Purchase 01T15:00
    """
    assert credited(ask(clicked_last)) == [("mail", "interaction")]
    assert credited(ask(clicked_last, definitions="leanplum")) == [("nudge", "interaction")]
    opened_last = clicked_last.replace("clicked", "opened ")
    assert credited(ask(opened_last, definitions="leanplum")) == [("mail", "interaction")]
    assert credited(ask(opened_last, definitions="leanplum-v2")) == [("nudge", "interaction")]


def test_rates_of_email_are_of_delivered_or_of_sent(ask: Ask) -> None:
    default = ask(OPENED_AND_CLICKED).channels()[None]["email"]
    assert default["open_rate"] == (1, 1, 1)
    assert default["click_rate"] == (2, 2, 1)
    assert default["delivery_rate"] == (0.5, 1, 2)
    assert default["click_to_open_rate"] == (1, 1, 1)
    leanplum = ask(OPENED_AND_CLICKED, definitions="leanplum").channels()[None]["email"]
    assert leanplum["open_rate"] == (0.5, 1, 2)


def test_uniques_are_of_users_or_of_users_and_local_days(ask: Ask) -> None:
    clicks = "unique_clicked"
    assert ask(OPENED_AND_CLICKED).actions()[None]["mail"][clicks][0] == 1
    by_day = ask(OPENED_AND_CLICKED, definitions="leanplum-v2")
    assert by_day.actions()[None]["mail"][clicks][0] == 2
    # 23:30 in Greenwich is half past midnight of the next day in Berlin.
    near_midnight = OPENED_AND_CLICKED.replace("02T14:00", "01T23:30")
    berlin = ask(near_midnight, definitions="leanplum-v2", zone="Europe/Berlin")
    assert berlin.actions()[None]["mail"][clicks][0] == 2
    utc = ask(near_midnight, definitions="leanplum-v2", zone="UTC")
    assert utc.actions()[None]["mail"][clicks][0] == 1


def test_engaged_is_distinct_users_or_a_sum_over_actions(ask: Ask) -> None:
    assert ask(OPENED_AND_CLICKED).overview()[None]["engagement_rate"] == (1, 1, 1)
    # Two days with a click and one push opened, of one email delivered and one push sent.
    older = ask(OPENED_AND_CLICKED, definitions="leanplum-v2").overview()[None]
    assert older["engaged"][0] == 3
    assert older["engagement_rate"] == (1.5, 3, 2)


def test_machine_opens_are_counted_and_shown_apart(ask: Ask) -> None:
    mail = ask("""
        anna mail sent      01T10:00
        anna mail delivered 01T10:01
        anna mail opened    01T10:02 machine=true
        anna mail opened    01T11:00 machine=false
    """).actions()[None]["mail"]
    assert (mail["opened"][0], mail["machine_opened"][0]) == (2, 1)
    assert mail["unique_opened"][0] == 1


CLICKED_BY_SCANNERS = """
    anna mail sent      01T10:00
    anna mail delivered 01T10:01
    anna mail clicked   01T10:02 machine=true
    anna mail clicked   01T11:00 machine=false
    ole  mail sent      01T10:00
    ole  mail delivered 01T10:01
    ole  mail clicked   01T10:02 machine=true
"""


def test_machine_clicks_are_counted_and_shown_apart(ask: Ask) -> None:
    answers = ask(CLICKED_BY_SCANNERS)
    mail = answers.actions()[None]["mail"]
    assert (mail["clicked"][0], mail["machine_clicked"][0]) == (3, 2)
    assert (mail["unique_clicked"][0], mail["unique_machine_clicked"][0]) == (2, 2)
    assert answers.overview()[None]["engaged"][0] == 2


def test_a_set_without_machines_leaves_their_clicks_out_of_clicks_and_interactions(
    ask: Ask,
) -> None:
    answers = ask(CLICKED_BY_SCANNERS, definitions="people only")
    mail = answers.actions()[None]["mail"]
    assert (mail["clicked"][0], mail["machine_clicked"][0]) == (1, 2)
    assert (mail["unique_clicked"][0], mail["unique_click_rate"]) == (1, (0.5, 1, 2))
    assert answers.overview()[None]["engaged"][0] == 1
    assert answers.users_in_action("mail", "clicked") == {"anna"}


def test_a_purchase_at_the_very_finish_still_counts(ask: Ask) -> None:
    table = """
        anna mail sent     01T10:00
        anna -    Purchase 01T12:00
    """
    closing: dict[str, Any] = {
        "finished_at": "2026-03-01T12:00:00+00:00",
        "on_finish": "close_windows",
    }
    assert len(ask(case(table, **closing)).conversions()) == 1
    later = table.replace("01T12:00", "01T12:01")
    assert ask(case(later, **closing)).conversions() == []

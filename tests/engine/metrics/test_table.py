"""One example per rule of metrics, ranges and groups."""

import polars as pl

from tests.support.examples import Ask, at, credited, number

# ---------------------------------------------------------------------------------------- metrics


def test_rate_without_denominator_is_null(ask: Ask) -> None:
    answers = ask("anna - Purchase 01T10:00")
    overview = answers.overview()[None]
    for metric in ("unique_users_rate", "engagement_rate", "conversion_rate", "value_per_user"):
        assert overview[metric] == (None, 0, 0)
    assert overview["median_time_to_convert"][0] is None
    assert answers.actions()[None]["mail"]["open_rate"] == (None, 0, 0)


def test_campaign_without_events_gives_zeros(ask: Ask) -> None:
    answers = ask("anna - entered 01T10:00")
    assert (answers.entries(), answers.conversions()) == ([], [])
    assert number(answers, "users") == number(answers, "conversions") == 0
    assert answers.edges()["mail", "nudge"] == (None, 0, 0)


def test_campaign_needs_no_email(ask: Ask) -> None:
    hook = {"id": "hook", "channel": "webhook"}
    answers = ask("anna hook sent 01T10:00 machine=true variant=A", actions=[hook])
    assert set(answers.channels()[None]) == {"webhook"}
    assert answers.actions("variant")["A"]["hook"]["sent"][0] == 1


def test_one_row_is_enough(ask: Ask) -> None:
    answers = ask("anna mail sent 01T10:00")
    assert (number(answers, "users"), number(answers, "entries_open")) == (1, 1)
    assert answers.overview()[None]["conversion_rate"] == (0, 0, 1)


def test_entries_are_open_until_the_newest_event_reaches_their_end(ask: Ask) -> None:
    table = """
        anna mail  sent   01T10:00
        bob  mail  sent   01T11:00
        bob  nudge sent   01T12:00
        carl call  failed {newest}
    """
    assert number(ask(table.format(newest="03T09:59")), "entries_open") == 2
    assert number(ask(table.format(newest="03T10:00")), "entries_open") == 1
    assert number(ask(table.format(newest="03T12:00")), "entries_open") == 0


def test_newest_event_does_not_depend_on_who_is_counted(ask: Ask) -> None:
    users = pl.DataFrame({"user_id": ["dora"], "is_developer": [True]})
    table = """
        anna mail sent 01T10:00
        dora mail sent 03T10:00
    """
    assert number(ask(table, users, developers=False), "entries_open") == 0


def test_median_time_to_convert_is_in_seconds_from_the_entry(ask: Ask) -> None:
    answers = ask("""
        anna mail sent     01T10:00
        anna -    Purchase 01T10:01
        bob  mail sent     01T10:00
        bob  mail sent     01T11:00
        bob  -    Purchase 01T11:01
    """)
    assert number(answers, "median_time_to_convert") == (60 + 3660) / 2


def test_value_per_user_is_of_entries(ask: Ask) -> None:
    answers = ask("""
        anna mail sent     01T10:00
        anna -    Purchase 01T11:00 value=9
        anna mail sent     01T12:00
    """)
    assert answers.overview()[None]["value_per_user"] == (4.5, 9, 2)


def test_channel_counts_a_user_of_two_actions_once(ask: Ask) -> None:
    two = [{"id": "mail", "channel": "email"}, {"id": "more", "channel": "email", "parent": "mail"}]
    answers = ask(
        """
        anna mail sent      01T10:00
        anna more sent      01T11:00
        anna mail opened    01T12:00
        anna more opened    01T13:00
        anna more delivered 01T14:00
        """,
        actions=two,
    )
    email = answers.channels()[None]["email"]
    assert (email["opened"][0], email["unique_opened"][0], email["unique_sent"][0]) == (2, 1, 1)
    assert answers.actions()[None]["more"]["unique_open_rate"] == (1, 1, 1)


def test_edge_is_the_share_of_the_parents_users_who_received_the_child(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent 01T10:00
        anna nudge sent 01T11:00
        bob  mail  sent 01T10:00
        carl nudge sent 01T10:00
    """)
    edges = answers.edges()
    assert edges["mail", "nudge"] == (0.5, 1, 2)
    assert edges["mail", "call"] == (0, 0, 2)
    assert edges["hello", "poster"] == (None, 0, 0)
    assert answers.users_in_action("nudge") == {"anna", "carl"}


def test_users_in_action_are_those_who_received_it_or_had_its_event(ask: Ask) -> None:
    answers = ask("""
        anna mail sent      01T10:00
        bob  mail sent      01T10:00
        bob  mail bounced   01T10:01
        carl mail held_back 01T10:00
        dora mail opened    01T10:00
    """)
    assert answers.users_in_action("mail") == {"anna", "bob"}
    assert answers.users_in_action("mail", "bounced") == {"bob"}
    assert answers.users_in_action("mail", "held_back") == {"carl"}
    assert answers.actions()[None]["mail"]["users_received"][0] == 2


# ------------------------------------------------------------------------------------------ range

TWO_STAYS = """
    anna mail  sent     01T10:00
    anna mail  opened   01T11:00
    anna -     Purchase 02T10:00 value=2
    anna hello viewed   08T10:00
    bob  mail  sent     02T10:00
    bob  mail  opened   05T10:00
"""


def test_range_takes_entries_by_start_and_the_rest_by_its_own_time(ask: Ask) -> None:
    answers = ask(TWO_STAYS, between=(at("02T00:00"), at("08T10:00")))
    assert [(e["user_id"], e["entry"]) for e in answers.entries()] == [("bob", 0)]
    assert credited(answers) == [("mail", "interaction")], (
        "its action was received before the range"
    )
    assert (number(answers, "users"), number(answers, "conversions")) == (1, 1)
    assert number(answers, "engaged") == 1
    assert answers.actions()[None]["mail"]["sent"][0] == 1
    assert answers.actions()[None]["mail"]["conversions_attributed"][0] == 1
    assert answers.users_in_campaign() == {"bob"}
    assert answers.users_in_action("mail") == {"bob"}


def test_range_without_anything_gives_zeros(ask: Ask) -> None:
    answers = ask(TWO_STAYS, between=(at("20T00:00"), at("21T00:00")))
    assert (answers.entries(), answers.conversions()) == ([], [])
    assert answers.overview()[None]["conversion_rate"] == (None, 0, 0)


def test_range_keeps_the_walk_over_the_whole_data(ask: Ask) -> None:
    answers = ask(TWO_STAYS, between=(at("08T00:00"), at("09T00:00")))
    assert [(e["user_id"], e["entry"]) for e in answers.entries()] == [("anna", 1)]


# -------------------------------------------------------------------------------------- by column


def test_entries_and_conversions_take_the_column_of_their_starting_row(ask: Ask) -> None:
    answers = ask("""
        anna mail sent     01T10:00 variant=A
        anna mail opened   01T11:00 variant=B
        anna -    Purchase 01T12:00
        bob  mail sent     01T10:00
    """)
    groups = answers.overview("variant")
    assert groups["A"]["users"][0] == groups["A"]["conversions"][0] == 1
    assert groups["B"]["engaged"][0] == 1
    assert groups["B"]["users"][0] == 0
    assert groups["B"]["engagement_rate"][0] is None
    assert groups[None]["users"][0] == 1
    actions = answers.actions("variant")
    assert actions["A"]["mail"]["conversions_attributed"][0] == 1
    assert actions["B"]["mail"]["opened"][0] == 1


def test_conversion_without_an_entry_takes_the_column_of_its_own_row(ask: Ask) -> None:
    groups = ask("anna - converted 01T10:00 variant=A").overview("variant")
    assert groups["A"]["conversions"][0] == 1


def test_column_of_the_users_holds_for_all_their_rows(ask: Ask) -> None:
    users = pl.DataFrame({"user_id": ["anna", "bob"], "country": ["NO", "SE"]})
    answers = ask(
        """
        anna mail sent   01T10:00
        anna mail opened 01T11:00
        bob  mail sent   01T10:00
        carl mail sent   01T10:00
        """,
        users,
    )
    groups = answers.overview("country")
    assert {group: metrics["users"][0] for group, metrics in groups.items()} == {
        "NO": 1,
        "SE": 1,
        None: 1,
    }
    assert groups["NO"]["engagement_rate"] == (1, 1, 1)

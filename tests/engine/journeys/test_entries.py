"""One example per rule of entries: who enters, what starts a new entry, when it ends."""

import pytest

from tests.support.examples import MULTIPLE, Ask, at, converted, credited, ends, number, starts

# ---------------------------------------------------------------------- received the first action


def test_matching_the_audience_is_no_entry(ask: Ask) -> None:
    answers = ask("anna - entered 01T10:00")
    assert answers.entries() == []
    assert number(answers, "users") == 0


def test_received_root_starts_an_entry(ask: Ask) -> None:
    assert ask("anna mail sent 01T10:00").entries() == [
        {
            "user_id": "anna",
            "entry": 0,
            "started_at": at("01T10:00"),
            "last_action_at": at("01T10:00"),
            "ended_at": at("03T10:00"),
            "held_back": False,
        }
    ]


def test_delivered_is_not_received(ask: Ask) -> None:
    assert ask("anna mail delivered 01T10:00").entries() == []


def test_held_back_root_counts_for_entry_and_window_alone(ask: Ask) -> None:
    answers = ask("""
        anna mail held_back 01T10:00
        anna -    Purchase  03T10:00
    """)
    assert starts(answers) == [at("01T10:00")]
    assert [entry["held_back"] for entry in answers.entries()] == [True]
    assert [conversion["held_back"] for conversion in answers.conversions()] == [True]
    assert credited(answers) == [(None, None)]
    assert answers.actions()[None]["mail"]["users_received"][0] == 0
    assert answers.actions()[None]["mail"]["share_of_entries"] == (None, 0, 0)
    assert answers.users_in_action("mail") == set()
    assert answers.users_in_campaign() == set()


def test_entry_held_back_credits_nothing_whatever_follows(ask: Ask) -> None:
    answers = ask("""
        anna mail  held_back 01T10:00
        anna nudge sent      01T11:00
        anna nudge opened    01T12:00
        anna -     Purchase  01T13:00
    """)
    assert credited(answers) == [(None, None)]


def test_held_back_child_is_nothing(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent      01T10:00
        anna nudge held_back 02T10:00
    """)
    assert ends(answers) == [at("03T10:00")]


# ---------------------------------------------------------------------------------------- entries


def test_root_within_the_window_joins_the_running_entry(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent   01T10:00
        anna hello viewed 03T10:00
    """)
    assert starts(answers) == [at("01T10:00")], "the window's last instant is still inside"
    assert ends(answers) == [at("05T10:00")]


def test_root_after_the_window_starts_a_new_entry(ask: Ask) -> None:
    answers = ask("""
        anna mail sent 01T10:00
        anna mail sent 03T10:00:00.000001
    """)
    assert starts(answers) == [at("01T10:00"), at("03T10:00:00.000001")]
    assert [entry["entry"] for entry in answers.entries()] == [0, 1]
    assert (number(answers, "users"), number(answers, "unique_users")) == (2, 1)
    assert answers.overview()[None]["unique_users_rate"] == (0.5, 1, 2)


def test_gap_is_measured_from_the_last_action_received(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent 01T10:00
        anna nudge sent 03T09:00
        anna mail  sent 05T09:00
    """)
    assert starts(answers) == [at("01T10:00")]
    assert ends(answers) == [at("07T09:00")]


def test_interactions_do_not_bridge_a_gap(ask: Ask) -> None:
    answers = ask("""
        anna mail sent   01T10:00
        anna mail opened 03T09:00
        anna mail sent   03T11:00
    """)
    assert len(answers.entries()) == 2


def test_exit_between_roots_starts_a_new_entry(ask: Ask) -> None:
    answers = ask("""
        anna mail sent   01T10:00
        anna -    exited 01T11:00
        anna mail sent   01T12:00
    """)
    assert starts(answers) == [at("01T10:00"), at("01T12:00")]
    assert ends(answers) == [at("01T11:00"), at("03T12:00")]
    assert number(answers, "exits") == 1


def test_exit_at_the_instant_of_a_root_comes_after_it(ask: Ask) -> None:
    answers = ask("""
        anna mail sent   01T10:00
        anna -    exited 01T12:00
        anna mail sent   01T12:00
    """)
    assert starts(answers) == [at("01T10:00")]
    assert ends(answers) == [at("01T12:00")]


def test_exit_before_any_entry_closes_nothing(ask: Ask) -> None:
    answers = ask("""
        anna -    exited 01T09:00
        anna mail sent   01T10:00
        anna mail sent   01T11:00
    """)
    assert starts(answers) == [at("01T10:00")]


def test_conversion_closes_the_entry_in_single_mode(ask: Ask) -> None:
    answers = ask("""
        anna mail sent     01T10:00
        anna -    Purchase 01T11:00
        anna mail sent     01T12:00
        anna -    Purchase 01T13:00
    """)
    assert starts(answers) == [at("01T10:00"), at("01T12:00")]
    assert ends(answers) == [at("01T11:00"), at("01T13:00")]


def test_conversion_leaves_the_entry_running_in_multiple_mode(ask: Ask) -> None:
    answers = ask(
        """
        anna mail sent     01T10:00
        anna -    Purchase 01T11:00
        anna mail sent     01T12:00
        anna -    Purchase 01T13:00
        """,
        goal=MULTIPLE,
    )
    assert starts(answers) == [at("01T10:00")]
    assert ends(answers) == [at("03T12:00")]
    assert len(answers.conversions()) == 2


def test_purchase_after_the_finish_closes_nothing(ask: Ask) -> None:
    answers = ask(
        """
        anna mail sent     01T10:00
        anna -    Purchase 02T10:00
        anna mail sent     02T11:00
        """,
        on_finish="close_windows",
        finished_at="2026-03-02T00:00:00+00:00",
    )
    assert starts(answers) == [at("01T10:00")]
    assert answers.conversions() == []


def test_child_without_an_entry_counts_in_its_action_only(ask: Ask) -> None:
    answers = ask("""
        anna nudge sent   01T10:00
        anna nudge opened 01T11:00
    """)
    assert answers.entries() == []
    nudge = answers.actions()[None]["nudge"]
    assert nudge["sent"][0] == nudge["users_received"][0] == 1
    assert nudge["share_of_entries"] == (None, 0, 0)
    assert number(answers, "engaged") == 1
    assert answers.overview()[None]["engagement_rate"] == (None, 1, 0)


def test_child_after_the_end_still_belongs_to_the_entry(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent   01T10:00
        anna -     exited 01T11:00
        anna nudge sent   05T10:00
    """)
    (entry,) = answers.entries()
    assert (entry["last_action_at"], entry["ended_at"]) == (at("05T10:00"), at("01T11:00"))
    assert answers.actions()[None]["nudge"]["share_of_entries"] == (1, 1, 1)


# ------------------------------------------------------------------------------------- the window


@pytest.mark.parametrize(
    ("time", "count"), [("03T10:00", 1), ("03T10:00:00.000001", 0), ("01T09:59", 0)]
)
def test_both_ends_of_the_window_are_inside(ask: Ask, time: str, count: int) -> None:
    answers = ask(f"""
        anna mail sent     01T10:00
        anna -    Purchase {time}
    """)
    assert len(answers.conversions()) == count


def test_purchase_at_the_instant_of_the_entry_counts(ask: Ask) -> None:
    answers = ask("""
        anna - Purchase 01T10:00
        anna mail sent  01T10:00
    """)
    assert credited(answers) == [("mail", "receipt")]


def test_window_runs_from_the_last_action_received(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent     01T10:00
        anna nudge sent     02T10:00
        anna -     Purchase 04T10:00
    """)
    assert converted(answers) == [at("04T10:00")]


def test_later_action_of_the_entry_stretches_the_window_over_a_purchase(ask: Ask) -> None:
    answers = ask(
        """
        anna mail  sent     01T10:00
        anna -     Purchase 03T11:00
        anna nudge sent     03T12:00
        """,
        goal=MULTIPLE,
    )
    assert ends(answers) == [at("05T12:00")]
    assert converted(answers) == [at("03T11:00")]


def test_window_of_zero_includes_its_own_instant(ask: Ask) -> None:
    answers = ask(
        """
        anna mail  sent     01T10:00
        anna -     Purchase 01T10:00
        bob  mail  sent     01T10:00
        bob  hello viewed   01T10:00
        bob  -     Purchase 01T10:00:01
        bob  mail  sent     01T10:00:02
        """,
        attribution_window="0d",
    )
    assert [e["user_id"] for e in answers.entries()] == ["anna", "bob", "bob"]
    assert [c["user_id"] for c in answers.conversions()] == ["anna"]


def test_exit_ends_the_window_with_its_own_instant_inside(ask: Ask) -> None:
    answers = ask(
        """
        anna mail sent     01T10:00
        anna -    exited   01T11:00
        anna -    Purchase 01T11:00
        anna -    Purchase 01T12:00
        """,
        goal=MULTIPLE,
    )
    assert converted(answers) == [at("01T11:00")]


def test_finish_closes_windows_or_keeps_them(ask: Ask) -> None:
    table = """
        anna mail sent     01T10:00
        anna -    Purchase 02T00:00
        anna -    Purchase 02T01:00
    """
    finished = {"goal": MULTIPLE, "finished_at": "2026-03-02T01:00:00+01:00"}
    closed = ask(table, on_finish="close_windows", **finished)
    assert (ends(closed), converted(closed)) == ([at("02T00:00")], [at("02T00:00")])
    kept = ask(table, on_finish="keep_windows", **finished)
    assert (ends(kept), len(kept.conversions())) == ([at("03T10:00")], 2)


def test_a_purchase_at_the_very_finish_ends_its_entry(ask: Ask) -> None:
    table = """
        anna mail sent     01T10:00
        anna -    Purchase 01T12:00
        anna mail sent     01T13:00
    """
    closing = {"finished_at": "2026-03-01T12:00:00+00:00", "on_finish": "close_windows"}
    assert starts(ask(table, **closing)) == [at("01T10:00"), at("01T13:00")]
    # A purchase after the finish counts for nothing, and ends nothing.
    assert starts(ask(table.replace("01T12:00", "01T12:01"), **closing)) == [at("01T10:00")]

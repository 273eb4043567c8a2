"""Experiments in words: nothing is said of one arm that holds of another only."""

from tests.support.arms import HELD_BACK, event, results, users


def test_a_metric_of_which_two_arms_say_different_things_names_them() -> None:
    # One user of A is not looked at to the end; of B and the held back all are, and nobody has a value.
    rows = [users("A", 40, 0), users("B", 40, 0), users(HELD_BACK, 40, 0)]
    more = [event("A40", "sent", 20, "A"), event("B0", "opened", 21)]
    said = results(*rows, more, holdback=1 / 3).experiment()
    lines = str(said.summary()).splitlines()
    (open_line,) = [line for line in lines if line.startswith("No difference is shown in: ")]
    (early_line,) = [line for line in lines if line.startswith("Too early to say of: ")]
    assert "Value per user, 15 % off" in open_line
    assert "Value per user, 10 % off" in early_line

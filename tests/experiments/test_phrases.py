"""Sentences of an experiment: which arms one names."""

from tests.support.arms import closing, results, users


def test_of_many_arms_with_wrong_shares_those_furthest_off_are_named() -> None:
    sizes = {"A": 200, "B": 100, "C": 110, "D": 90, "E": 60, "F": 40}
    variants = [
        {"id": arm, "name": f"Arm {arm}", "share": 1 / 6, "control": arm == "A"} for arm in sizes
    ]
    arms = [users(arm, size, 10) for arm, size in sizes.items()]
    found = results(*arms, closing(), holdback=0, variants=variants).experiment()
    assert found.mismatch is not None
    assert found.mismatch.seen == sizes
    assert found.summary().startswith(
        "Shares are wrong: 200 users in Arm A instead of 100, 40 users in Arm F instead of 100, "
        "60 users in Arm E instead of 100, and 3 other arms.\n"
    )

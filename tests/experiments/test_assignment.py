"""Which values of a column are arms."""

import pytest

from results_widgets.errors import QueryError
from tests.support.arms import HELD_BACK, closing, event, results, users


@pytest.mark.parametrize("count", [1, 2])
def test_an_undeclared_value_of_one_user_is_no_arm(count: int) -> None:
    rows = (users("A", 9, 3), users("B", 9, 3), users("arm of anna", count, 0), closing())
    found = results(*rows).experiment()
    assert ("arm of anna" in found.arms["arm"].to_list()) == (count == 2)
    assert found.study.unassigned == (1 if count == 1 else 0)
    assert ("anna" in f"{found!r} {found._repr_html_()}") == (count == 2)


@pytest.mark.parametrize("name", ["held_back", "all"])
def test_an_arm_cannot_be_called_as_those_held_back_or_all_together(name: str) -> None:
    named = [{"id": "A", "share": 0.5}, {"id": name, "share": 0.5}]
    rows = [users("A", 20, 2), users(HELD_BACK, 10, 1), closing()]
    words = f"an arm is called '{name}', which stands for"
    # Declared, whether or not anybody has it.
    with pytest.raises(QueryError, match=words):
        results(*rows, variants=named).experiment()
    # Not declared, and yet in the events.
    received = [event(f"u{n}", "sent", 0, variant=name) for n in range(20)]
    with pytest.raises(QueryError, match=words):
        results(*rows, received).experiment()
    # Rows that held somebody back may well say so.
    held = [event(f"u{n}", "held_back", 0, variant="held_back") for n in range(20)]
    assert results(*rows, held).experiment().arms["users"].to_list() == [20, 0, 30]

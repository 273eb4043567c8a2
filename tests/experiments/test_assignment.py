"""Which values of a column are arms."""

import pytest

from tests.support.arms import closing, results, users


@pytest.mark.parametrize("count", [1, 2])
def test_an_undeclared_value_of_one_user_is_no_arm(count: int) -> None:
    rows = (users("A", 9, 3), users("B", 9, 3), users("arm of anna", count, 0), closing())
    found = results(*rows).experiment()
    assert ("arm of anna" in found.arms["arm"].to_list()) == (count == 2)
    assert found.study.unassigned == (1 if count == 1 else 0)
    assert ("anna" in f"{found!r} {found._repr_html_()}") == (count == 2)

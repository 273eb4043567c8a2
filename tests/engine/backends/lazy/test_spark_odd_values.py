"""Columns of odd types on Spark: read or refused by name, as from any source; tests/tables asks the other sources."""

from pathlib import Path
from typing import Any

import pytest

from tests.support import odd_values
from tests.support.odd_values import CASES, Case, names_its_column, refusal
from tests.support.profiles import is_thorough

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    # Spark's own Python code, and what its JVM leaves open when the run ends.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

SHARE = 131
"""One case in so many is tried: a question of Spark takes seconds."""


@pytest.fixture
def spark_source(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def placed(frame: Any, _: Path) -> Any:
        return spark.createDataFrame(frame.to_arrow())

    monkeypatch.setitem(odd_values.SOURCES, "spark", placed)


def can_be_placed(case: Case, folder: Path) -> bool:
    """Whether Spark has the table's types at all: it knows no unsigned, 128-bit or dictionary columns."""
    from pyspark.errors import PySparkException

    try:
        odd_values.SOURCES["spark"](case.frame, folder)
    except (PySparkException, TypeError, ValueError):
        return False
    return True


@pytest.mark.nightly
@pytest.mark.usefixtures("plainly_planned", "spark_source")
def test_every_value_is_read_or_refused_by_name(tmp_path: Path) -> None:
    cases = CASES if is_thorough() else CASES[::SHARE]
    found = [
        (case, refusal(case, "spark", tmp_path, share=61))
        for case in cases
        if can_be_placed(case, tmp_path)
    ]
    assert len(found) * 2 > len(cases)
    assert [said for case, said in found if said and not names_its_column(case, said)] == []
    assert any(said for _, said in found)
    assert not all(said for _, said in found)

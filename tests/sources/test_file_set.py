"""Several files as one table: which types they have together, and what is new in them."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw

CAMPAIGN = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "1d",
    "actions": [{"id": "mail", "channel": "email"}],
}


def write(path: Path, *users: str, **columns: pl.Expr) -> None:
    """A mail to each user."""
    frame = pl.DataFrame({"user_id": users}).with_columns(
        action_id=pl.lit("mail"),
        event=pl.lit("sent"),
        timestamp=pl.lit(datetime(2026, 3, 1, tzinfo=UTC)),
        **columns,
    )
    frame.write_parquet(path)


def test_a_file_must_fit_all_those_before_it(tmp_path: Path) -> None:
    write(tmp_path / "1.parquet", "anna")
    write(tmp_path / "2.parquet", "bob", plan=pl.lit(1))
    write(tmp_path / "3.parquet", "carl", plan=pl.lit(datetime(2026, 3, 1, tzinfo=UTC).date()))
    with pytest.warns(rw.SourceWarning, match=r"3\.parquet has column 'plan' as Date"):
        assert rw.Results(CAMPAIGN, tmp_path, time_zone="UTC").unique_users() == 2


def test_a_new_file_of_one_row_is_new(tmp_path: Path) -> None:
    write(tmp_path / "1.parquet", "anna")
    results = rw.Results(CAMPAIGN, tmp_path, time_zone="UTC")
    assert results.unique_users() == 1
    write(tmp_path / "2.parquet", "bob")
    assert results.refresh().unique_users() == 2

"""Where a warning about unreadable files points."""

from pathlib import Path

import pytest

import results_widgets as rw


def test_warning_of_an_unreadable_file_points_at_the_users_own_line(tmp_path: Path) -> None:
    campaign = rw.datasets.generate(20, seed=1, path=tmp_path).campaign
    (tmp_path / "events-9.parquet").write_bytes(b"PAR1 half written")
    with pytest.warns(rw.SourceWarning, match="events-9") as told:
        results = rw.Results(campaign, tmp_path / "events*.parquet")
    assert [one.filename for one in told] == [__file__]
    (tmp_path / "events-8.parquet").write_bytes(b"PAR1 half written")
    results.unique_users()
    with pytest.warns(rw.SourceWarning, match="events-8") as told:
        results.refresh()
    assert [one.filename for one in told] == [__file__], "what was warned of is warned of again"

"""A file as it was read: whether its digest, where it has one, still fits."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets._seal import SEAL, UNSEALED, seal_file

CAMPAIGN = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "1d",
    "actions": [{"id": "mail", "channel": "email"}],
}
SENT = pl.DataFrame(
    {
        "user_id": ["anna"],
        "action_id": ["mail"],
        "event": ["sent"],
        "timestamp": [datetime(2026, 3, 1, tzinfo=UTC)],
    }
)


def test_events_are_read_that_are_as_they_were_sealed_or_have_no_seal(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    SENT.write_parquet(path)
    assert rw.Results(CAMPAIGN, path, time_zone="UTC").unique_users() == 1
    SENT.write_parquet(path, metadata={SEAL: UNSEALED})
    with pytest.raises(
        rw.EventsError, match=r"bytes were changed or lost; save it again, or leave"
    ):
        rw.Results(CAMPAIGN, path, time_zone="UTC")
    seal_file(path)
    assert rw.Results(CAMPAIGN, path, time_zone="UTC").unique_users() == 1

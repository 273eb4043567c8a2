"""The command ``results-widgets prepare``."""

from pathlib import Path

import pytest

import results_widgets as rw
from results_widgets.cli.main import main


def test_it_writes_a_store_that_other_commands_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, store, small = (tmp_path / name for name in ("events", "x.rw", "small.rw"))
    rw.datasets.generate(200, seed=1, path=folder)
    assert main(["prepare", str(folder), "-o", str(store), "--time-zone", "UTC"]) == 0
    assert "opens it" in capsys.readouterr().out
    opened, read = (rw.load(one, time_zone="UTC") for one in (store, folder))
    assert opened.overview().equals(read.overview())
    assert main(["prepare", str(folder), "-o", str(small), "--no-warm"]) == 0
    sizes = [sum(file.stat().st_size for file in one.rglob("*.*")) for one in (store, small)]
    assert sizes[1] < sizes[0]
    for command in (["validate"], ["rollup", "-o", str(tmp_path / "x.rollup.parquet")]):
        assert main([command[0], str(store), *command[1:]]) in (0, 1)


def _what_a_dashboard_computes(store: Path) -> set[str]:
    """The names of what is in memory once a dashboard of a store stands."""
    opened = rw.load(store, time_zone="UTC")
    rw.Dashboard(opened)
    return {key.name for key, _ in opened._session.data.cache.items()}


@pytest.mark.usefixtures("lines")
def test_a_dashboard_of_a_prepared_store_reads_no_events(tmp_path: Path) -> None:
    folder, store, saved = (tmp_path / name for name in ("events", "x.rw", "saved.rw"))
    rw.datasets.generate(200, seed=1, path=folder)
    assert main(["prepare", str(folder), "-o", str(store), "--time-zone", "UTC"]) == 0
    found = _what_a_dashboard_computes(store)
    assert "rows of the event log" in found
    assert not {"event log", "users of the log", "masks"} & found
    # As it does where nobody has asked before.
    rw.load(folder, time_zone="UTC").save(saved)
    assert "event log" in _what_a_dashboard_computes(saved)


def test_a_folder_with_other_files_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rw.datasets.generate(50, seed=1, path=tmp_path)
    assert main(["prepare", str(tmp_path), "-o", str(tmp_path)]) == 2
    assert "holds other files" in capsys.readouterr().err


def test_users_are_hashed_under_the_first_line_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, key, store = (tmp_path / name for name in ("events", "key.txt", "x.rw"))
    rw.datasets.generate(50, seed=1, path=folder)
    command = ["prepare", str(folder), "-o", str(store), "--no-warm", "--hash-users", str(key)]
    for content, said in ((None, "cannot be read"), ("\nsecret", "is empty")):
        if content is not None:
            key.write_text(content)
        assert main(command) == 2
        assert said in capsys.readouterr().err
    key.write_text("secret\n")
    assert main(command) == 0
    opened, read = (rw.load(one, time_zone="UTC") for one in (store, folder))
    assert opened.overview()["metric"].equals(read.overview()["metric"])
    ids = opened.entries()["user_id"]
    assert ids.str.contains("^[0-9a-f]{64}$").all()
    assert ids.n_unique() == read.entries()["user_id"].n_unique()

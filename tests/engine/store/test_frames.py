"""Frames in files: checked by reading them, unless the file system says that nobody wrote to them."""

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from results_widgets.engine.store.frames import (
    FrameReader,
    FrameWriter,
    Place,
    Stamp,
    check_file,
    stamps_of,
)
from results_widgets.errors import EventsError

DAMAGED = "the store is damaged"


@pytest.fixture(params=[10, 200_000], ids=["in a file with others", "in its own file"])
def frame(request: pytest.FixtureRequest) -> pl.DataFrame:
    return pl.DataFrame({"number": pl.int_range(request.param, eager=True)})


@pytest.fixture
def written(frame: pl.DataFrame, tmp_path: Path) -> tuple[Path, Place, dict[str, Stamp]]:
    """A generation with the frame: its folder, where the frame lies, and the files' stamps."""
    folder = tmp_path / "generation"
    folder.mkdir()
    writer = FrameWriter(folder)
    writer.add(frame, "numbers")
    writer.finish()
    return folder, writer.places[0], stamps_of(folder)


def test_what_nobody_wrote_to_is_not_read_to_be_checked(
    frame: pl.DataFrame, written: tuple[Path, Place, dict[str, Stamp]]
) -> None:
    folder, place, stamps = written
    assert stamps_of(folder) == stamps
    assert_frame_equal(FrameReader(folder, {0: place}, {}).read(0), frame)
    # A checksum that is not that of the bytes shows whether they were read.
    wrong = replace(place, crc=place.crc ^ 1)
    assert_frame_equal(FrameReader(folder, {0: wrong}, stamps).read(0), frame)
    check_file(folder / place.file, place.size, wrong.crc, stamps[place.file])
    with pytest.raises(EventsError, match=DAMAGED):
        FrameReader(folder, {0: wrong}, {}).read(0)
    with pytest.raises(EventsError, match=DAMAGED):
        check_file(folder / place.file, place.size, wrong.crc, None)


def test_a_write_in_the_same_moment_is_noticed(
    written: tuple[Path, Place, dict[str, Stamp]],
) -> None:
    folder, place, stamps = written
    path = folder / place.file
    content = bytearray(path.read_bytes())
    content[place.size // 2] ^= 1
    path.write_bytes(content)
    assert stamps_of(folder) != stamps
    with pytest.raises(EventsError, match=DAMAGED):
        FrameReader(folder, {0: place}, stamps).read(0)


def test_a_copy_is_read_to_be_checked(
    frame: pl.DataFrame, written: tuple[Path, Place, dict[str, Stamp]], tmp_path: Path
) -> None:
    folder, place, stamps = written
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    assert_frame_equal(FrameReader(copy, {0: place}, stamps).read(0), frame)
    with pytest.raises(EventsError, match=DAMAGED):
        FrameReader(copy, {0: replace(place, crc=place.crc ^ 1)}, stamps).read(0)

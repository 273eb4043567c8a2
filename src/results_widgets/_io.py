"""Files that are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file so that a reader sees the old one or the new one, never half of one.

    Raises:
        OSError: The folder is not there or cannot be written to; nothing is left behind.
    """
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)
    return Path(path)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a path beside the wanted one; what was written there takes its place at the end."""
    target = Path(path)
    handle, name = tempfile.mkstemp(
        prefix=f".{target.name}.", suffix=target.suffix, dir=target.parent
    )
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        # Made for its owner alone; a report is as readable as any file made here.
        umask = os.umask(0)
        os.umask(umask)
        unfinished.chmod(0o666 & ~umask)
        unfinished.replace(target)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()

"""Write files atomically: a reader sees the old file or the new one, never half of one."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file atomically, and return its path.

    Raises:
        OSError: The folder is not there or cannot be written to; nothing is left behind.
    """
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)
    return Path(path)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder; what is written there replaces the target at the end."""
    target = Path(path)
    handle, name = tempfile.mkstemp(
        prefix=f".{target.name}.", suffix=target.suffix, dir=target.parent
    )
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        # Temporary files are private to their owner; give this one the mode that any new file gets.
        umask = os.umask(0)
        os.umask(umask)
        unfinished.chmod(0o666 & ~umask)
        unfinished.replace(target)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()

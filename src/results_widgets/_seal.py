"""A digest of a file within the file itself, so that a byte that was changed is noticed before anything is parsed.

The digest is an entry of a Parquet file's metadata, which any other reader skips. It is of the whole file with
zeros in the digest's place, so it depends on no version of the library that wrote the file.
"""

import hashlib
import re
from pathlib import Path
from typing import Final

SEAL: Final = "results_widgets.sha256"
"""The entry's name."""
UNSEALED: Final = "0" * 64
"""The entry's value until the file is written."""
CHANGED: Final = "has changed since it was saved: some of its bytes were changed or lost"
"""What is said of a file whose seal is broken."""

_BLOCK: Final = 1 << 20
_ENDING: Final = 8
"""Bytes behind a Parquet file's footer: the footer's length, and a mark."""
_DIGEST: Final = re.compile(re.escape(SEAL).encode() + rb"[^0-9a-z]{1,8}([0-9a-f]{64})")


def seal(content: bytes) -> bytes:
    """Return a Parquet file, whose metadata has `SEAL` as `UNSEALED`, with its digest in that place."""
    return _with_digest(content, hashlib.sha256(content).hexdigest())


def seal_file(path: Path) -> None:
    """Put a file's digest into it; see `seal`."""
    body, footer = _halves(path)
    digest = _hash(path, body, footer)
    with path.open("r+b") as file:
        file.seek(body)
        file.write(_with_digest(footer, digest))


def is_sealed(path: Path) -> bool | None:
    """Return whether a file is as it was sealed; None if it has no seal.

    Raises:
        OSError: It cannot be read.
    """
    body, footer = _halves(path)
    found = _DIGEST.search(footer)
    if found is None:
        return None
    return _hash(path, body, _with_digest(footer, UNSEALED)).encode() == found[1]


def are_sealed(content: bytes) -> bool | None:
    """Return the same of a file's bytes."""
    found = _DIGEST.search(content)
    if found is None:
        return None
    whole = _with_digest(content, UNSEALED)
    return hashlib.sha256(whole).hexdigest().encode() == found[1]


def _with_digest(content: bytes, digest: str) -> bytes:
    found = _DIGEST.search(content)
    assert found is not None, "the metadata has no entry for the digest"
    start, end = found.span(1)
    return content[:start] + digest.encode() + content[end:]


def _halves(path: Path) -> tuple[int, bytes]:
    """Return where a Parquet file's footer begins, and the footer; all of a file whose ending makes no sense."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _ENDING))
        length = int.from_bytes(file.read(4), "little")
        body = size - _ENDING - length
        start = body if 0 <= body < size else max(0, size - _BLOCK)
        file.seek(start)
        return start, file.read()


def _hash(path: Path, body: int, footer: bytes) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while body:
            block = file.read(min(_BLOCK, body))
            digest.update(block)
            body -= len(block)
    digest.update(footer)
    return digest.hexdigest()

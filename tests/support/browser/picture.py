"""Reference pictures: kept small, compared with tolerance, and a picture of the difference where there is one."""

import base64
import json
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
KEPT = ROOT / "tests" / "browser" / "pictures"
SEEN = ROOT / "build" / "pictures"
"""Where a picture that differs is written, as it is now and with the difference in red."""
UPDATE: Final = "UPDATE_PICTURES"
"""Set in the environment, it writes the pictures anew instead of comparing them."""

# The width of a sentence tells which fonts there are.
_PROBE = """() => ["400 13px", "650 20px"].map((font) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${font} system-ui, "DejaVu Sans", sans-serif`;
    return Math.round(pen.measureText("Quiet frame, loud data: 1,234.5 %").width);
})"""
# Of 255: what smoothing leaves of a letter's edge at half its size, and of colours kept as 256.
COLOUR = 40
# Of a square of 32 pixels, and of the whole picture.
SQUARE, WHOLE = 0.12, 0.004


@dataclass(frozen=True)
class Difference:
    """How far a picture is from the one kept; all zero where it is the same."""

    size: str = ""
    worst: float = 0.0
    share: float = 0.0
    marked: str = ""

    @property
    def matters(self) -> bool:
        """Whether somebody would see it."""
        return bool(self.size) or self.worst > SQUARE or self.share > WHOLE


def compare(page: Page, kept: bytes, taken: bytes) -> Difference:
    """How far two PNGs are from one another."""
    return Difference(**_run(page, "compare", [_text(kept), _text(taken), COLOUR]))


def small(page: Page, picture: bytes) -> bytes:
    """The PNG in at most 256 colours: a fifth of its size or less."""
    found = _run(page, "palette", _text(picture))
    width, height, pixels = found["width"], found["height"], base64.b64decode(found["bytes"])
    rows = b"".join(b"\0" + pixels[width * row : width * (row + 1)] for row in range(height))
    colours = b"".join(bytes(colour) for colour in found["colours"])
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def check_picture(page: Page, name: str, taken: bytes) -> None:
    """Fails when the picture looks other than the one kept; keeps it instead where asked to."""
    kept = KEPT / f"{name}.png"
    if os.environ.get(UPDATE):
        KEPT.mkdir(exist_ok=True)
        # What nobody could see is no change: the files stay as they are.
        if not kept.exists() or compare(page, kept.read_bytes(), taken).matters:
            kept.write_bytes(small(page, taken))
        return
    assert kept.exists(), f"no picture {name} is kept; make it with {UPDATE}=1"
    found = compare(page, kept.read_bytes(), taken)
    if not found.matters:
        return
    SEEN.mkdir(parents=True, exist_ok=True)
    (SEEN / f"{name}.png").write_bytes(taken)
    if found.marked:
        (SEEN / f"{name}-difference.png").write_bytes(base64.b64decode(found.marked))
    how = found.size or f"{found.worst:.0%} of a square, {found.share:.2%} of the whole"
    raise AssertionError(
        f"{name} looks other than it did ({how}): see build/pictures, and if it is meant to, "
        f"keep it with {UPDATE}=1"
    )


def same_fonts(page: Page) -> bool:
    """Whether this machine writes as the one that took the pictures."""
    kept, own = KEPT / "fonts.json", page.evaluate(_PROBE)
    if os.environ.get(UPDATE):
        KEPT.mkdir(exist_ok=True)
        kept.write_text(json.dumps(own) + "\n")
    return bool(json.loads(kept.read_text()) == own)


def _run(page: Page, call: str, argument: object) -> Any:
    code = (HERE / "compare.js").read_text()
    return page.evaluate(f"(argument) => {{ {code}\nreturn {call}(argument); }}", argument)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

"""What is in a saved page."""

import base64
import gzip
import json
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from results_widgets.report.html import write
from results_widgets.report.html.states import Choices
from tests.support.profiles import is_thorough


def unpacked(page: str) -> tuple[dict[str, Any], bytes]:
    """The page's own data: its JSON, and the bytes beside it."""
    found = re.search(r"data-rw-report>([^<]*)<", page)
    assert found is not None
    raw = gzip.decompress(base64.b64decode(found[1]))
    (length,) = struct.unpack("<I", raw[:4])
    loaded: dict[str, Any] = json.loads(raw[4 : 4 + length])
    return loaded, raw


_MAKER: Final = vars(write)
_FEW: Final = partial(Choices, ranges=("7d",), definitions=("default",), machine_opens=False)
"""The whole campaign, one range of days, and no developers: few views, where a page has eleven."""


def offer_few() -> None:
    """Lets saved pages offer few choices but at night: views take most of the time that a page takes."""
    if not is_thorough():
        _MAKER["Choices"] = _FEW


@contextmanager
def every_choice() -> Iterator[None]:
    """Makes pages as they are outside of tests, where a reader's choices are the point."""
    before = _MAKER["Choices"]
    _MAKER["Choices"] = Choices
    try:
        yield
    finally:
        _MAKER["Choices"] = before

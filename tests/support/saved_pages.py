"""What is in a saved page."""

import base64
import gzip
import json
import re
import struct
from typing import Any


def unpacked(page: str) -> tuple[dict[str, Any], bytes]:
    """The page's own data: its JSON, and the bytes beside it."""
    found = re.search(r"data-rw-report>([^<]*)<", page)
    assert found is not None
    raw = gzip.decompress(base64.b64decode(found[1]))
    (length,) = struct.unpack("<I", raw[:4])
    loaded: dict[str, Any] = json.loads(raw[4 : 4 + length])
    return loaded, raw

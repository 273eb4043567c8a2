"""The data of a saved page: JSON and binary data in one compressed text."""

import base64
import gzip
import json
import struct
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Packer:
    """Collects binary data, to which the JSON refers by offset and size; equal data is stored once."""

    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    _known: dict[bytes, list[int]] = field(default_factory=dict)

    def add(self, content: bytes) -> list[int]:
        """Return the offset and size under which the page finds the content."""
        if content not in self._known:
            self._known[content] = [self.size, len(content)]
            self.chunks.append(content)
            self.size += len(content)
        return self._known[content]

    def pack(self, page: dict[str, Any]) -> str:
        """Return length of the JSON, the JSON and the binary data, gzipped, in base64."""
        text = json.dumps(page, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
        raw = b"".join([struct.pack("<I", len(text)), text, *self.chunks])
        # Without a timestamp, so that the same results make the same file; level 9 takes half as long again for
        # a file that is a thousandth smaller.
        return base64.b64encode(gzip.compress(raw, 8, mtime=0)).decode()

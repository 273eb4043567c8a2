"""A web server for the files of a folder that gives parts of them and says how much it gave; it also speaks S3.

Of S3 it knows what readers need: objects with ranges, and lists of them by prefix (ListObjectsV2). Whose key a request
is signed with is looked at, the signature itself is not.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, quote, unquote, urlsplit

import polars as pl

KEY = "AKIDTESTSONLY0000"
SECRET = "s3cr3t-of-the-tests-0000"
BUCKET = "lake"


@dataclass
class Served:
    """A folder as it is served, by its paths and as a bucket."""

    folder: Path
    address: str = ""
    sent: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many bytes of files were given so far."""
        return sum(self.sent)

    @property
    def options(self) -> dict[str, str]:
        """What opens the bucket, as Polars and deltalake call it."""
        return {
            "aws_access_key_id": KEY,
            "aws_secret_access_key": SECRET,
            "aws_region": "us-east-1",
            "aws_endpoint_url": self.address,
            "aws_allow_http": "true",
        }

    def put(self, name: str, frame: pl.DataFrame) -> str:
        """Writes a frame as an object; its address."""
        path = self.folder / BUCKET / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path)
        return f"s3://{BUCKET}/{name}"


@contextmanager
def web_server(folder: Path) -> Iterator[Served]:
    """Serves a folder on this machine until the block ends."""
    served = Served(folder)
    handler = type("Handler", (_Handler,), {"served": served})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Served

    def do_HEAD(self) -> None:
        self._answer(with_content=False)

    def do_GET(self) -> None:
        self._answer(with_content=True)

    def _answer(self, *, with_content: bool) -> None:
        parts = urlsplit(self.path)
        place, asked = unquote(parts.path).strip("/"), parse_qs(parts.query)
        signed = self.headers.get("Authorization", "")
        if place.split("/")[0] == BUCKET and f"Credential={KEY}/" not in signed:
            self._send(403, b"", {}, with_content=with_content)
        elif "list-type" in asked:
            listed = self._listed(asked.get("prefix", [""])[0])
            self._send(200, listed, {"Content-Type": "application/xml"}, with_content=with_content)
        elif (self.served.folder / place).is_file():
            self._give(self.served.folder / place, with_content=with_content)
        else:
            self._send(404, b"", {}, with_content=with_content)

    def _listed(self, prefix: str) -> bytes:
        bucket = self.served.folder / BUCKET
        files = {path.relative_to(bucket).as_posix(): path for path in bucket.rglob("*")}
        rows = "".join(
            f"<Contents><Key>{quote(name, safe='/=')}</Key><Size>{path.stat().st_size}</Size>"
            f'<ETag>"{path.stat().st_mtime_ns}"</ETag>'
            "<LastModified>2026-03-01T09:00:00.000Z</LastModified></Contents>"
            for name, path in sorted(files.items())
            if path.is_file() and name.startswith(prefix)
        )
        return (
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()
        )

    def _give(self, path: Path, *, with_content: bool) -> None:
        content = path.read_bytes()
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        size = len(content)
        headers = {
            "Accept-Ranges": "bytes",
            "ETag": f'"{path.stat().st_mtime_ns}"',
            "Last-Modified": "Sun, 01 Mar 2026 09:00:00 GMT",
        }
        if asked:
            first = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
            last = int(asked[2]) if asked[1] and asked[2] else size - 1
            content = content[first : last + 1]
            headers["Content-Range"] = f"bytes {first}-{first + len(content) - 1}/{size}"
        if with_content:
            self.served.sent.append(len(content))
        self._send(206 if asked else 200, content, headers, with_content=with_content)

    def _send(
        self, code: int, content: bytes, headers: dict[str, str], *, with_content: bool
    ) -> None:
        self.send_response(code)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        if with_content:
            self.wfile.write(content)

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002
        pass

"""Voila that answers only under the names it is served by, and starts no more kernels than it may."""

import errno
import ipaddress
import re
import socket
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, RequestHandler
from traitlets import Integer, List, Unicode
from voila.app import Voila  # type: ignore[import-untyped]

from results_widgets.errors import ResultsError

_FULL: Final = "As many readers as this server takes are here. Try again in a few minutes."
_FOREIGN: Final = "This server does not answer under that name, or to pages of other sites."


class PortTakenError(ResultsError):
    """The port to serve on is in use."""


class LimitedKernelManager(AsyncMappingKernelManager):
    """Kernels, up to a number of them."""

    most_kernels = Integer(20, help="How many kernels may run at once.").tag(config=True)
    cull_unvisited = Integer(
        60, help="Seconds after which an idle kernel ends to which no page ever connected."
    ).tag(config=True)
    _starting = 0

    def __init__(self, **options: Any) -> None:
        self._visited: set[str] = set()
        super().__init__(**options)  # type: ignore[no-untyped-call]

    def notify_connect(self, kernel_id: str) -> None:
        """Note that a page has connected to a kernel."""
        self._visited.add(kernel_id)
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]

    async def cull_kernels(self) -> None:
        """End the kernels that nobody needs any more."""
        self._visited.intersection_update(self._kernels)
        await super().cull_kernels()  # type: ignore[no-untyped-call]

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that is idle; sooner if its page was asked for and never opened."""
        kernel: Any = self._kernels[kernel_id]
        seen = getattr(kernel, "last_activity", None)
        is_forgotten = (
            kernel_id not in self._visited
            and seen is not None
            and kernel.execution_state != "busy"
            and datetime.now(UTC) - seen > timedelta(seconds=self.cull_unvisited)
        )
        if is_forgotten:
            await self.shutdown_kernel(kernel_id)  # type: ignore[no-untyped-call]
        else:
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        """Start a kernel.

        Raises:
            HTTPError: As many run as may.
        """
        if len(self) + self._starting >= self.most_kernels:
            raise HTTPError(503, _FULL, reason="Too many readers")
        self._starting += 1
        try:
            kernel_id: str = await super().start_kernel(**options)
        finally:
            self._starting -= 1
        return kernel_id


class ReportServer(Voila):  # type: ignore[misc]
    """Voila behind a gate that every request passes.

    A page elsewhere whose name is made to point to this machine would otherwise have the same origin
    as the report, and could read it and drive its kernels.
    """

    allow_hosts = List(
        Unicode(), help="Names that readers reach the server under, beside those of this machine."
    ).tag(config=True)

    def listen(self) -> None:
        """Serve until stopped.

        Raises:
            PortTakenError: The port is in use.
        """
        check_free(self.ip, self.port)
        if self.allow_hosts:
            # A proxy may ask under another name than readers do, whose origin is then not the host's.
            names = "|".join(map(re.escape, self.allow_hosts))
            self.app.settings["allow_origin_pat"] = re.compile(
                rf"^https?://({names})(:\d+)?$", re.IGNORECASE
            )
        find = self.app.find_handler

        def gated(request: HTTPServerRequest, **options: Any) -> Any:
            if is_from_here(request, self.allow_hosts):
                return find(request, **options)
            return self.app.get_handler_delegate(request, _Refused)

        self.app.find_handler = gated
        super().listen()


class _Refused(RequestHandler):
    def prepare(self) -> None:
        self.set_status(403)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(_FOREIGN)


def is_from_here(request: HTTPServerRequest, allowed: Collection[str]) -> bool:
    """Whether a request names this server, and comes from its own pages or from a reader's click on a link.

    Args:
        request: What a browser or a proxy sends.
        allowed: Names beside those of this machine.
    """
    headers = request.headers
    origin = headers.get("Origin", headers.get("Sec-WebSocket-Origin"))
    if not _is_known(headers.get("Host", ""), allowed):
        return False
    if origin is not None and not _is_own(origin, headers["Host"], allowed):
        return False
    is_opened = (headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest")) == (
        "navigate",
        "document",
    )
    return is_opened or headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")


def _is_own(origin: str, host: str, allowed: Collection[str]) -> bool:
    place = urlsplit(origin).netloc
    # Behind a proxy the reader's name differs from the one that the proxy asks under.
    return place == host or _name(place) in {name.lower() for name in allowed}


def _is_known(host: str, allowed: Collection[str]) -> bool:
    name = _name(host)
    try:
        return ipaddress.ip_address(name).is_loopback or name in allowed
    except ValueError:
        return name == "localhost" or name in {one.lower() for one in allowed}


def _name(host: str) -> str:
    """Return a host without its port, and an IPv6 address without its brackets."""
    name, colon, port = host.rpartition(":")
    name = name if colon and port.isdigit() else host
    return name.removeprefix("[").removesuffix("]").lower()


def check_free(ip: str, port: int) -> None:
    """Check that a port can be listened on.

    Raises:
        PortTakenError: Somebody does already.
        ResultsError: It cannot be used.
    """
    with socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ip, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise ResultsError(f"port {port} cannot be used: {error.strerror}") from None
            raise PortTakenError(f"port {port} is in use; pass another one with --port") from None

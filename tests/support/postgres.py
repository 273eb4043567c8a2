"""A PostgreSQL server of the tests' own: on a free port of this machine, in a folder that goes away."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.programs import find

SERVER_USER = "postgres"
"""Who runs the server where the tests run as root, which PostgreSQL refuses to run as."""


@contextmanager
def server() -> Iterator[str]:
    """Runs a server until the block ends; the URL of its database."""
    programs = find("postgres").parent
    # Not in pytest's own folder, which nobody else may enter.
    home = Path(tempfile.mkdtemp(prefix="postgres-"))
    data, port = home / "data", free_port()
    try:
        if _is_root():
            shutil.chown(home, SERVER_USER)
        as_user = [f"--username={SERVER_USER}", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        _run(programs / "initdb", f"--pgdata={data}", "--locale=C", *as_user)
        # A crash of the machine may lose what the tests wrote, which makes them quicker.
        flags = f"-p {port} -h 127.0.0.1 -k {home} -F"
        control, place = programs / "pg_ctl", f"--pgdata={data}"
        _run(control, place, "-w", f"--log={home / 'log'}", f"--options={flags}", "start")
        try:
            yield f"postgresql://{SERVER_USER}@127.0.0.1:{port}/postgres"
        finally:
            _run(control, place, "-w", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(*words: str | Path) -> None:
    """Runs a program of the server as a user who may."""
    user = SERVER_USER if _is_root() else None
    # The server inherits what is written to: a pipe would never end.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [str(word) for word in words], user=user, cwd="/", stdout=said, stderr=said, check=False
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode()


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

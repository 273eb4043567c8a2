"""A MariaDB server of the tests' own: on a free port of this machine, in a folder that goes away."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from tests.support.postgres import free_port
from tests.support.programs import find

SERVER_USER = "mysql"
PATIENCE = 30.0


@contextmanager
def server() -> Iterator[int]:
    """Runs a server until the block ends, in which anybody may do anything; its port."""
    program = find("mariadbd")
    home = Path(tempfile.mkdtemp(prefix="mariadb-"))
    data, port = home / "data", free_port()
    data.mkdir()
    words = [
        *(program, "--no-defaults", f"--datadir={data}", f"--socket={home / 'socket'}"),
        *(f"--port={port}", "--bind-address=127.0.0.1", f"--pid-file={home / 'pid'}"),
        # Without tables of users it starts in an empty folder, and without waiting for the disk at once.
        *("--skip-grant-tables", "--innodb-flush-method=nosync", "--innodb-log-file-size=4M"),
    ]
    if os.geteuid() == 0:
        words.append(f"--user={SERVER_USER}")
        for path in (home, data):
            shutil.chown(path, SERVER_USER)
    with (home / "log").open("wb") as log:
        running = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log)
    try:
        _wait(port, running, home / "log")
        yield port
    finally:
        running.kill()
        running.wait()
        shutil.rmtree(home, ignore_errors=True)


def _wait(port: int, running: "subprocess.Popen[bytes]", log: Path) -> None:
    """Waits until the server answers."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            pymysql.connect(host="127.0.0.1", port=port).close()
        except pymysql.MySQLError:
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        else:
            return

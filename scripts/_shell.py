"""Running commands: what is said, what is kept in a log, what is done only once.

Only the standard library: this runs before anything is installed.
"""

import hashlib
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "logs"


class Stop(Exception):  # noqa: N818 - not an error of ours: the reader is told what to do
    """Ends the task with a message that says what is missing and what to do."""


def say(text: str) -> None:
    """Prints one line at once, so that it stands before a command's own output."""
    print(text, flush=True)


def step(title: str) -> None:
    """Announces a step."""
    say(f"== {title}")


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> bool:
    """Runs a command with its output shown; true if it went well."""
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, env=_environment(env), check=False).returncode == 0


def output(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str | None:
    """What a short command prints, or None if it is missing or fails."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env=_environment(env),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def quietly(
    name: str,
    command: Sequence[str | Path],
    advice: str,
    env: Mapping[str, str] | None = None,
) -> None:
    """Runs a long set-up command with its output in build/logs/NAME.log.

    Args:
        name: names the log.
        command: the words of the command.
        advice: what the reader can do if it fails.
        env: variables to set besides the present ones.

    Raises:
        Stop: the command failed; the end of its log is in the message.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    words = [str(word) for word in command]
    started = time.monotonic()
    with log.open("wb") as out:
        out.write(f"$ {shlex.join(words)}\n".encode())
        out.flush()
        with subprocess.Popen(
            words, cwd=ROOT, env=_environment(env), stdout=out, stderr=subprocess.STDOUT
        ) as process:
            _wait(process, started)
    seconds = time.monotonic() - started
    if process.returncode != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        raise Stop(f"{tail}\n\nThat failed ({log.relative_to(ROOT)} has all of it). {advice}")
    say(f"   done in {seconds:.0f} s")


def _wait(process: "subprocess.Popen[bytes]", started: float) -> None:
    """Waits, counting the seconds where somebody watches."""
    watched = sys.stdout.isatty()
    while True:
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            if watched:
                print(f"   {time.monotonic() - started:.0f} s\r", end="", flush=True)
        else:
            return


def _environment(env: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, **(env or {})}


class Stamp:
    """Remembers that a set-up step was done for these very inputs.

    Args:
        path: the stamp's file, inside the folder that the step fills.
        inputs: files whose content decides, and plain text such as a version.
    """

    def __init__(self, path: Path, *inputs: Path | str) -> None:
        self._path = path
        digest = hashlib.sha256()
        for item in inputs:
            digest.update(item.read_bytes() if isinstance(item, Path) else item.encode())
            digest.update(b"\0")
        self._digest = digest.hexdigest()

    @property
    def fresh(self) -> bool:
        """Whether the step was done and nothing changed since."""
        return self._path.is_file() and self._path.read_text() == self._digest

    def set(self) -> None:
        """Notes that the step is done."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(self._digest)

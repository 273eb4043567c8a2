"""Programs that tests run, or are skipped without; in CI a skipped test fails the run."""

import shutil
import subprocess
from pathlib import Path

import pytest

DEBIAN = {
    "nginx": "nginx-light",
    "java": "openjdk-17-jre-headless",
    "mariadbd": "mariadb-server",
    "pdfdetach": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "postgres": "postgresql",
}


def find(name: str) -> Path:
    """Where a program is; a test that needs one that is not here is skipped."""
    # Debian keeps a server's programs out of the path.
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name)
    if found is None and not kept:
        pytest.skip(
            f"{name} is not installed; `make test` installs it as root (Debian: {DEBIAN[name]})"
        )
    return Path(found) if found else kept[-1]


def output_of(program: Path, *arguments: str | Path) -> str:
    """What a program prints, which must succeed."""
    done = subprocess.run([program, *arguments], capture_output=True, check=True)
    return done.stdout.decode()

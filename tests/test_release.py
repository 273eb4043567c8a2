"""What is released: the wheel holds the files that are listed, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "scripts" / "check_wheel.py"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


def listed(wheel: Path) -> tuple[int, str]:
    words = [sys.executable, str(SCRIPT), "list", str(wheel)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_wheel_holds_what_is_listed(wheel: Path) -> None:
    assert listed(wheel) == (0, "")


def test_a_file_too_much_is_found(wheel: Path, tmp_path: Path) -> None:
    more = tmp_path / wheel.name
    more.write_bytes(wheel.read_bytes())
    with zipfile.ZipFile(more, "a") as archive:
        archive.writestr("results_widgets/notes.txt", "left behind")
    code, said = listed(more)
    assert code == 1
    assert said.startswith("+ results_widgets/notes.txt\n")

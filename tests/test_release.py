"""What is released: the wheel holds the files that are listed, and nothing else."""

import re
import subprocess
import sys
import zipfile
from html import escape
from pathlib import Path

import pytest

import results_widgets as rw
from results_widgets._static import STATIC
from results_widgets.report.html import Options, as_page

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


def test_a_superfluous_file_is_found(wheel: Path, tmp_path: Path) -> None:
    more = tmp_path / wheel.name
    more.write_bytes(wheel.read_bytes())
    with zipfile.ZipFile(more, "a") as archive:
        archive.writestr("results_widgets/notes.txt", "left behind")
    code, said = listed(more)
    assert code == 1
    assert said.startswith("+ results_widgets/notes.txt\n")


def test_the_licences_of_bundled_packages_travel_with_them() -> None:
    text = (STATIC / "THIRD_PARTY_NOTICES.txt").read_text(encoding="utf-8")
    for package in ("preact", "@dagrejs/dagre", "vega", "vega-lite", "vega-embed", "d3-array"):
        assert re.search(rf"^{package} \d+\.\d+\.\d+.* \(.+\)$", text, re.MULTILINE), package
    for words in ("Permission is hereby granted", "Redistributions in binary form must"):
        assert words in text
    results = rw.Results(*rw.datasets.generate(50, seed=1), time_zone="UTC")
    assert escape(text) in as_page(results, Options())

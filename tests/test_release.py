"""What is released: the wheel holds the files that are listed, and nothing else."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import results_widgets as rw
from results_widgets._static import STATIC
from results_widgets.report.html import Options, as_page

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
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
    for package in ("preact", "vega", "vega-lite", "vega-embed", "d3-array"):
        assert re.search(rf"^{package} \d+\.\d+\.\d+.* \(.+\)$", text, re.MULTILINE), package
    for words in ("Permission is hereby granted", "Redistributions in binary form must"):
        assert words in text
    results = rw.Results(*rw.datasets.generate(50, seed=1), time_zone="UTC")
    assert escape(text) in as_page(results, Options(min_cell=1))


@pytest.fixture(scope="module")
def bill(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = tmp_path_factory.mktemp("bill") / "bom.json"
    words = [sys.executable, str(ROOT / "scripts" / "sbom.py"), str(wheel), "-o", str(target)]
    texts = []
    for _ in range(2):
        subprocess.run(words, check=True)
        texts.append(target.read_text(encoding="utf-8"))
    assert texts[0] == texts[1], "the same bytes for the same wheel"
    loaded: dict[str, Any] = json.loads(texts[0])
    return loaded


def test_bill_of_materials_names_what_is_bundled_and_needed(
    bill: dict[str, Any], wheel: Path
) -> None:
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    product = bill["metadata"]["component"]
    assert product["purl"] == f"pkg:pypi/results-widgets@{rw.__version__}"
    assert product["hashes"][0]["content"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    purls = {one["purl"] for one in bill["components"]}
    needed = [line for line in PROJECT["dependencies"] if ";" not in line]
    for line in needed:
        name = re.split(r"[\[<>=~! ]", line)[0]
        assert f"pkg:pypi/{name}@{version(name)}" in purls
    notices = (STATIC / "THIRD_PARTY_NOTICES.txt").read_text(encoding="utf-8")
    bundled = re.findall(r"^(\S+) (\d\S*) \(.+\)$", notices, re.MULTILINE)
    assert len(bundled) > 10
    for name, number in bundled:
        assert f"pkg:npm/{name.replace('@', '%40')}@{number}" in purls


def test_bill_of_materials_is_whole(bill: dict[str, Any]) -> None:
    refs = [one["bom-ref"] for one in bill["components"]]
    assert len(refs) == len(set(refs))
    known = {*refs, bill["metadata"]["component"]["bom-ref"]}
    edges = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    assert set(edges) <= known
    assert {target for targets in edges.values() for target in targets} <= known
    reached, left = set(), [bill["metadata"]["component"]["bom-ref"]]
    while left:
        one = left.pop()
        reached.add(one)
        left += [other for other in edges.get(one, []) if other not in reached]
    assert reached == known, "everything is there for a reason"
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    assert not re.search(r"https?://", json.dumps(bill))

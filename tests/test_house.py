"""The house rules that no linter knows: what is tracked, pinned, built and shipped."""

import ast
import json
import os
import re
import runpy
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import results_widgets as rw
from tests.support.loops import idle_tests, some

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "results_widgets"
STATIC = PACKAGE / "static"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())

# Written in halves, so that this file passes its own test.
REGISTRIES = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "yarnpkg" + ".com",
    "deb.debian" + ".org",
    "conda.anaconda" + ".org",
]
DELIVERY = ["esm" + ".sh", "jsdelivr" + ".net", "unpkg" + ".com", "skypack" + ".dev", "cdn" + "js."]
MACHINE_PATH = re.compile(r"(?<![\w.~$})/-])/(?:root|home|Users|work|tmp|opt)/\w")
# Kilobytes: what a widget's code may weigh, since it travels with every instance.
BUDGETS = {
    "dashboard.js": 244,
    "overview.js": 80,
    "channels.js": 83,
    "flow.js": 156,
    "experiment.js": 88,
    "explore.js": 113,
    "action.js": 134,
    "audience.js": 66,
    "campaigns.js": 97,
    "chart.js": 1000,
    "styles.css": 88,
}


def git_files() -> list[Path]:
    """What is tracked or about to be: everything that git does not ignore."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def texts() -> Iterator[tuple[str, str]]:
    for path in git_files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


# --------------------------------------------------------------------------------- what is tracked


def test_no_file_names_a_registry() -> None:
    found = [(name, host) for name, text in some(texts()) for host in REGISTRIES if host in text]
    assert found == []


def test_no_file_holds_a_path_of_some_machine() -> None:
    found = [
        (name, text[match.start() : match.start() + 60])
        for name, text in some(texts())
        for match in MACHINE_PATH.finditer(text)
    ]
    assert found == []


def test_locks_record_no_address() -> None:
    names = {str(path.relative_to(ROOT)) for path in git_files()}
    assert "uv.lock" not in names
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-minimum.txt"])
def test_pins_are_plain(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert len(lines) > 100
    plain = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*==[\w.]+( ; [\w.*'<>=! ()]+)?")
    assert [line for line in lines if not plain.fullmatch(line)] == []


def test_hashed_pins_are_the_same_pins() -> None:
    text = (ROOT / "constraints-hashed.txt").read_text().replace(" \\\n", "\n")
    lines = text.splitlines()
    pins = [line for line in lines if not line.startswith("    --hash=")]
    assert pins == (ROOT / "constraints.txt").read_text().splitlines()
    hashes = [line for line in lines if line not in set(pins)]
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}", line) for line in hashes)
    # Every pin is followed by a hash of its own.
    starts = [place for place, line in enumerate(lines) if line in set(pins)]
    assert all(lines[place + 1].startswith("    --hash=") for place in starts)


def test_actions_and_images_are_pinned_by_digest() -> None:
    texts_ = [path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml")]
    used = [
        found for text in texts_ for found in re.findall(r"^\s*-? *uses: (.+)$", text, re.MULTILINE)
    ]
    assert len(used) > 5
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", one)] == []
    images = [
        one
        for text in texts_
        for one in re.findall(r"^\s*(?:container|image): (.+)$", text, re.MULTILINE)
    ]
    assert images
    assert [one for one in images if not re.search(r"@sha256:[0-9a-f]{64}( #|$)", one)] == []


def test_every_named_dependency_is_pinned() -> None:
    project = PROJECT["project"]
    extras = project["optional-dependencies"].values()
    named = [*project["dependencies"], *(line for extra in extras for line in extra)]
    names = {normal(re.split(r"[\[<>=~! ;]", line)[0]) for line in named} - {"results-widgets"}
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert names - {line.partition("==")[0] for line in lines} == set()


def normal(name: str) -> str:
    return name.replace("_", "-").lower()


# --------------------------------------------------------------------------------------- its size


def test_files_stay_short() -> None:
    ours = re.compile(r"(src|scripts|tests|js|benchmarks)/.*\.(py|ts|tsx|mjs)")
    found = {
        name: lines
        for name, text in texts()
        if ours.fullmatch(name) and "/static/" not in name
        # Tests are tables of cases: long ones are read in part.
        if (lines := text.count("\n")) > (450 if re.match("tests/|js/test/", name) else 300)
    }
    assert found == {}


def test_functions_stay_short() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({lines} lines)"
        for path in [*some(PACKAGE.rglob("*.py")), *some((ROOT / "scripts").glob("*.py"))]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := body_lines(node)) > 40
    ]
    assert found == []


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_room_imports_what_is_private_to_another() -> None:
    assert [found for path in some(PACKAGE.rglob("*.py")) for found in foreign_privates(path)] == []


def test_private_imports_are_found(tmp_path: Path) -> None:
    path = tmp_path / "widgets" / "made.py"
    path.parent.mkdir()
    path.write_text("from results_widgets.view_model.chart import _title\n")
    assert foreign_privates(path, tmp_path) == [
        "results_widgets.widgets.made imports results_widgets.view_model.chart._title"
    ]


def foreign_privates(path: Path, root: Path = PACKAGE) -> list[str]:
    """Imports of a private name, or from a private module, by a module outside of the package that owns it."""
    module = ".".join(["results_widgets", *path.relative_to(root).with_suffix("").parts])
    module = module.removesuffix(".__init__")
    imported = [
        f"{node.module}.{alias.name}".split(".")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("results_widgets")
        for alias in node.names
    ]
    return [
        f"{module} imports {'.'.join(parts)}"
        for parts in imported
        for place, part in enumerate(parts)
        if part.startswith("_") and not part.startswith("__")
        if not f"{module}.".startswith(f"{'.'.join(parts[:place])}.")
    ]


def test_records_are_frozen_unless_their_file_assigns_to_a_field() -> None:
    assert {
        found for path in some(PACKAGE.rglob("*.py")) for found in thawed(path.read_text())
    } == set()


@pytest.mark.parametrize(
    ("decorator", "found"),
    [
        ("(frozen=True)", []),
        ("", ["Kept"]),
        ("(slots=True)", ["Kept"]),
        ("(frozen=False)", ["Kept"]),
    ],
)
def test_records_that_could_be_frozen_are_found(decorator: str, found: list[str]) -> None:
    text = f"@dataclass{decorator}\nclass Kept:\n    rows: int\n"
    assert [*thawed(text)] == found
    assigned = f"{text}    def add(self) -> None:\n        self.rows, _ = 1, 2\n"
    assert [*thawed(assigned)] == (found if "False" in decorator else [])


def thawed(text: str) -> Iterator[str]:
    """Dataclasses that can be changed, though nothing in their file does; and those that say so (`frozen=False`)."""
    tree = ast.parse(text)
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    assigned = {node.attr for node in stored if isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        said = " ".join(map(ast.unparse, node.decorator_list))
        fields = {ast.unparse(one.target) for one in node.body if isinstance(one, ast.AnnAssign)}
        is_record = re.search(r"\bdataclass\b", said) and "frozen=True" not in said
        if is_record and ("frozen" in said or not fields & assigned):
            yield node.name


@pytest.mark.parametrize("name", BUDGETS)
def test_bundles_keep_their_budget(name: str) -> None:
    assert (STATIC / name).stat().st_size <= BUDGETS[name] * 1024


def test_bundles_load_nothing_from_elsewhere() -> None:
    for path in some(STATIC.glob("*.*")):
        text = path.read_text(encoding="utf-8")
        assert [host for host in DELIVERY if host in text] == [], path.name
        assert not re.search(r"""\b(import|from)\s*\(?\s*["'`]https?:""", text), path.name
        assert not re.search(r"@import|url\(\s*[\"']?(https?:)?//", text), path.name


# ------------------------------------------------------------------------------- how tests are run


TESTS = ROOT / "tests"
PROJECT_WIDE = {
    "contributing",
    "docs",
    "docstrings",
    "house",
    "notebooks",
    "public_api",
    "release",
    "typing",
    "completion",
    "shown_alone",
    "mutants",
}
NO_MIRROR = {"browser", "reference", "support"}
"""Folders of tests/ that are none of the package: hosts, the plain reference, what tests share."""


def test_tests_stand_where_their_package_stands() -> None:
    files = [path.relative_to(TESTS) for path in TESTS.rglob("test_*.py")]
    mirrored = [path for path in files if path.parts[0] not in NO_MIRROR]
    assert len(mirrored) > 50
    folders = {path.parent for path in mirrored}
    # A module that has several test files has a folder of its name.
    lost = [
        folder.as_posix()
        for folder in folders
        if not (PACKAGE / folder).is_dir() and not (PACKAGE / folder).with_suffix(".py").is_file()
    ]
    assert lost == []
    top = {path.stem.removeprefix("test_") for path in mirrored if path.parent == Path()}
    modules = {path.stem.lstrip("_") for path in PACKAGE.iterdir()}
    assert top - modules - PROJECT_WIDE == set()


def test_no_test_imports_a_test() -> None:
    imported = re.compile(
        r"^(?:from|import) tests\.(?!support\b|reference\b)\S*|^from tests import (\w+)",
        re.MULTILINE,
    )
    files = [path for path in TESTS.rglob("*.py") if path != Path(__file__)]
    assert len(files) > 80
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        for match in imported.finditer(path.read_text())
        if match.group(1) not in {"support", "reference"}
    ]
    assert found == []


def test_no_test_passes_on_nothing() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): names
        for path in some(TESTS.rglob("test_*.py"))
        if (names := [*idle_tests(path.read_text())])
    }
    assert found == {}


IDLE = {
    "loop": "for one in made(): assert one",
    "loop in a loop": "for one in (1, 2):\n  for other in made(one): assert other",
    "all": "assert all(one for one in made())",
    "wrong ones": "wrong = []\n for one in made(): wrong.append(one)\n assert wrong == []",
    "wrong ones at once": "wrong = [one for one in made() if one]\n assert wrong == []",
}
BUSY = {
    "loop over what is written out": "for one in (1, 2): assert one",
    "loop over what is named": "ones = {1: 2}\n for one in ones.items(): assert one",
    "loop over some": "for one in some(made()): assert one",
    "compared outside": "ones = made()\n assert len(ones) == 3\n for one in ones: assert one",
    "refused": "with pytest.raises(ValueError, match='x'): made()\n for one in ones(): assert one",
}


@pytest.mark.parametrize(
    ("body", "idle"),
    [(b, True) for b in IDLE.values()] + [(b, False) for b in BUSY.values()],
    ids=[*IDLE, *BUSY],
)
def test_tests_that_pass_on_nothing_are_found(body: str, idle: bool) -> None:
    assert bool([*idle_tests(f"def test_it():\n {body}")]) is idle


def test_mutants_are_planted_where_code_and_tests_are() -> None:
    targets = runpy.run_path(str(ROOT / "scripts" / "_mutants.py"))["TARGETS"]
    named = {PACKAGE / f"{module}.py" for module in targets}
    named |= {ROOT / test for tests in targets.values() for test in tests}
    assert [path for path in some(named) if not path.is_file()] == []


def test_a_skipped_test_fails_the_run_in_ci(tmp_path: Path) -> None:
    hooks = "from tests.conftest import pytest_sessionfinish, pytest_terminal_summary\n"
    (tmp_path / "conftest.py").write_text(f"{hooks}__all__ = []\n")
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\ndef test_one():\n    pass\n\ndef test_two():\n    pytest.skip('no Java')\n"
    )
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tmp_path)]
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])

    def run(ci: str, *more: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "CI": ci, "PYTHONPATH": path}
        return subprocess.run(
            [*words, *more], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    assert run("").returncode == 0
    for workers in ((), ("-n", "1")):
        done = run("true", *workers)
        assert done.returncode == 1, done.stdout
        assert "test_it.py::test_two: Skipped: no Java" in done.stdout


# --------------------------------------------------------------------------------- what is shipped


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    words = [sys.executable, "-m", "hatchling", "build", "-d", str(target)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return target


def test_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    info = f"results_widgets-{rw.__version__}.dist-info/"
    ours = {
        str(path.relative_to(ROOT / "src")) for path in git_files() if path.is_relative_to(PACKAGE)
    }
    assert {name for name in names if not name.startswith(info)} == ours
    assert "results_widgets/py.typed" in names
    assert {f"results_widgets/static/{name}" for name in BUDGETS} <= names
    assert f"{info}licenses/LICENSE" in names
    assert f"{info}entry_points.txt" in names


def test_sdist_can_be_built_and_tested_from(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"pyproject.toml", "constraints.txt", "Makefile", "README.md", "LICENSE"}
    needed |= {"package-lock.json", "tests/test_house.py", "scripts/tasks.py"}
    needed |= {f"src/results_widgets/static/{name}" for name in BUDGETS}
    assert needed - names == set()


def test_one_version() -> None:
    assert json.loads((ROOT / "package.json").read_text())["version"] == rw.__version__
    assert f"## {rw.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_import_stays_light() -> None:
    heavy = ["altair", "duckdb", "jupyterlab", "pandas", "pyarrow", "pyspark"]
    code = f"import sys, results_widgets; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_readme_names_only_what_exists() -> None:
    text = (ROOT / "README.md").read_text()
    for dotted in some(set(re.findall(r"\brw\.(\w+(?:\.\w+)?)", text))):
        found: object = rw
        for name in dotted.split("."):
            assert hasattr(found, name), f"README.md names rw.{dotted}"
            found = getattr(found, name)
    for name in some(re.findall(r"\bresults\.(\w+)\(", text)):
        assert hasattr(rw.Results, name), f"README.md names results.{name}()"

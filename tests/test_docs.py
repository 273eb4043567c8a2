"""The pages of docs/: every line of their code runs, and what follows from the code is as the code has it."""

import dataclasses
import json
import re
import runpy
from pathlib import Path

import pytest

import results_widgets as rw
from results_widgets.channels import CHANNELS
from results_widgets.exports import all_vendors
from results_widgets.reconciliation.causes import CAUSES
from tests.support.exports.story import tell
from tests.support.exports.writers import braze
from tests.support.loops import some

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = {
    "segments.md": [
        *(
            "gap.parquet",
            "mail-these.csv",
            "mailed.parquet",
            "rest.parquet",
            "segments.db",
            "upload.csv",
        ),
    ],
    "attribution.md": [],
    "campaign.md": ["campaign.json"],
    "definitions.md": [],
    "experiments.md": [],
    "portfolio.md": ["march"],
    "quality.md": [],
    "databases.md": ["events.db", "lake", "win-back.rw"],
    "views.md": ["views.json"],
    "store.md": ["events", "mine.rw", "win-back.rw"],
}


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found
    return found


@pytest.mark.parametrize("page", PAGES)
def test_code_of_the_page_runs(page: str, tmp_path: Path) -> None:
    scope: dict[str, object] = {"folder": tmp_path}
    for block in blocks(page, "python"):
        exec(compile(block, page, "exec"), scope)
    assert sorted(file.name for file in tmp_path.iterdir()) == PAGES[page]


# ---------------------------------------------------------------------------------------- README.md


def test_code_of_the_readme_runs_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("currents").mkdir()
    story = tell(all_vendors()["braze"], braze.LIMITS, 1)
    braze.write(story, Path("currents"))
    for name, seed in {"folder": 1, "campaigns/spring": 1, "campaigns/autumn": 2}.items():
        Path(name).parent.mkdir(exist_ok=True)
        rw.datasets.generate(300, seed=seed, path=name)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(code) >= 6
    scope: dict[str, object] = {}
    for number, block in enumerate(code):
        exec(compile(block, f"README.md, block {number}", "exec"), scope)
    assert isinstance(scope["portfolio"], rw.Portfolio)
    assert Path("quiet.csv").exists()


# ----------------------------------------------------------------------------------------- index.md


def test_index_leads_to_every_page_and_every_name() -> None:
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w./]+)\)", text))
    assert [one for one in linked if not (DOCS / one).exists()] == []
    assert {page.name for page in DOCS.glob("*.md")} - {"index.md"} <= linked
    named = set(re.findall(r"`(?:rw\.)?(\w+)`", text))
    assert {*rw.__all__} <= named
    assert {name for name in dir(rw.Results) if not name.startswith("_")} <= named
    assert [one for one in re.findall(r"`rw\.(\w+)`", text) if not hasattr(rw, one)] == []


# -------------------------------------------------------------------------------------- campaign.md


def test_tables_of_the_campaign_page_are_what_the_code_makes() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "campaign_page.py"))
    text = (DOCS / "campaign.md").read_text(encoding="utf-8")
    assert made["with_tables"](text) == text
    for channel in CHANNELS.values():
        assert f"| `{channel.id}` | `{channel.events[0]}`" in text


def test_example_of_the_campaign_page_has_every_field_and_is_read() -> None:
    (example,) = blocks("campaign.md", "json")
    written = json.loads(example)
    campaign = rw.Campaign.from_json(example)
    assert set(written) == set(campaign.to_dict())
    assert set(campaign.to_dict()["goal"]) == set(written["goal"])  # type: ignore[call-overload]
    assert [action.id for action in campaign.actions] == ["a1", "a2", "a3"]
    assert list(campaign.channels) == ["email", "push", "poster"]


def test_campaign_page_documents_every_field() -> None:
    text = (DOCS / "campaign.md").read_text(encoding="utf-8")
    rows = {
        name
        for line in text.splitlines()
        for name in re.findall(r"`([\w.]+)`", line.split(" | ")[0])
        if line.startswith("| ")
    }
    own = {part.name for part in dataclasses.fields(rw.Campaign) if part.init}
    own -= {"goal", "own_channels"}
    goal = {f"goal.{part.name}" for part in dataclasses.fields(rw.Goal)}
    action = {part.name for part in dataclasses.fields(rw.Action)}
    assert own | goal | action | {"channels"} <= rows


def test_errors_of_the_campaign_page_are_what_is_raised() -> None:
    text = (DOCS / "campaign.md").read_text(encoding="utf-8")
    shown = re.findall(r">>> (.*)\nCampaignError: (.*)", text)
    assert len(shown) == 2
    for code, words in shown:
        with pytest.raises(rw.CampaignError) as told:
            eval(code)
        assert str(told.value).startswith(words.removesuffix(", …"))


# --------------------------------------------------------------------------------------- metrics.md


def test_page_of_metrics_is_what_the_glossary_makes() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "metrics_page.py"))
    text = (DOCS / "metrics.md").read_text(encoding="utf-8")
    assert made["page"]() == text
    results = rw.Results(*rw.datasets.generate(50))
    keys = set(results.glossary()["metric"])
    assert len(keys) > 50
    assert {key for key in keys if f"| `{key}` |" not in text} == set()


# --------------------------------------------------------------------------------------- exports.md


def test_tables_of_definition_sets_follow_from_the_sets() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "definitions_page.py"))
    text = (DOCS / "definitions.md").read_text(encoding="utf-8")
    assert made["with_tables"](text) == text, "run scripts/definitions_page.py"


def test_table_of_the_page_of_exports_is_what_the_vendors_declare() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "exports_page.py"))
    text = (DOCS / "exports.md").read_text(encoding="utf-8")
    assert made["with_table"](text) == text, "run scripts/exports_page.py"
    keys = rw.vendors()["vendor"]
    assert len(keys) > 5
    assert [key for key in keys if f"| `{key}` (" not in text] == []


# --------------------------------------------------------------------------------------- quality.md


def test_table_of_the_page_of_quality_is_what_the_findings_declare() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "quality_page.py"))
    text = (DOCS / "quality.md").read_text(encoding="utf-8")
    assert made["with_table"](text) == text, "run scripts/quality_page.py"
    checks = rw.Results(*rw.datasets.generate(50), time_zone="UTC").quality()["check"]
    assert len(checks) > 20
    assert [check for check in checks if f"| `{check}`" not in text] == []


def test_what_holds_a_promise_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/.]+)`", text)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


TRIED = (
    *("point to this machine", "foreign origins", "Kernels started", "taken port", "base URL"),
    *("Samples of users", "synced state", "text, data and links of PDFs", "Campaigns of one user"),
    *("Hidden counts", "DuckDB", "glob", "An output over an input", "A link, a device", "umask"),
    *("full disk", "lost mount", "killed process", "Passwords and keys", "Flipped bytes"),
    *("mappings and exports", "NaN and Infinity", "Control and bidi", "Formulas"),
    *("Markup, frames and scripts", "Time zones of a browser", "Licences"),
)
"""Every way in that was tried."""


def test_every_way_in_that_was_tried_names_tests_that_are_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    table = text.partition("## Ways in, and the test of each")[2].partition("## Out of scope")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert [tried for tried in TRIED if not any(tried in row.split("|")[1] for row in rows)] == []
    for row in some(rows):
        named = re.findall(r"`([\w/.]+\.(?:py|ts))(?:::(\w+))?`", row)
        assert named, row
        for path, test in named:
            source = (ROOT / path).read_text(encoding="utf-8")
            assert f"def {test}(" in source if test else path.endswith((".py", ".ts")), (path, test)


# ------------------------------------------------------------------------------------- reconcile.md


def test_table_of_the_page_of_reconciling_has_the_causes_in_their_order() -> None:
    text = (DOCS / "reconcile.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `[\w`, ]+` \| (yes)? ?\|", text, re.MULTILINE)
    assert rows == [(one.key, "yes" if one.other else "") for one in CAUSES]

"""The sections of docs/exports.md: the code of each runs on an export of that vendor."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from results_widgets.exports import all_vendors
from tests.support.exports.story import tell

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "exports.md"
_SECTIONS = dict(
    re.findall(
        r"^## From (.+?)\n(.*?)(?=^## |\Z)", _PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
)
_CODE = {
    key: code[0]
    for key, vendor in all_vendors().items()
    if (code := re.findall(r"```python\n(.*?)```", _SECTIONS.get(vendor.label, ""), re.DOTALL))
}


def test_every_vendor_has_a_section_with_code_that_ends_in_a_dashboard() -> None:
    assert {*_CODE} == {*all_vendors()}
    assert all(code.rstrip().endswith("rw.Dashboard(results)") for code in _CODE.values())
    assert max(len(code.split("\n")) for code in _CODE.values()) <= 12


@pytest.mark.parametrize("key", _CODE)
def test_code_of_the_section_runs_on_the_vendors_export(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module(f"tests.support.exports.writers.{key}")
    story = tell(all_vendors()[key], module.LIMITS, 5)
    (tmp_path / key).mkdir()
    module.write(story, tmp_path / key)
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    exec(compile(_CODE[key], key, "exec"), scope)
    assert scope["export"].vendor == key  # type: ignore[attr-defined]
    assert scope["results"].channels()["value"].sum() > 0  # type: ignore[attr-defined]

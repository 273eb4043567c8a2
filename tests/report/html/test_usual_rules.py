"""The numbers under other usual rules, under a saved page."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import results_widgets as rw


def test_page_has_a_section_with_every_finding(tmp_path: Path) -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    found = results.sensitivity("converted_rate")
    path = results.to_html(tmp_path / "page.html", sensitivity=found)
    page = path.read_text(encoding="utf-8")
    assert page.count('aria-label="Under other usual rules"') == 1
    section = unescape(page.partition('aria-label="Under other usual rules"')[2])
    rows = found.rows_as_text()
    assert rows
    assert [one for one in found.sentences if one not in section] == []
    assert [cell for row in rows for cell in row if f">{cell}</td>" not in section] == []


def test_what_would_reveal_small_counts_or_is_something_else_is_refused(tmp_path: Path) -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    found = results.sensitivity("converted_rate")
    with pytest.raises(rw.QueryError, match="the steps of sensitivity would give them away"):
        results.to_html(tmp_path / "page.html", sensitivity=found, min_cell=5)
    table: Any = found.table
    with pytest.raises(rw.QueryError, match=r"pass what results\.sensitivity\(\) returns"):
        results.to_html(tmp_path / "page.html", sensitivity=table)


def test_every_page_has_the_range_after_its_verdict_but_where_small_counts_are_hidden(
    tmp_path: Path,
) -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    line = results.sensitivity("converted_rate").line
    whole = results.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    (said,) = re.findall(r'<p class="rw-said">(.*?)</p>', whole)
    assert said.endswith(f" {line}.")
    hidden = results.to_html(tmp_path / "hidden.html", min_cell=5).read_text(encoding="utf-8")
    (said,) = re.findall(r'<p class="rw-said">(.*?)</p>', hidden)
    assert "usual rules" not in said

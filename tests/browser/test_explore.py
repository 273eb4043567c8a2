"""The chart as it is used: lines named at their ends, one of several alone, small plots for many."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw
from tests.support.browser.pages import results, wire, write

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found, shown = tmp_path_factory.mktemp("explore"), results()
    write(found / "few.html", rw.Explore(shown, metric="conversions", by="platform"))
    write(found / "many.html", rw.Explore(shown, metric="conversions", by="country"))
    return found


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1008, "height": 900})
    yield context.new_page()
    context.close()


def opened_line(page: Page, path: Path) -> Page:
    page.goto(path.as_uri())
    page.locator(".rw-chart svg .mark-line path").first.wait_for()
    return page


def opened(page: Page, path: Path) -> Page:
    opened_line(page, path).locator(".rw-line-name").first.wait_for()
    return page


def selecting(widget: rw.Explore, selection: dict[str, Any]) -> dict[str, Any]:
    """What the widget sends when a browser has selected something."""
    widget.selection.update_from(selection, widget.results)
    return wire(widget)


def reply(widget: rw.Explore, asked: dict[str, Any]) -> dict[str, Any]:
    """What the widget answers to a request."""
    kind, answer = widget._handle(asked)
    return {kind: answer}


def test_a_line_is_named_at_its_end_and_shown_alone_by_mouse_and_keys(
    new_page: Open, folder: Path
) -> None:
    page = opened(new_page(700), folder / "few.html")
    names = page.locator(".rw-line-name")
    expect(names).to_have_count(3)
    tops = [box["y"] for name in names.all() if (box := name.bounding_box())]
    assert all(abs(a - b) >= 12 for a in tops for b in tops if a is not b and a != b)
    # In the order of the last values, as the table has them.
    labels = [str(name.get_attribute("aria-label")) for name in names.all()]
    ordered = [label for _, label in sorted(zip(tops, labels, strict=True))]
    last = rw.Explore(results(), metric="conversions").view.explore("conversions", by="platform")
    ends = last.filter(last["time"] == last["time"].max()).sort("value", descending=True)
    assert ordered[0] == f"Only {ends['platform'][0]}"
    names.first.click()
    expect(page.get_by_text("Show all lines")).to_be_visible()
    expect(names).to_have_count(1)
    page.get_by_text("Show all lines").click()
    expect(names).to_have_count(3)
    # The arrows go through days and lines; Space shows one line.
    page.locator(".rw-chart-box").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".rw-lifted bdi").inner_text()
    page.keyboard.press(" ")
    expect(page.get_by_test_id("explore-chart").locator("xpath=..")).to_contain_text(
        f"Only {chosen}"
    )


@pytest.mark.nightly
def test_many_groups_have_plots_that_fit_and_say_which_is_pointed_at(
    new_page: Open, folder: Path
) -> None:
    page = opened(new_page(390, dark=True), folder / "many.html")
    plots = page.locator(".rw-chart svg .cell > g")
    groups = results().explore("conversions", by="country")["country"].n_unique()
    expect(plots).to_have_count(groups)
    box = page.locator(".rw-explore").bounding_box()
    assert box is not None
    for plot in plots.all():
        own = plot.locator(".background").first.bounding_box()
        assert own is not None
        assert own["x"] + own["width"] <= box["x"] + box["width"]
    own = plots.nth(2).locator(".background").first.bounding_box()
    assert own is not None
    page.mouse.move(own["x"] + own["width"] / 2, own["y"] + own["height"] / 2)
    expect(page.locator(".rw-crosshair")).to_have_count(groups)
    pointed = page.locator(".rw-lifted bdi").inner_text()
    assert page.locator(".rw-line-name").nth(2).get_attribute("aria-label") == f"Only {pointed}"
    page.locator(".rw-line-name").nth(2).click()
    expect(page.locator(".rw-chart svg .cell")).to_have_count(0)
    expect(page.locator(".rw-zoomed")).to_contain_text(f"Only {pointed}")


def test_a_day_leads_to_its_users_by_mouse_and_keys(new_page: Open, tmp_path: Path) -> None:
    shown = rw.Explore(results(), metric="unique_users")
    page = new_page(700)
    # The page's widget asks the real widget in place of a kernel.
    page.expose_function("kernel", lambda asked: reply(shown, asked))
    opened_line(page, write(tmp_path / "asking.html", shown))
    page.evaluate(
        """() => { const model = rwModels['here-explore'];
            model.send = (asked) => void kernel(asked).then((reply) => model.reply(
                { ...reply, id: asked.id, ok: !reply.error })); }"""
    )
    days = shown.view.explore("unique_users")
    page.locator(".rw-chart-box").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    point = page.get_by_test_id("point-users")
    expect(point).to_contain_text(f"{days['value'][3]:,.0f} users on Thu 5 Mar 2026")
    point.get_by_role("button", name="Open").click()
    expect(page.get_by_test_id("segment-notice")).to_have_attribute(
        "data-size", f"{days['value'][3]:.0f}"
    )
    assert shown.segment is not None
    assert len(shown.segment) == days["value"][3]
    # A click where the pointer is, and a brush over several days.
    box = page.locator(".rw-chart svg .background").first.bounding_box()
    assert box is not None
    y, (left, right) = box["y"] + 60, (box["x"] + box["width"] * share for share in (0.3, 0.5))
    page.mouse.click(left, y)
    expect(point).not_to_contain_text("5 Mar")
    code = point.get_by_role("button", name="Copy code").get_attribute("aria-label") or ""
    found = eval(code.removeprefix("Copy code: "), {"results": shown.results})
    expect(point).to_contain_text(f"{len(found):,} users on ")
    page.mouse.move(left, y)
    page.mouse.down()
    page.mouse.move(right, y)
    page.mouse.up()
    page.get_by_role("button", name="Users of these days").click()
    expect(point).to_contain_text("users from ")
    code = point.get_by_role("button", name="Copy code").get_attribute("aria-label") or ""
    found = eval(code.removeprefix("Copy code: "), {"results": shown.results})
    expect(point).to_contain_text(f"{len(found):,} users from ")


@pytest.mark.nightly
def test_a_line_stands_beside_another_campaign_and_any_days(new_page: Open, tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(80, seed=2)
    other = rw.Results(replace(campaign, name="Autumn, 10 % off"), events, users)
    shown = rw.Explore(results(), metric="conversions", every="1d", range="14d", compare=other)
    page = new_page(1008)
    page.expose_function("selected", lambda selection: selecting(shown, selection))
    opened_line(page, write(tmp_path / "beside.html", shown))
    page.evaluate(
        """() => { const model = rwModels['here-explore']; model.save_changes = () =>
            void selected(model.get('_selection')).then((state) => model.update(state)); }"""
    )
    choice, caption = page.get_by_test_id("compare"), page.get_by_test_id("explore-caption")
    expect(choice.locator("option:checked")).to_have_text("Autumn, 10 % off")
    expect(caption).to_contain_text("dashed: Autumn, 10 % off, 30 Mar to 12 Apr 2026")
    found = shown.view.explore("conversions", every="1d", compare=other).to_dicts()
    at, row = next((at, row) for at, row in enumerate(found) if row["previous"])
    page.locator(".rw-chart-box").focus()
    for _ in range(at + 1):
        page.keyboard.press("ArrowRight")
    readout = page.get_by_test_id("readout")
    for day in (row["time"], row["previous_time"]):
        expect(readout).to_contain_text(f"{day:%a} {day.day} {day:%b %Y}")
    change = (row["value"] / row["previous"] - 1) * 100
    expect(readout).to_contain_text(f"{row['value']:.0f} · vs {row['previous']:.0f}, ")
    assert f"{abs(change):.1f}" in readout.inner_text() or change == 0
    # Days of one's own are selected, sent and drawn; the table names both.
    choice.select_option("from")
    page.get_by_label("Compare with the days from").fill("2026-03-09")
    expect(caption).to_contain_text("dashed: 9 Mar to 22 Mar 2026")
    assert shown.selection.compare == "2026-03-09"
    page.get_by_role("button", name="Show table").click()
    cells = page.get_by_test_id("explore-table").locator("tbody tr").first.locator("th, td")
    days = shown.view.explore("conversions", every="1d", compare="2026-03-09").row(0, named=True)
    day, value, before, previous = [text.strip() for text in cells.all_inner_texts()]
    assert (day, before) == ("Mon 30 Mar 2026", "Mon 9 Mar 2026")
    assert [float(value), float(previous)] == [days["value"], days["previous"]]
    violations = Axe().run(page, context=".rw-explore", options={"resultTypes": ["violations"]})
    assert violations.violations_count == 0, violations.generate_report()


def test_a_breakdown_is_a_table_that_sorts_and_is_copied(plain_page: Page) -> None:
    page, shown = plain_page, results()
    widget = rw.Explore(shown, metric="unique_users", by="platform", every="1w")
    draw(page, widget)
    page.get_by_role("button", name="Show table").click()
    pivot = page.get_by_test_id("explore-pivot")
    total = pivot.locator("tfoot td").last
    # Distinct users of the whole campaign, which the kernel counts; some came in two weeks.
    expect(total).to_have_attribute("data-value", str(shown.unique_users()))
    weeks = shown.explore("unique_users", every="1w")["value"]

    def column(place: int) -> list[float]:
        cells = pivot.locator(f"tbody tr > :nth-child({place})").all()
        return [float(cell.get_attribute("data-value") or "nan") for cell in cells]

    totals = pivot.locator("thead th").count()
    assert column(totals) == weeks.to_list()
    # One stop of Tab: arrows go through the heads.
    pivot.get_by_role("button", name="Period").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(pivot.locator("th[aria-sort=descending]")).to_contain_text("Total")
    assert column(totals) == weeks.sort(descending=True).to_list()
    page.keyboard.press("Enter")
    assert column(totals) == weeks.sort().to_list()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    own = column(totals - 1)
    assert own == sorted(own, reverse=True)
    page.evaluate(
        "document.addEventListener('copy', () => { globalThis.copied = document.activeElement.value })"
    )
    page.get_by_role("button", name="Copy this table as CSV").click()
    head, *lines, below = csv.reader(page.evaluate("globalThis.copied").splitlines())
    assert head[:2] == ["start_utc", "period"]
    assert head[-2:] == ["total", "notes"]
    assert float(below[-2]) == shown.unique_users()
    assert [float(line[-3]) for line in lines] == own
    # What is noted of a week stands in its row, of the table and of the CSV.
    said = [line[-1] for line in lines]
    assert {text for one in said if one for text in one.split(" · ")} == {
        one["text"] for one in widget._notes
    }
    for row, text in zip(pivot.locator("tbody tr").all(), said, strict=True):
        expect(row.locator(".rw-table-notes")).to_have_text([f"· {text}"] if text else [])
    python = page.get_by_role(
        "button", name="Copy Python: results.explore('unique_users', by="
    ).last
    code = str(python.get_attribute("aria-label")).removeprefix("Copy Python: ")
    frame = eval(code, {"results": shown})
    assert frame["total"].to_list() == weeks.to_list()
    found = Axe().run(page, context=".rw-explore", options={"resultTypes": ["violations"]})
    assert found.response["violations"] == []
    # Heads and the first column stay in sight.
    page.set_viewport_size({"width": 390, "height": 900})
    box = page.locator(".rw-pivot")
    box.evaluate("(box) => box.scrollTo(10_000, 10_000)")
    edges = box.evaluate(
        """(box) => [box, box.querySelector("tbody th"), box.querySelector("thead th"),
            box.querySelector("tfoot td:last-child")].map((one) => one.getBoundingClientRect().toJSON())"""
    )
    frame_of, first, head, last = edges
    assert first["left"] == pytest.approx(frame_of["left"], abs=1)
    assert head["top"] == pytest.approx(frame_of["top"] + 1, abs=1)
    assert last["bottom"] <= frame_of["bottom"] + 1
    assert last["right"] <= frame_of["right"] + 1

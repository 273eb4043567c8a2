"""Results on paper: their numbers, their pages, and the same words on machines of other zones."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import results_widgets as rw
from results_widgets._text import told_apart
from tests.support.browser.looks import forest
from tests.support.programs import find


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(1500, seed=3), time_zone="America/Los_Angeles")


def pdf_text(path: Path) -> str:
    done = subprocess.run(
        [find("pdftotext"), "-layout", str(path), "-"], capture_output=True, check=True
    )
    return done.stdout.decode()


def ink(path: Path, folder: Path) -> list[float]:
    """The share of each page of a PDF that is not white."""
    subprocess.run([find("pdftoppm"), "-r", "20", str(path), str(folder / "page")], check=True)
    found = []
    for picture_ in sorted(folder.glob("page*.ppm")):
        pixels = picture_.read_bytes().split(b"\n", 3)[3]
        found.append(1 - pixels.count(b"\xff") / len(pixels))
    return found


def test_a_pdf_has_its_numbers_and_pages(results: rw.Results, tmp_path: Path) -> None:
    credit = results.attribution(["last_interaction", "linear"])
    path = results.to_pdf(tmp_path / "report.pdf", attribution=credit)
    assert path.read_bytes().startswith(b"%PDF-")
    text = pdf_text(path)
    assert f"{results.unique_users():,}" in text
    assert "America/Los_Angeles" in text
    for action in results.campaign.actions:
        assert f"{action.label} (" in text
    # What nobody had yet is named, and has no rows of zeros.
    assert "Nothing yet: Survey (Email)." in text
    # The first page sums up; the flow has the second to itself, which lies on its side.
    first, flow, *rest = text.split("\f")
    assert "Channels" in first
    assert "Flow" in flow.split()
    assert f"{results.campaign.actions[0].label}" in flow
    # What follows begins on the next page, and not over it.
    assert "interval" not in flow
    assert "Experiment" in rest[0].split()
    # Whom conversions are credited to follows, with the numbers of each model.
    told = text.partition("Who gets the credit")[2]
    assert "Conversions by model" in told.partition("\f")[0], (
        "a heading alone at the end of its page"
    )
    assert "Last interaction" in told
    for owner, label in told_apart({one.id: one.label for one in results.campaign.actions}).items():
        last, linear = credit.filter(owner=owner).sort("model")["conversions"]
        assert re.search(rf"{re.escape(label)} +{last:,.0f} +{linear:,.1f}\n", told)
    info = subprocess.run(
        [find("pdfinfo"), "-l", "3", str(path)], capture_output=True, check=True, text=True
    ).stdout
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", info)
    assert [float(wide) > float(high) for wide, high in sizes] == [False, True, False]
    pages = ink(path, tmp_path)
    assert f"{len(pages)}/{len(pages)}" in text.replace(" ", "")
    assert 3 <= len(pages) <= 9
    assert all(share > 0.005 for share in pages), pages


@pytest.mark.nightly
def test_a_flow_of_sixty_is_folded_until_it_can_be_read_on_its_page(tmp_path: Path) -> None:
    many = forest(60)
    text = pdf_text(many.to_pdf(tmp_path / "sixty.pdf"))
    flow = text.split("\f")[1]
    assert "60 steps, 21 shown" in flow
    assert "+33 steps" in flow
    # What is folded has its row below.
    assert all(f"{action.label} " in text for action in many.campaign.actions)


@pytest.mark.nightly
def test_a_pdf_says_the_same_on_machines_of_other_zones(tmp_path: Path) -> None:
    code = (
        "import sys, results_widgets as rw\n"
        "made = rw.datasets.generate(300, seed=3)\n"
        "rw.Results(*made, time_zone='America/Los_Angeles').to_pdf(sys.argv[1])\n"
    )
    texts = []
    for number, zone in enumerate(("Asia/Tokyo", "America/New_York")):
        path = tmp_path / "a" / str(number) / "report.pdf"
        path.parent.mkdir(parents=True)
        environment = {**os.environ, "TZ": zone}
        subprocess.run([sys.executable, "-c", code, str(path)], env=environment, check=True)
        texts.append(pdf_text(path))
    assert "2 Mar" in texts[0]
    assert texts[0] == texts[1]


def test_a_pdf_without_a_browser_says_what_to_do(
    results: rw.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESULTS_WIDGETS_CHROMIUM", "no-such-program")
    with pytest.raises(rw.ResultsError, match="to_html needs none"):
        results.to_pdf(tmp_path / "report.pdf")
    assert not list(tmp_path.iterdir())

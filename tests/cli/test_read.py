"""The commands that read a vendor's export."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.cli.main import main
from results_widgets.exports import Apart
from results_widgets.portfolio import export_campaign
from tests.support.exports.example import write_example


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    write_example(tmp_path / "mail")
    return tmp_path / "mail"


def test_read_lists_campaigns_and_what_names_became(
    mail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(mail)]) == 0
    said = capsys.readouterr().out
    assert "sendgrid: its records have sg_event_id and event" in said
    assert "Spring" in said
    assert "processed  email    sent" in said


def test_read_writes_a_folder_that_load_opens(
    mail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = mail.parent / "out"
    arguments = ["--vendor", "sendgrid", "--campaign", "Spring", "--goal", "open", "--window", "7d"]
    assert main(["read", str(mail), *arguments, "-o", str(out)]) == 0
    assert "rw.load" in capsys.readouterr().out
    assert rw.load(out, time_zone="UTC").unique_users() == 2


def test_read_writes_a_folder_for_each_campaign(mail: Path) -> None:
    posts = json.loads((mail / "posts.json").read_text())
    posts += [{**post, "category": "A/B", "sg_event_id": f"x{n}"} for n, post in enumerate(posts)]
    (mail / "posts.json").write_text(json.dumps(posts))
    assert main(["read", str(mail), "--goal", "open", "-o", str(mail.parent / "out")]) == 0
    names = sorted(path.name for path in (mail.parent / "out").iterdir())
    assert names == ["A-B", "Spring"]
    assert rw.load(mail.parent / "out" / "A-B", time_zone="UTC").campaign.id == "A/B"


def test_many_campaigns_are_read_once_and_written_as_each_alone(
    mail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = json.loads((mail / "posts.json").read_text())
    posts = [
        {**post, "category": f"c{of}", "sg_event_id": f"{of} {n}"}
        for of in range(6)
        for n, post in enumerate(first)
    ]
    (mail / "posts.json").write_text(json.dumps(posts))
    laid = []

    class Counted(Apart):
        def __init__(self, *given: Any) -> None:
            laid.append(given)
            super().__init__(*given)

    monkeypatch.setattr(export_campaign, "Apart", Counted)
    out = mail.parent / "out"
    arguments = ["--goal", "open", "--window", "7d", "--naive-time-zone", "Europe/Berlin"]
    assert main(["read", str(mail), *arguments, "-o", str(out)]) == 0
    assert len(laid) == 1
    export = rw.read_export(mail, naive_time_zone="Europe/Berlin")
    for of in range(6):
        alone = export.save(mail.parent / "alone", f"c{of}", "open", "7d")
        own = out / f"c{of}"
        assert (own / "campaign.json").read_text() == (alone / "campaign.json").read_text()
        for name in ("events.parquet", "users.parquet"):
            assert pl.read_parquet(own / name).equals(pl.read_parquet(alone / name))


def test_campaigns_of_one_user_are_counted_and_not_named(
    mail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = json.loads((mail / "posts.json").read_text())
    posts += [
        {**posts[0], "category": f"Only for anna {n}", "sg_event_id": f"x{n}"} for n in (1, 2)
    ]
    (mail / "posts.json").write_text(json.dumps(posts))
    assert main(["read", str(mail)]) == 0
    assert main(["read", str(mail), "--goal", "open", "-o", str(mail.parent / "out")]) == 0
    assert main(["read", str(mail), "--campaign", "Anna", "-o", str(mail.parent / "out")]) == 2
    said = capsys.readouterr()
    assert "2 others  each with a single user; Export.campaigns() lists them" in said.out
    assert "campaign Spring" in said.out
    assert "and 2 others, each of one user" in said.out
    assert "known: Spring (Spring), 2 of one user each" in said.err
    assert "anna" not in (said.out + said.err).lower().replace("'anna'", "")
    names = sorted(path.name for path in (mail.parent / "out").iterdir())
    assert names == ["Only-for-anna-1", "Only-for-anna-2", "Spring"]


def test_refused_rows_are_told_written_aside_and_give_1(
    mail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (mail / "more.json").write_text('{"email": \n')
    aside = mail.parent / "aside.jsonl"
    assert main(["validate", str(mail), "--vendor", "sendgrid", "--rejects", str(aside)]) == 1
    said = capsys.readouterr()
    assert "refused: not JSON" in said.out
    assert "1 row refused" in said.err
    assert json.loads(aside.read_text())["file"].endswith("more.json")


def test_validate_sees_that_a_folder_is_an_export(
    mail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(mail)]) == 0
    assert "What each name became" in capsys.readouterr().out


def test_vendors_are_listed_and_a_misspelt_one_gets_a_hint(
    mail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vendors"]) == 0
    assert "Braze Currents" in capsys.readouterr().out
    assert main(["read", str(mail), "--vendor", "sendgird"]) == 2
    assert "did you mean 'sendgrid'?" in capsys.readouterr().err


def test_validate_examines_the_events_of_an_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = 1_772_440_000
    posts = [
        {
            "email": f"{n}@x.de",
            "event": event,
            "timestamp": at + seconds,
            "category": "spring",
            "sg_event_id": f"{n} {event}",
        }
        for n in range(20)
        for event, seconds in (("processed", 0), ("delivered", 4), ("click", 6))
    ]
    path = tmp_path / "posts.json"
    path.write_text("\n".join(map(json.dumps, posts)))
    assert main(["validate", str(path)]) == 1
    said = capsys.readouterr().out
    assert "What each name became" in said
    assert "Campaign spring" in said
    (line,) = [line for line in said.splitlines() if "click within seconds" in line]
    assert line.split()[3:5] == ["20", "kept"]
    assert "Click within seconds (serious). Clicks, engaged users and the rates" in said
    assert (
        '    events.remove(\n        pl.any_horizontal((pl.col("action_id").is_in(["spring"])'
        in said
    )
    assert "@x.de" not in said


def test_validate_examines_the_largest_campaigns_and_says_so_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = [
        {
            "email": f"{n}@x.de",
            "event": event,
            "timestamp": 1_772_440_000,
            "category": f"c{c}",
            "sg_event_id": f"{c} {n} {event}",
        }
        for c in range(7)
        for n in range(c + 1)
        for event in ("processed", "delivered")
    ]
    path = tmp_path / "posts.json"
    path.write_text("\n".join(map(json.dumps, posts)))
    assert main(["validate", str(path)]) == 0
    said = capsys.readouterr().out
    assert "Campaign c6" in said
    assert "Campaign c1" not in said
    assert "2 more campaigns are not examined; Export.results(ID).quality() does that" in said

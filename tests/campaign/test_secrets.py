"""What opens doors, or whom a test goes to, is masked wherever a campaign is shown, saved or passed on."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets._text import MASK
from results_widgets.campaign.secrets import without_secrets
from tests.support.saved_pages import unpacked

SECRETS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"api_key": "k-4711"}, {"api_key": MASK}),
    (
        {"headers": {"Authorization": "k-4711", "Accept": "json"}},
        {"headers": {"Authorization": MASK, "Accept": "json"}},
    ),
    (
        {"headers": [{"name": "X-Api-Key", "value": "k-4711"}]},
        {"headers": [{"name": "X-Api-Key", "value": MASK}]},
    ),
    ({"url": "https://me:k-4711@hook.example/in"}, {"url": f"https://{MASK}@hook.example/in"}),
    (
        {"url": "https://hook.example/in?a=1&access_token=k-4711&b=2"},
        {"url": f"https://hook.example/in?a=1&access_token={MASK}&b=2"},
    ),
    ({"note": "curl -H 'Bearer k-47114711'"}, {"note": f"curl -H 'Bearer {MASK}'"}),
    ({"seed_list": ["anna@example.com"]}, {"seed_list": MASK}),
    ({"bcc": "anna@example.com"}, {"bcc": MASK}),
    ({"client": {"secret": 4711}}, {"client": {"secret": MASK}}),
    ({"body": '{"api_key": "k-4711", "a": 1}'}, {"body": f'{{"api_key": "{MASK}", "a": 1}}'}),
    (
        {"store": "host=db password=k-4711 dbname=x"},
        {"store": f"host=db password={MASK} dbname=x"},
    ),
    (
        {"url": "https://hooks.slack.com/services/T0/B0/k4711"},
        {"url": f"https://hooks.slack.com/services/{MASK}"},
    ),
]
# Put together here, so that no scanner of the repository takes them for real.
KEYS = [
    "sk" + "_live_" + "4" * 24,
    "AK" + "IA" + "K4711" * 3 + "X",
    "AI" + "za" + "k" * 35,
    "gh" + "p_" + "k" * 36,
    "xo" + "xb-" + "4711-" * 4,
    "SG" + "." + "k" * 22 + "." + "k" * 43,
    "key" + "-" + "0123456789abcdef" * 2,
    "ey" + "J" + "hbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiI0NzExIn0." + "k" * 20,
    "-----BEGIN RSA PRI" + "VATE KEY-----\nMIIk4711\n-----END RSA PRI" + "VATE KEY-----",
]


@pytest.mark.parametrize("key", KEYS, ids=[key[:6] for key in KEYS])
def test_a_key_that_its_form_tells_is_masked_wherever_it_stands(key: str) -> None:
    given = {"note": f"Use {key} for this", "steps": [key]}
    assert without_secrets(given) == {"note": f"Use {MASK} for this", "steps": [MASK]}


@pytest.mark.parametrize(("given", "shown"), SECRETS)
def test_what_looks_like_a_secret_is_masked(given: dict[str, Any], shown: dict[str, Any]) -> None:
    assert without_secrets(given) == shown


@pytest.mark.parametrize(
    "given",
    [
        {
            "subject": "Your token of thanks",
            "body": "Use code=SPRING, or the key-word; forgot your password? Reset it",
            "buttons": ["Author", "To shop"],
        },
        {
            "sender": "news@shop.example",
            "category": "promo",
            "quiet_hours": [22, 7],
            "cap": 3,
            "track": True,
        },
        {"url": "https://shop.example/?utm_source=mail&code=SPRING"},
        {"api_key": None, "requires_password": False},
    ],
)
def test_copy_and_settings_stay_as_they_are(given: dict[str, Any]) -> None:
    assert without_secrets(given) == given


def test_no_file_and_no_synced_state_holds_a_secret(tmp_path: Path) -> None:
    settings = {
        "api_key": "k-4711",
        "url": "https://me:k-4711@hook.example/",
        "seeds": ["k-4711@x.example"],
    }
    action = rw.Action("a1", "webhook", settings=settings, copy={"body": "Basic k-4711k-4711"})
    campaign = rw.Campaign("c1", rw.Goal("Purchase"), [action], attribution_window="1d")
    row = {"user_id": "u1", "campaign_id": "c1", "action_id": "a1", "event": "sent"}
    events = pl.DataFrame([{**row, "timestamp": "2026-03-01T09:00:00Z"}])
    results = rw.Results(campaign, events, time_zone="UTC")
    page = results.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    results.snapshot(tmp_path / "snapshot.json")
    rollup = results.rollup("1d").save(tmp_path / "cells.rollup")
    assert "k-4711" not in page + unpacked(page)[1].decode("utf-8", "replace")
    assert "k-4711" not in (tmp_path / "snapshot.json").read_text(encoding="utf-8")
    assert b"k-4711" not in rollup.read_bytes()
    assert "k-4711" not in repr(rw.Dashboard(results).get_state())
    # In code, and in the campaign's own file, they are what they were.
    assert "k-4711" in results.campaign.to_json()
    assert results.diff(tmp_path / "snapshot.json").is_empty()

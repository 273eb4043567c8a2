"""A campaign in a notebook: a tree of its actions."""

import results_widgets as rw
from tests.support.campaigns import LEAST


def test_tree_of_actions_is_shown_and_escaped() -> None:
    campaign = rw.Campaign.from_json(
        LEAST
        | {
            "name": "<script>",
            "goal": {"events": ["<b>"]},
            "actions": [
                {"id": "a1", "channel": "email", "name": "<i>"},
                {
                    "id": "b",
                    "channel": "push",
                    "parent": "a1",
                    "trigger": "not_opened",
                    "delay": "2d",
                },
                {"id": "c", "channel": "push", "parent": "b"},
                {"id": "d<", "channel": "sms"},
            ],
        }
    )
    html = campaign._repr_html_()
    assert "<script>" not in html
    assert "<b>&lt;script&gt;</b>" in html
    assert "&lt;b&gt; (single" in html
    assert html.endswith(
        "<ul><li>&lt;i&gt; <code>a1</code>: Email"
        "<ul><li>b: Push, 2d after not opened<ul><li>c: Push</li></ul></li></ul></li>"
        "<li>d&lt;: SMS</li></ul>"
    )


def test_a_long_chain_of_actions_is_shown() -> None:
    chain: list[dict[str, object]] = [{"id": "a0", "channel": "email"}]
    chain += [{"id": f"a{n}", "channel": "email", "parent": f"a{n - 1}"} for n in range(1, 1_500)]
    html = rw.Campaign.from_json(LEAST | {"actions": chain})._repr_html_()
    assert html.count("<li>") == html.count("</li>") == 1_500
    assert html.count("<ul>") == html.count("</ul>") == 1_500

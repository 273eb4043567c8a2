"""A campaign as HTML: its actions as a tree, for a notebook."""

from collections.abc import Iterable, Sequence
from html import escape

from results_widgets.campaign.parts import Action, Goal
from results_widgets.durations import format_duration


def facts_at_a_glance(
    state: Iterable[str],
    count: int,
    channels: Iterable[str],
    goal: Goal,
    window: str,
    variants: Sequence[str],
) -> list[str]:
    """Return what a reader wants to know of a campaign at a glance."""
    facts = [
        ", ".join(state).replace("_", " "),
        f"{count} action{'s' if count > 1 else ''} by {', '.join(channels)}",
        f"goal {' or '.join(goal.events)} ({goal.mode}, within {window})",
    ]
    return [*facts, f"variants {', '.join(variants)}"] if variants else facts


def campaign_as_html(label: str, facts: Iterable[str], actions: Iterable[Action]) -> str:
    """Return a heading, a line of facts and the tree of actions; everything is escaped."""
    children: dict[str | None, list[Action]] = {}
    for action in actions:
        children.setdefault(action.parent, []).append(action)
    return f"<p><b>{escape(label)}</b><br>{escape('; '.join(facts))}</p>{_tree(children)}"


def _tree(children: dict[str | None, list[Action]]) -> str:
    """Return nested lists; without recursion, since a chain of actions may be long."""
    html = ["<ul>"]
    stack = [iter(children.get(None, []))]
    while stack:
        action = next(stack[-1], None)
        if action is None:
            stack.pop()
            html.append("</ul></li>" if stack else "</ul>")
            continue
        html.append(f"<li>{_line(action)}")
        below = children.get(action.id)
        if below:
            html.append("<ul>")
            stack.append(iter(below))
        else:
            html.append("</li>")
    return "".join(html)


def _line(action: Action) -> str:
    words = [action.channel]
    if action.trigger is not None or action.delay:
        after = f"{format_duration(action.delay)} after " if action.delay else "after "
        words.append(after + (action.trigger or "the action before").replace("_", " "))
    if action.variant is not None:
        words.append(f"variant {action.variant} only")
    own = "" if action.label == action.id else f" <code>{escape(action.id)}</code>"
    return f"{escape(action.label)}{own}: {escape(', '.join(words))}"

"""A campaign as HTML and as text: its actions as a tree, for a notebook and a terminal."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final, Protocol

from results_widgets._text import escape, one_line
from results_widgets.campaign.parts import Action, Goal, Variant
from results_widgets.channels import Channel
from results_widgets.durations import format_duration

_DEEPEST: Final = 12
"""Steps that are indented: what follows stands below one another, so that a long chain stays in sight."""


class Shown(Protocol):
    """A `Campaign`, as far as it is shown."""

    @property
    def id(self) -> str:
        """Its id in the events."""
        ...

    @property
    def label(self) -> str:
        """The name shown on screen."""
        ...

    @property
    def status(self) -> str | None:
        """How far it has come."""
        ...

    @property
    def delivery(self) -> str:
        """How users get into it."""
        ...

    @property
    def goal(self) -> Goal:
        """What counts as success."""
        ...

    @property
    def attribution_window(self) -> timedelta:
        """How long a goal event still counts."""
        ...

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions, in its order."""
        ...

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Its arms."""
        ...

    @property
    def channels(self) -> Mapping[str, Channel]:
        """The channels in use, by id."""
        ...


def facts_of(self: Shown) -> list[str]:
    """Return what a reader wants to know of a campaign at a glance."""
    state = [word for word in (self.status, self.delivery) if word]
    count, window = len(self.actions), format_duration(self.attribution_window)
    facts = [
        ", ".join(state).replace("_", " "),
        f"{count} action{'s' if count > 1 else ''} by {', '.join(self.channels)}",
        f"goal {' or '.join(self.goal.events)} ({self.goal.mode}, within {window})",
    ]
    arms = ", ".join(one.id for one in self.variants)
    return [*facts, f"variants {arms}"] if arms else facts


def campaign_as_html(self: Shown) -> str:
    """Return a heading, a line of facts and the tree of actions; everything is escaped."""
    html, open_lists = [], 0
    for depth, action in _walk(self.actions):
        closed = "</li></ul>" * (open_lists - depth - 1) + "</li>"
        html.append("<ul>" if depth == open_lists else closed)
        open_lists = depth + 1
        own = "" if action.label == action.id else f" <code>{escape(action.id)}</code>"
        html.append(f"<li>{escape(action.label)}{own}: {escape(_about(action, self.channels))}")
    tree = "".join(html) + "</li></ul>" * open_lists
    facts = escape("; ".join([self.id, *facts_of(self)]))
    return f"<p><b>{escape(self.label)}</b><br>{facts}</p>{tree}"


def campaign_as_text(self: Shown) -> str:
    """Return the same for a terminal, one action a line, indented below the one that it follows."""
    lines = [self.label, "; ".join([self.id, *facts_of(self)]), ""]
    for depth, action in _walk(self.actions):
        own = "" if action.label == action.id else f" ({action.id})"
        said = f"{action.label}{own}: {_about(action, self.channels)}"
        lines.append(f"{'  ' * min(depth, _DEEPEST)}- {said}")
    return "\n".join(map(one_line, lines))


def _walk(actions: Iterable[Action]) -> Iterator[tuple[int, Action]]:
    """Yield each action with its depth, a parent before its children; a chain of actions may be long."""
    children: dict[str | None, list[Action]] = {}
    for action in actions:
        children.setdefault(action.parent, []).append(action)
    stack = [iter(children.get(None, []))]
    while stack:
        for action in stack[-1]:
            yield len(stack) - 1, action
            stack.append(iter(children.get(action.id, [])))
            break
        else:
            stack.pop()


def _about(action: Action, channels: Mapping[str, Channel]) -> str:
    """Return the action's channel, when it is due, and for whom."""
    words = [channels[action.channel].label]
    if action.trigger is not None or action.delay:
        after = f"{format_duration(action.delay)} after " if action.delay else "after "
        words.append(after + (action.trigger or "the action before").replace("_", " "))
    if action.variant is not None:
        words.append(f"variant {action.variant} only")
    return ", ".join(words)

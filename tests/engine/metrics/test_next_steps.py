"""Where users went after an action, held against the reference; engines' own tests hold them against it too."""

from hypothesis import given, settings

from tests.support.answers import FromPackage
from tests.support.next_steps import next_steps_equal, with_triggers
from tests.support.profiles import examples, is_thorough
from tests.support.strategies import Question, question, questions


@settings(max_examples=examples(60))
@given(asked=questions())
def test_what_became_of_those_who_received_an_action(asked: Question) -> None:
    next_steps_equal(with_triggers(asked), FromPackage)


def test_each_of_the_ends_occurs_in_the_questions_that_are_drawn() -> None:
    seen: dict[str, int] = {}
    # Someone who takes several steps is rare among those drawn.
    for seed in (*range(120 if is_thorough() else 40), 154, 213, 234, 306):
        for told in next_steps_equal(with_triggers(question(seed)), FromPackage):
            for name in ("left", "not_due", "waiting", "several"):
                seen[name] = seen.get(name, 0) + (getattr(told, name) > 0)
    assert min(seen.values()) > 3, seen

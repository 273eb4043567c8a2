"""What keeps tab completion working in notebooks."""

from collections.abc import Callable
from typing import TypeVar

OwnerT = TypeVar("OwnerT")
TextT = TypeVar("TextT", bound=str)


def completable(getter: Callable[[OwnerT], TextT]) -> Callable[[OwnerT], TextT]:
    """Return a property's getter that says ``str`` at run time where it says ``Literal`` to type checkers.

    Jedi, which completes names in IPython, evaluates the return annotations of properties. On a
    ``Literal`` it raises (0.19 and 0.20 do), and then no attribute of the object is offered at all.
    """
    getter.__annotations__["return"] = str
    return getter

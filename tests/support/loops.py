"""Loops that check something: `some` refuses nothing to loop over, `idle_tests` finds tests that would pass on it."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")

_KEEP_ALL = {"dict", "enumerate", "list", "map", "reversed", "set", "sorted", "tuple", "zip"}
"""Functions whose result is empty only where one of their arguments is."""
_CHECKS = ("assert_", "check", "expect")
_CHECKING_METHODS = ("raises", "warns", "fail", "check", "to_", "not_to_", "assert_", "wait_for")


def some(values: Iterable[T]) -> list[T]:
    """The values, of which there must be some: a loop over nothing checks nothing."""
    found = list(values)
    assert found, "there is nothing to check"
    return found


def idle_tests(source: str) -> Iterator[str]:
    """Yield the tests that check only within loops, each over what may be empty.

    What is written out, a range of numbers and `some` are not empty; nor is what a test has compared
    outside of any loop, since such a test checks something whatever its loops do.
    """
    tree = ast.parse(source)
    known = _named(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            looked = _Looked(node, known)
            if looked.may_be_idle and not looked.checks:
                yield node.name


class _Looked:
    """Whether a test checks anything for sure, and whether loops over nothing might keep it from it."""

    def __init__(self, test: ast.FunctionDef, known: Mapping[str, ast.expr]) -> None:
        self._known = {**known, **_named(ast.walk(test))}
        self.checks = self.may_be_idle = False
        for statement in test.body:
            self._look(statement)

    def _look(self, node: ast.AST) -> None:
        match node:
            case ast.For(iter=values, body=body):
                if not self._is_filled(values):
                    self.may_be_idle = True
                    return
                for statement in body:
                    self._look(statement)
            case ast.FunctionDef() | ast.Lambda():
                return
            case ast.Assert(test=test):
                idle = self._holds_of_nothing(test)
                self.may_be_idle |= idle
                self.checks |= not idle
            case _:
                self.checks |= _is_check(node)
                for child in ast.iter_child_nodes(node):
                    self._look(child)

    def _holds_of_nothing(self, test: ast.expr) -> bool:
        """Whether an assertion is one of all values, or of a list that is filled in a loop."""
        match test:
            case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp(generators=[first, *_])]):
                return not self._is_filled(first.iter)
            case ast.Compare(left=ast.Name(id=name), comparators=[ast.List(elts=[])]):
                value = self._known.get(name)
                if isinstance(value, ast.ListComp):
                    return not self._is_filled(value.generators[0].iter)
                return isinstance(value, ast.List) and not value.elts and self.may_be_idle
        return False

    def _is_filled(self, node: ast.expr) -> bool:
        filled = False
        match node:
            case ast.Tuple(elts=values) | ast.List(elts=values) | ast.Set(elts=values):
                starred = [one.value for one in values if isinstance(one, ast.Starred)]
                filled = len(starred) < len(values) or any(map(self._is_filled, starred))
            case ast.Dict(keys=keys):
                filled = bool(keys)
            case ast.Constant(value=value):
                filled = bool(value)
            case ast.Name(id=name) if name in self._known and self._known[name] is not node:
                filled = self._is_filled(self._known[name])
            case ast.Call(func=ast.Name(id="range"), args=numbers):
                filled = all(isinstance(one, ast.Constant) for one in numbers)
            case ast.Call(func=ast.Name(id=name), args=values):
                kept = values[name == "map" :] if name in _KEEP_ALL else []
                filled = name == "some" or (bool(kept) and all(map(self._is_filled, kept)))
            case ast.Call(func=ast.Attribute(value=value, attr="items" | "keys" | "values")):
                filled = self._is_filled(value)
            case ast.BinOp(left=left, right=right):
                filled = self._is_filled(left) or self._is_filled(right)
        return filled


def _named(nodes: Iterable[ast.AST]) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for node in nodes:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                found[name] = value
    return found


def _is_check(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name.startswith(_CHECKS)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name.startswith(_CHECKING_METHODS)
    return False

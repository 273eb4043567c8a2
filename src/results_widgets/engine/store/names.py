"""What a cached value is called in a file: a digest of its key that is the same in every process."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from results_widgets.engine.cache import Key

_PACKAGE = __name__.partition(".")[0]

NameOf = Callable[[object], str | None]
"""Returns the digest of the key under which an object itself is stored; None if it is not."""


class _NamelessError(Exception):
    """A key depends on something that only this process knows."""


def digest_of(key: Key[Any], name_of: NameOf) -> str | None:
    """Return the name of a key's value; None if the key depends on what only this process knows.

    Args:
        key: The key.
        name_of: Says what objects are called that are compared by their identity.
    """
    try:
        text = _spelt((key.name, *key.of), name_of)
    except _NamelessError:
        return None
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _spelt(value: object, name_of: NameOf) -> str:
    if value is None or isinstance(value, bool | int | float | str | timedelta):
        return f"{type(value).__name__}:{value!r}"
    # A datetime is a date as well.
    if isinstance(value, date):
        return f"{type(value).__name__}:{value.isoformat()} {getattr(value, 'tzinfo', None)}"
    if isinstance(value, tuple | list):
        return _joined("tuple", (_spelt(one, name_of) for one in value))
    if isinstance(value, frozenset | set):
        return _joined("set", sorted(_spelt(one, name_of) for one in value))
    if isinstance(value, Mapping):
        return _joined("mapping", sorted(_spelt(pair, name_of) for pair in value.items()))
    return _spelt_object(value, name_of)


def _spelt_object(value: object, name_of: NameOf) -> str:
    name = name_of(value)
    if name is not None:
        return f"stored:{name}"
    kind = type(value)
    is_ours = kind.__module__.partition(".")[0] == _PACKAGE
    # Where equality is identity, equal fields do not make two objects one.
    if not is_dataclass(value) or not is_ours or kind.__eq__ is object.__eq__:
        raise _NamelessError
    parts = (
        f"{f.name}={_spelt(getattr(value, f.name), name_of)}" for f in fields(value) if f.compare
    )
    return _joined(f"{kind.__module__}.{kind.__qualname__}", parts)


def _joined(kind: str, parts: Iterable[str]) -> str:
    # Lengths keep one text from passing for two.
    return f"{kind}[{','.join(f'{len(part)}:{part}' for part in parts)}]"

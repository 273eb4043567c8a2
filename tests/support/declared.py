"""The shapes that TypeScript declares for what Python sends, and whether a value has one of them."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

Shape = Mapping[str, Any]


def declared() -> dict[str, dict[str, Shape]]:
    """The fields of each interface, as the TypeScript compiler reads them."""
    node = shutil.which("node")
    assert node, "the TypeScript half is read with Node: install it, or run make test"
    command = [node, str(ROOT / "js" / "schema.mjs")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stderr}\nAre the Node packages there? npm ci"
    types: dict[str, dict[str, Shape]] = json.loads(done.stdout)
    return types


class Shapes:
    """Holds values against declared shapes, and notes which fields were filled."""

    def __init__(self, types: Mapping[str, Mapping[str, Shape]]) -> None:
        self._types = types
        self._filled: set[tuple[str, str]] = set()

    def problems(self, name: str, value: object) -> list[str]:
        """What is wrong with a value of an interface; none where it fits."""
        return list(self._problems({"ref": name}, value, name))

    def problems_of_some(self, name: str, values: Mapping[str, object]) -> list[str]:
        """What is wrong with some fields of an interface, whatever the others are."""
        known = {field: shape for field, shape in self._types[name].items() if field in values}
        return list(self._fields(known, dict(values), name, name))

    def never_filled(self) -> list[str]:
        """Fields that are declared and that no value had."""
        fields = [(name, field) for name, found in self._types.items() for field in found]
        return [f"{name}.{field}" for name, field in fields if (name, field) not in self._filled]

    def _problems(self, shape: Shape, value: object, path: str) -> Iterator[str]:
        if "union" in shape:
            yield from self._union(shape["union"], value, path)
        elif "ref" in shape:
            yield from self._fields(self._types[shape["ref"]], value, path, shape["ref"])
        elif "fields" in shape:
            yield from self._fields(shape["fields"], value, path, None)
        elif "record" in shape:
            yield from self._items(value, dict, path)
            for name, one in value.items() if isinstance(value, dict) else ():
                yield from self._problems(shape["record"], one, f"{path}[{name}]")
        elif "array" in shape or "tuple" in shape:
            yield from self._list(shape, value, path)
        elif not _is_plain(shape, value):
            yield f"{path} is {value!r:.60}, declared is {dict(shape)}"

    def _union(self, shapes: list[Shape], value: object, path: str) -> Iterator[str]:
        found: list[list[str]] = []
        for shape in shapes:
            before = set(self._filled)
            problems = list(self._problems(shape, value, path))
            if not problems:
                return
            self._filled = before
            found.append(problems)
        # The one that comes nearest says most.
        yield from min(found, key=len)

    def _fields(
        self, fields: Mapping[str, Shape], value: object, path: str, owner: str | None
    ) -> Iterator[str]:
        yield from self._items(value, dict, path)
        if not isinstance(value, dict):
            return
        yield from (f"{path}.{name} is not declared" for name in value.keys() - fields.keys())
        for name, shape in fields.items():
            if name in value:
                if owner:
                    self._filled.add((owner, name))
                yield from self._problems(shape, value[name], f"{path}.{name}")
            elif not shape.get("optional"):
                yield f"{path}.{name} is declared and not filled"

    def _list(self, shape: Shape, value: object, path: str) -> Iterator[str]:
        yield from self._items(value, list, path)
        if not isinstance(value, list):
            return
        shapes = shape.get("tuple") or [shape["array"]] * len(value)
        if len(shapes) != len(value):
            yield f"{path} has {len(value)} places, declared are {len(shapes)}"
        for at, (one, item) in enumerate(zip(shapes, value, strict=False)):
            yield from self._problems(one, item, f"{path}[{at}]")

    @staticmethod
    def _items(value: object, kind: type, path: str) -> Iterator[str]:
        if not isinstance(value, kind):
            yield f"{path} is {value!r:.60}, declared is a {kind.__name__}"


def _is_plain(shape: Shape, value: object) -> bool:
    if "value" in shape:
        return value == shape["value"] and type(value) is type(shape["value"])
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "number": (int, float),
        "boolean": (bool,),
        "null": (type(None),),
        "bytes": (bytes, memoryview),
        "any": (object,),
    }
    kind = shape["type"]
    return isinstance(value, kinds[kind]) and not (kind == "number" and isinstance(value, bool))

"""A mapping written as YAML: the values that JSON has, and nothing that YAML adds to them."""

import json
import re
from pathlib import Path
from typing import Any, Final

from results_widgets._json import ErrorAt, parse
from results_widgets.errors import MissingExtraError

ENDINGS: Final = (".yaml", ".yml")
"""How the names of such files end."""

_LARGEST: Final = 1_000_000
_UNREAD: Final = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
"""What YAML 1.1 makes of words such as ``on``, ``no`` and ``2026-03-02``, which may be names of events."""


def parse_yaml(path: Path, error: ErrorAt) -> object:
    """Return what a file of YAML says.

    Args:
        path: The file.
        error: Makes the error.

    Raises:
        ResultsError: It cannot be read, is too large, no YAML, or says something that JSON cannot.
        MissingExtraError: PyYAML is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise MissingExtraError("Reading YAML", "pyyaml", "exports") from None
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise error(str(path), f"cannot be read: {reason}") from None
    if len(content) > _LARGEST:
        raise error(str(path), f"is larger than {_LARGEST:,} bytes")
    try:
        found = yaml.load(content, _loader(yaml))  # noqa: S506 - of the safe loader
        text = json.dumps(found, allow_nan=False)
    except RecursionError:
        raise error(str(path), "is nested too deeply") from None
    except (yaml.YAMLError, ValueError, TypeError) as problem:
        said = " ".join(str(problem).split())[:300]
        raise error(str(path), f"is not a mapping in YAML: {said}") from None
    return parse(text, str(path), error)


def _loader(yaml: Any) -> Any:
    """Return a safe loader that reads no aliases, with which a short file stands for an endless one."""

    class Plain(yaml.SafeLoader):  # type: ignore[misc]
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                mark = self.peek_event().start_mark
                raise yaml.composer.ComposerError(None, None, "aliases are not read", mark)
            return super().compose_node(parent, index)

    Plain.yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in known if tag not in _UNREAD]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Plain.add_implicit_resolver(_UNREAD[0], re.compile("true|false"), ["t", "f"])
    return Plain

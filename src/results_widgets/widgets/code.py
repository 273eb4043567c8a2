"""Code and styles of widgets, each text once in a kernel, and so once in a notebook with saved state."""

import hashlib

import anywidget
import traitlets

from results_widgets._static import STATIC


class Code(anywidget.AnyWidget):
    """A text that widgets share: they name this model, and their browser halves take the text from it."""

    _esm = "export default {}"

    _key = traitlets.Unicode().tag(sync=True, echo_update=False)
    _text = traitlets.Unicode().tag(sync=True, echo_update=False)


_carriers: dict[str, Code] = {}


def carried(text: str) -> Code:
    """Return what carries a text, made when it is first needed and after it was closed."""
    key = hashlib.sha256(text.encode()).hexdigest()
    carrier = _carriers.get(key)
    if carrier is None or carrier.comm is None:
        _carriers[key] = carrier = Code(_key=key, _text=text)
    return carrier


def bundle(name: str) -> str:
    """Return the text of a built file."""
    return (STATIC / name).read_text(encoding="utf-8")

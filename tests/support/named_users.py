"""Whether a text names users of a generated campaign."""

import re
from collections.abc import Iterable
from typing import Final

_ID: Final = r"u\d{7}"


def users_in(text: str | bytes, ids: Iterable[str]) -> set[str]:
    """The users whose ids stand anywhere in a text; all are looked for at once, which a page is too long for else.

    Args:
        text: What is searched; bytes as well.
        ids: Their ids, as `datasets.generate` makes them.
    """
    known = {*ids}
    assert known, "there is nobody to look for"
    assert all(re.fullmatch(_ID, one) for one in known)
    # An id has one letter, at its start: no two of them overlap.
    return known & {*re.findall(_ID, text if isinstance(text, str) else text.decode("latin-1"))}

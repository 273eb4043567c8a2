"""Widgets that are asked by their browser half: about users, who travel as replies and are never synced."""

import logging
import os
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets
from ipywidgets import Layout

from results_widgets.errors import QueryError, ResultsError
from results_widgets.segments import Segment, SegmentStore
from results_widgets.view_model.people import head_wire, profile_wire, reach_wire, sample_wire
from results_widgets.view_model.values import Wire

_log = logging.getLogger(__name__)

Asked = Mapping[str, object]
_LONGEST_NAME = 200


class AskedWidget(anywidget.AnyWidget):
    """A widget that opens segments.

    Attributes:
        segment: The last segment asked for by a click, or None.
        store: Where the save button saves, or None.
    """

    segment = traitlets.Instance(Segment, allow_none=True)
    store = traitlets.Instance(SegmentStore, allow_none=True)

    _own_layout: Layout | None = None
    # Names the segment that a reply is about: several views may look at one widget.
    _token = 0

    def __init__(self, store: SegmentStore | None) -> None:
        if os.environ.get("ANYWIDGET_HMR") != "1":
            # A file that is watched for changes would hold every widget made of it, for ever.
            for code in ("_esm", "_css"):
                setattr(self, code, str(getattr(self, code)))
        super().__init__(store=store)
        self._own_layout = self.layout
        self.on_msg(self._on_message)

    def close(self) -> None:
        """Close the widget and the layout made for it, which ipywidgets would keep for ever."""
        super().close()
        # It is collected, and so closed again, also when it was never finished.
        if self._own_layout is not None:
            self._own_layout.close()

    @abstractmethod
    def _segment_asked(self, asked: Asked) -> Segment:
        """Return the segment that a request names.

        Raises:
            QueryError: The request names what there is not.
        """

    def _answers(self) -> Mapping[str, Callable[[Asked], object]]:
        return {
            "segment": self._open,
            "reach": lambda asked: reach_wire(self._opened(asked)),
            "profile": lambda asked: profile_wire(self._opened(asked)),
            "sample": lambda asked: sample_wire(self._opened(asked), asked.get("seed")),
            "save": self._save,
        }

    def _on_message(self, _: object, content: object, __: object) -> None:
        """Answer a request; every one with an id gets a reply, also when it fails."""
        if not isinstance(content, Mapping) or not isinstance(content.get("id"), str):
            return
        try:
            kind, answer = self._answered(content)
        except Exception as error:  # noqa: BLE001 - the browser waits for an answer, whatever it is
            if not isinstance(error, ResultsError):
                _log.warning("request %r failed", content["id"], exc_info=error)
            # What cannot be answered as asked is no failure.
            said = {**in_words(error), "limit": isinstance(error, QueryError)}
            self.send({"id": content["id"], "ok": False, "error": said})
            return
        self.send({"id": content["id"], "ok": True, kind: answer})

    def _answered(self, asked: Asked) -> tuple[str, object]:
        kind, answers = asked.get("kind"), self._answers()
        if not isinstance(kind, str) or kind not in answers:
            raise QueryError.unknown("request", kind, answers)
        return kind, answers[kind](asked)

    @traitlets.observe("segment")
    def _on_segment(self, _: object) -> None:
        self._token += 1
        self._show_segment()

    def _show_segment(self) -> None:
        """Bring the wire up to the segment, where it is part of it."""

    def _open(self, asked: Asked) -> Wire:
        segment = self._segment_asked(asked)
        # Whatever cannot be computed fails here, and the last segment stays.
        head = head_wire(segment, self._token + 1)
        self.segment = segment
        return head

    def _opened(self, asked: Asked) -> Segment:
        if self.segment is None or asked.get("token") != self._token:
            raise QueryError("other users were opened since; open these again")
        return self.segment

    def _save(self, asked: Asked) -> Wire:
        segment, name = self._opened(asked), asked.get("name")
        if self.store is None:
            own = type(self).__name__.lower()
            raise QueryError(
                f"there is no store to save in; give the widget one: {own}.store = rw.SegmentStore()"
            )
        if not isinstance(name, str) or not 0 < len(name.strip()) <= _LONGEST_NAME:
            raise QueryError(
                f"a segment is saved under a name; type one of up to {_LONGEST_NAME} letters"
            )
        version = self.store.save(segment, name.strip())
        return {"name": name.strip(), "version": version, "store": repr(self.store)}


def in_words(error: Exception) -> dict[str, Any]:
    """Return an error as the browser shows it: what happened, and what to do."""
    if not isinstance(error, ResultsError):
        text = f"the kernel failed ({type(error).__name__}); its log says more"
    else:
        text = str(error)
    message, _, hint = text.partition("; ")
    return {"message": message, "hint": hint}

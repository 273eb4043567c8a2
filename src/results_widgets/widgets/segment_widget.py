"""The base of every widget: it answers its browser half's requests about users.

Users travel as replies to custom messages and are never in a trait, because synced traits are saved
into notebooks.
"""

import json
import logging
import os
from abc import abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final
from uuid import uuid4

import anywidget
import traitlets
from ipywidgets import Layout, widget_serialization
from traitlets.traitlets import EventHandler

from results_widgets._text import without_folders
from results_widgets.disclosure import NO_USERS, users_are_shown
from results_widgets.errors import QueryError, ResultsError
from results_widgets.segments import Segment, SegmentStore
from results_widgets.view_model.audience import (
    segment_head,
    segment_profile,
    segment_reach,
    segment_sample,
)
from results_widgets.view_model.callbacks import CallsBackLater, Handler
from results_widgets.view_model.requests import error_reply
from results_widgets.view_model.serialization import State
from results_widgets.widgets.boxes import display_boxes
from results_widgets.widgets.code import Code, bundle, carried
from results_widgets.widgets.display import WidgetDisplay, kernel_shell
from results_widgets.widgets.naming import code_of, note_displayed

_log = logging.getLogger(__name__)

Request = Mapping[str, object]
_MAX_NAME: Final = 200
_MAX_KEPT: Final = 16


def _refuse_users(_: Request) -> object:
    raise QueryError(f"{NO_USERS}; ask its author for them")


class SegmentWidget(CallsBackLater, anywidget.AnyWidget):
    """A widget that opens segments.

    A callback given to `observe` runs after a click has changed everything it changes and the browser has its
    reply: a slow callback does not delay the reply, and one that raises breaks nothing.

    Attributes:
        segment: The segment that a click opened last, or None.
        store: Segment store for the save button; None keeps segments only in `saved`.
    """

    segment = traitlets.Instance(Segment, allow_none=True)
    store = traitlets.Instance(SegmentStore, allow_none=True)

    # By it the browser half finds whether its line to the kernel is open, where the host knows.
    _own_id = traitlets.Unicode().tag(sync=True, echo_update=False)

    # What carries the code, by what it is for.
    _code = traitlets.Dict().tag(sync=True, echo_update=False, **widget_serialization)

    _esm: object
    _css: object
    _own_layout: Layout | None = None
    stands_static: ClassVar[bool] = True
    """Whether it has a static page that stands in its place without a kernel."""
    _pending = False
    # Identifies the segment that a request is about: a widget may be on screen several times, and what
    # one view shows was perhaps opened before what another has opened since.
    _token = 0

    def __init__(self, store: SegmentStore | None) -> None:
        # With it set, anywidget watches the files and sends on what changes of them.
        code = {} if os.environ.get("ANYWIDGET_HMR") == "1" else self._carried_code()
        if code:
            self._esm, self._css = bundle("loader.js"), ""
        self._opened: dict[int, Segment] = {}
        self._saved: dict[str, Segment] = {}
        own_id = uuid4().hex
        super().__init__(store=store, model_id=own_id, _own_id=own_id, _code=code)
        self._own_layout = self.layout
        display_boxes()
        self.on_msg(self._on_message)

    @property
    def saved(self) -> Mapping[str, Segment]:
        """The segments saved with the save button in this session, by name; the last one of each name.

        They are available with or without a store, but only a store keeps them when the kernel ends.
        """
        return MappingProxyType(self._saved)

    def _observer(self, handler: Handler) -> Handler:
        # Methods under @observe are the toolkit's own and ipywidgets': they are what has to change first.
        return handler if isinstance(handler, EventHandler) else super()._observer(handler)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a browser sent, as one change."""
        with self._callbacks.held():
            super().set_state(sync_data)

    def close(self) -> None:
        """Close the widget and its layout, which ipywidgets would keep for ever.

        Examples:
            >>> rw.Audience(results.users("engaged")).close()
        """
        super().close()
        # ipywidgets also closes a widget that is collected, which may never have been initialised.
        if self._own_layout is not None:
            self._own_layout.close()

    def _carried_code(self) -> dict[str, Code]:
        return {"module": carried(str(self._esm)), "styles": carried(str(self._css))}

    def _code_of(self, request: Request) -> State:
        name = request.get("name")
        if not isinstance(name, str) or name not in self._code:
            raise QueryError.unknown("code", name, self._code)
        return {"key": self._code[name]._key, "text": self._code[name]._text}

    def _ipython_display_(self) -> None:
        """Display the widget, and below it what JupyterLab shows when the notebook is opened again."""
        if kernel_shell() is None:
            # IPython then displays the object as if this method did not exist.
            raise NotImplementedError
        note_displayed(self)
        WidgetDisplay(*(self._repr_mimebundle_() or ({}, {})))

    @abstractmethod
    def _requested_segment(self, request: Request) -> Segment:
        """Return the segment that a request names.

        Raises:
            QueryError: The request is malformed, or names something the results do not have.
        """

    def _handlers(self) -> Mapping[str, Callable[[Request], object]]:
        """Return what answers each kind of request."""
        about_users: dict[str, Callable[[Request], object]] = {
            "segment": self._open,
            "reach": lambda request: segment_reach(self._segment_of(request)),
            "profile": lambda request: segment_profile(self._segment_of(request)),
            "sample": lambda request: segment_sample(
                self._segment_of(request), request.get("seed")
            ),
            "save": self._save,
        }
        if not users_are_shown():
            about_users = dict.fromkeys(about_users, _refuse_users)
        return {**about_users, "code": self._code_of}

    def _on_message(self, _: object, content: object, __: object) -> None:
        """Answer a request; each one with an id gets a reply, also when it fails."""
        if isinstance(content, Mapping) and isinstance(content.get("id"), str):
            with self._callbacks.held():
                self._answer(content)

    def _answer(self, content: Request) -> None:
        try:
            kind, reply = self._handle(content)
        except Exception as error:  # noqa: BLE001 - the browser waits for a reply, whatever the error is
            if not isinstance(error, ResultsError):
                _log.warning("request %r failed", content["id"], exc_info=error)
            self.send({"id": content["id"], "ok": False, "error": error_reply(error)})
            return
        self.send({"id": content["id"], "ok": True, kind: reply})

    def _handle(self, request: Request) -> tuple[str, object]:
        kind, handlers = request.get("kind"), self._handlers()
        if not isinstance(kind, str) or kind not in handlers:
            raise QueryError.unknown("request", kind, handlers)
        return kind, handlers[kind](request)

    @traitlets.observe("segment")
    def _on_segment(self, change: Mapping[str, Segment | None]) -> None:
        self._token += 1
        if change["new"] is not None:
            self._opened[self._token] = change["new"]
            self._opened.pop(self._token - _MAX_KEPT, None)
        self._show_segment()

    def _show_segment(self) -> None:
        """Update the traits that show the segment, in widgets that have such."""

    def _open(self, request: Request) -> State:
        segment = self._requested_segment(request)
        # What cannot be computed fails here, before the segment is replaced.
        head = segment_head(segment, self._token + 1)
        self.segment = segment
        return {**head, "code": f"{code_of(self)}.segment"}

    def _segment_of(self, request: Request) -> Segment:
        """Return the segment that a view shows; since it was opened, others may have been."""
        token = request.get("token")
        segment = self._opened.get(token) if type(token) is int else None
        if segment is None:
            raise QueryError(
                "these users were opened too long ago and are no longer kept; open them again"
            )
        return segment

    def _save(self, request: Request) -> State:
        segment, name = self._segment_of(request), request.get("name")
        if not isinstance(name, str) or not 0 < len(name.strip()) <= _MAX_NAME:
            raise QueryError(
                f"a segment needs a name to be saved; enter 1 to {_MAX_NAME} characters"
            )
        name, version = name.strip(), None
        text, own = json.dumps(name, ensure_ascii=False), code_of(self)
        code, keep = f"{own}.saved[{text}]", f"{own}.store = rw.SegmentStore()"
        if self.store is not None:
            version = self.store.save(segment, name)
            code, keep = f"rw.{without_folders(repr(self.store))}.load({text})", ""
        self._saved[name] = segment.named(name)
        return {"name": name, "version": version, "code": code, "keep": keep}

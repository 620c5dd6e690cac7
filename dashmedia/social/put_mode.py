"""Which form of an upload URL the bytes go to: the vendor's guide can be read both ways."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dashmedia.settings import PutMode
    from dashmedia.social.models import UploadUrl

Form = Literal["signed", "bare"]


class PutForms:
    """The forms to try, in order; in `auto` mode the first that works is the only one from then on. Thread-safe."""

    def __init__(self, mode: PutMode) -> None:
        self._proven: Form | None = None if mode == "auto" else mode
        self._lock = threading.Lock()

    def of(self, url: UploadUrl) -> list[tuple[Form, str]]:
        """Names and URLs of the forms to try; one, when it is settled or both are the same."""
        with self._lock:
            proven = self._proven
        forms: list[tuple[Form, str]] = [("signed", url.signed), ("bare", url.bare)]
        if proven is not None:
            return [form for form in forms if form[0] == proven]
        return forms[:1] if url.signed == url.bare else forms

    def remember(self, form: Form) -> None:
        """This form was accepted; the first one remembered stays."""
        with self._lock:
            self._proven = self._proven or form

"""Who may look for assets that nobody claims: only one, and only while no job of this process is making any."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turns:
    """Many may ask for assets at once; whoever looks is alone. A waiting look goes before whoever asks next."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._asking = 0
        self._looks = 0
        self._is_looking = False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """From before a job is sent until the ledger has what it made."""
        with self._changed:
            self._changed.wait_for(lambda: not self._looks)
            self._asking += 1
        try:
            yield
        finally:
            with self._changed:
                self._asking -= 1
                self._changed.notify_all()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """While assets without an owner are looked for and taken."""
        with self._changed:
            self._looks += 1
            self._changed.wait_for(lambda: not self._asking and not self._is_looking)
            self._is_looking = True
        try:
            yield
        finally:
            with self._changed:
                self._looks -= 1
                self._is_looking = False
                self._changed.notify_all()

"""One original before its upload: every rule in order, from the cheapest to the dearest."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from dashmedia.gate.reading import Inspected, inspect
from dashmedia.gate.rights import require_rights
from dashmedia.gate.rules import Checked, GateRules
from dashmedia.gate.stored import look_at, open_stored
from dashmedia.refusals import Refusal, RefusedError, Rule
from dashmedia.sources.remote import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashmedia.gate.rules import Stamp
    from dashmedia.sources import Original


def check(original: Original, rules: GateRules) -> Checked | Refusal:
    """The original with its checksums, or the first rule that it breaks. Never raises for a bad file.

    Order: rights; there, a file, not empty, not too large; type by bytes; name; pixels; whole; unchanged meanwhile.
    Memory: at most `READ_ONCE_BYTES` and one decoded image, whatever the size of the file.
    """
    try:
        require_rights(original, rules)
        return check_public(original, rules) if original.is_public else check_stored(original, rules)
    except RefusedError as refused:
        return Refusal(original.shown, original.row, refused.rule, refused.seen)
    except OSError as error:
        return Refusal(original.shown, original.row, Rule.FILE_UNREADABLE, words_of(error))


def check_stored(original: Original, rules: GateRules, look: Callable[[Original], Stamp] = look_at) -> Checked:
    """Look, read, look again. What is wrong with bytes that changed meanwhile is that they changed.

    Raises:
        RefusedError: the rule it breaks.
        OSError: it cannot be read.
    """
    stamp = look(original)
    _require_sound_size(stamp.size, rules.max_bytes)
    try:
        with open_stored(original, stamp.size) as stream:
            inspected = inspect(stream, stamp.size, original.filename, rules)
    finally:
        _require_unchanged(original, stamp, look)
    return _passed(original, inspected, stamp)


def check_public(original: Original, rules: GateRules) -> Checked:
    """Download once, check, discard: the service fetches the address itself.

    Raises:
        RefusedError: the rule it breaks.
    """
    with rules.fetch(original.url, rules.max_bytes) as stream:
        size = stream.seek(0, io.SEEK_END)
        _require_sound_size(size, rules.max_bytes)
        stream.seek(0)
        return _passed(original, inspect(stream, size, original.filename, rules), None)


def _passed(original: Original, found: Inspected, stamp: Stamp | None) -> Checked:
    return Checked(original, found.sha256, found.md5, found.size, found.content_type, stamp)


def _require_sound_size(size: int, max_bytes: int) -> None:
    if size == 0:
        raise RefusedError(Rule.FILE_EMPTY, "0 bytes")
    if size > max_bytes:
        raise RefusedError(Rule.TOO_LARGE, f"{size:,} bytes, at most {max_bytes:,}")


def _require_unchanged(original: Original, before: Stamp, look: Callable[[Original], Stamp]) -> None:
    try:
        after = str(look(original))
    except RefusedError as gone:
        after = gone.seen
    if after != str(before):
        raise RefusedError(Rule.STILL_BEING_WRITTEN, f"first {before}, then {after}")

"""One original before its upload: every rule in order, from the cheapest to the dearest."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from dashmedia.gate.reading import Inspected, find_type, inspect
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
        rule, seen = refused.rule, refused.seen
    except OSError as error:
        rule, seen = Rule.FILE_UNREADABLE, words_of(error)
    if rules.copies is not None:
        rules.copies.drop(original)
    return Refusal(original.shown, original.row, rule, seen)


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
            inspected = _inspect(stream, stamp.size, original, rules)
    finally:
        _require_unchanged(original, stamp, look)
    return _passed(original, inspected, stamp)


def check_public(original: Original, rules: GateRules) -> Checked:
    """Download once and check; discard, unless copies are kept: the service may fetch the address itself.

    Raises:
        RefusedError: the rule it breaks.
    """
    with rules.fetch(original.url, rules.max_bytes) as stream:
        size = stream.seek(0, io.SEEK_END)
        _require_sound_size(size, rules.max_bytes)
        stream.seek(0)
        return _passed(original, _inspect(stream, size, original, rules), None)


def _inspect(stream: BinaryIO, size: int, original: Original, rules: GateRules) -> Inspected:
    """Check its bytes; those of a remote one are kept first, if that is wanted and there is room, and checked as kept."""
    if rules.copies is None or original.is_local:
        return inspect(stream, size, original.filename, rules)
    find_type(stream, original.filename, rules)
    stream.seek(0)
    copy = rules.copies.keep(original, stream, size)
    if copy is None:
        stream.seek(0)
        return inspect(stream, size, original.filename, rules)
    with copy.open("rb") as kept:
        return inspect(kept, size, original.filename, rules)


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

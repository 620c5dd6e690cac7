"""Why an original is refused, in the media team's words: the rule, the value seen and what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from dashmedia.errors import ItemError, clip

_AUTHORITY = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:/*)[^/]*@")


class Rule(StrEnum):
    """What an original must satisfy; the value is what ledgers and reports keep."""

    BAD_ROW = "bad_row"
    OUTSIDE_FOLDER = "outside_folder"
    NO_CONSENT = "no_consent"
    RIGHTS_EXPIRED = "rights_expired"
    FILE_MISSING = "file_missing"
    FILE_EMPTY = "file_empty"
    FILE_UNREADABLE = "file_unreadable"
    TOO_LARGE = "too_large"
    TYPE_NOT_ACCEPTED = "type_not_accepted"
    NAME_AND_BYTES_DISAGREE = "name_and_bytes_disagree"
    TOO_MANY_PIXELS = "too_many_pixels"
    DOES_NOT_DECODE = "does_not_decode"
    STILL_BEING_WRITTEN = "still_being_written"
    DUPLICATE = "duplicate"


#: For each rule, what is wrong and what to do next; `seen` goes between them.
_WORDS = {
    Rule.BAD_ROW: ("the manifest row cannot be used", "Correct that row and run again."),
    Rule.OUTSIDE_FOLDER: (
        "it lies outside the source's folder",
        "Move the file into the folder, or allow files outside it in the run's parameters.",
    ),
    Rule.NO_CONSENT: (
        "no consent of the creator is recorded",
        "Put the link or document that proves it into consent_evidence, or run with rights=owned for the brand's own files.",
    ),
    Rule.RIGHTS_EXPIRED: (
        "the rights to use it have ended",
        "Renew them with the creator and update rights_expire_at.",
    ),
    Rule.FILE_MISSING: ("there is no such file", "Check the spelling, upper and lower case, and whether it was moved."),
    Rule.FILE_EMPTY: ("the file has no bytes", "Ask for the file again; the copy was cut off before it began."),
    Rule.FILE_UNREADABLE: ("the file cannot be read", "Check its permissions and its address, then run again."),
    Rule.TOO_LARGE: ("the file is larger than one upload may be", "Export a smaller version."),
    Rule.TYPE_NOT_ACCEPTED: (
        "this type of file is not accepted",
        "Export it as an accepted type, or add the type to accept if your library is known to take it.",
    ),
    Rule.NAME_AND_BYTES_DISAGREE: (
        "its name says one type, its bytes another",
        "Give it the extension of its real type.",
    ),
    Rule.TOO_MANY_PIXELS: ("the image has too many pixels", "Export it in a smaller size."),
    Rule.DOES_NOT_DECODE: (
        "the file is damaged or incomplete",
        "Ask for it again, or run again once it is fully copied.",
    ),
    Rule.STILL_BEING_WRITTEN: ("the file changed while it was looked at", "Run again when it is fully copied."),
    Rule.DUPLICATE: (
        "another file with the same content was taken already",
        "Nothing to do; the first one stands for both.",
    ),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One original, or one manifest row, that was set aside.

    Attributes:
        uri: as written, with credentials and query hidden; empty when the row has none that can be read.
        row: row of the manifest as its reader counts (a CSV's header is row 1), None in a folder.
        rule: the rule it broke.
        seen: the value that broke it, fit to be shown to anybody.
    """

    uri: str
    row: int | None
    rule: Rule
    seen: str

    @property
    def sentence(self) -> str:
        """Which original, what is wrong, what was seen and what to do next."""
        place = f"row {self.row}" if self.row is not None else ""
        which = f"{self.uri} ({place})" if self.uri and place else self.uri or place or "An original"
        return f"{which}: {self.reason}"

    @property
    def reason(self) -> str:
        """The same where people see already which original it is."""
        what, next_step = _WORDS[self.rule]
        return f"{what} ({self.seen}). {next_step}"


class RefusedError(ItemError):
    """One original breaks a rule; inside sources and gate this ends its checks and becomes a `Refusal`."""

    def __init__(self, rule: Rule, seen: str) -> None:
        self.rule, self.seen = rule, clip(seen)
        super().__init__(f"{rule}: {self.seen}")


def shown_uri(uri: str) -> str:
    """`uri` as it may be printed: no credentials, no query, no control characters, at most 200 characters."""
    text = _AUTHORITY.sub(r"\1…@", uri)
    if "://" in text:
        path, mark, _ = text.partition("?")
        text = path + mark + "…" if mark else path
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
    return clip(printable)

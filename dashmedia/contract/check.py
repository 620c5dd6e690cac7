"""The comparison as a whole: every call of a client with one file of its vendor."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from dashmedia.contract.answers import AnswerCheck
from dashmedia.contract.bodies import BodyCheck, Vocabulary
from dashmedia.contract.dash_calls import DASH_CALLS
from dashmedia.contract.document import parse_document
from dashmedia.contract.endpoints import Bases, compare_auth, compare_server, covers, find_operation
from dashmedia.contract.findings import finding, gathered, place
from dashmedia.contract.learning import sample_of
from dashmedia.contract.operations import answer_schemas, compare_parameters, compare_statuses, request_schema
from dashmedia.contract.report import ContractReport, Difference, Kind, System, Weight
from dashmedia.contract.settled import Side, Witness, settle
from dashmedia.contract.social_calls import SOCIAL_CALLS
from dashmedia.dam import wire
from dashmedia.dam.settings import DashSettings
from dashmedia.settings import SocialSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashmedia.contract.calls import Call
    from dashmedia.contract.document import Document, Operation
    from dashmedia.contract.recording import Sent


#: Whose log entries would be about our own trials.
DASH_LOGGER = "dashmedia.dam"


@dataclass(frozen=True, slots=True)
class Ours:
    """What we are in the comparison.

    Attributes:
        calls: of the client.
        bases: where it goes unless somebody sets another URL.
        prefix: of the variables that set one.
        todo: where its spellings are.
    """

    calls: tuple[Call, ...]
    bases: Bases
    prefix: str
    todo: str


def _defaults(settings: type[DashSettings | SocialSettings]) -> dict[str, str]:
    return {name: settings.model_fields[f"{name}_url"].default for name in ("api", "auth")}


_DASH_URLS, _SOCIAL_URLS = _defaults(DashSettings), _defaults(SocialSettings)
OURS: dict[System, Ours] = {
    "dash": Ours(
        DASH_CALLS,
        Bases(_DASH_URLS, urljoin(_DASH_URLS["auth"], wire.TOKEN_PATH)),
        "DASH_",
        "Correct dashmedia/dam/wire.py, or the reader beside it.",
    ),
    "dash-social": Ours(
        SOCIAL_CALLS,
        Bases(_SOCIAL_URLS, None),
        "DASH_SOCIAL_",
        "Correct dashmedia/social/wire.py, or the reader beside it.",
    ),
}


def check_contract(system: System, source: str, content: bytes) -> ContractReport:
    """Every difference between a vendor's file and what our client of that vendor sends and reads.

    Args:
        system: whose file it is.
        source: where it was read, without query.
        content: the file.

    Raises:
        ContractFileError: it is not OpenAPI 3.0 or 3.1, or cannot be followed.
    """
    document = parse_document(source, content)
    with _quiet():
        check = _Check(document, system)
        found = gathered(check.differences())
    return ContractReport(
        system=system,
        source=source,
        title=document.title,
        openapi=document.version,
        calls=len(check.groups),
        differences=found,
        settled=settle(system, check.witness, found),
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the client logs about answers that are wrong on purpose."""
    log = logging.getLogger(DASH_LOGGER)
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


class _Check:
    def __init__(self, document: Document, system: System) -> None:
        self._document, self._system, self._ours = document, system, OURS[system]
        self._vocabulary = Vocabulary()
        self.witness = Witness(document)
        self.groups: dict[str, list[tuple[Call, Sent]]] = {}
        for call in self._ours.calls:
            for sent in sample_of(call, 0).sent:
                self.groups.setdefault(sent.endpoint, []).append((call, sent))

    def differences(self) -> Iterator[Difference]:
        """In the order of our calls."""
        for endpoint, group in self.groups.items():
            yield from self._endpoint(endpoint, group)
        yield from self._vocabulary.unsent()
        yield from self._unused()

    def _endpoint(self, endpoint: str, group: list[tuple[Call, Sent]]) -> Iterator[Difference]:
        first, base = group[0][1], self._ours.bases.urls[group[0][1].host]
        operation, missing = find_operation(self._document, first, self._ours.todo)
        if operation is None:
            if covers(self._document, base):
                yield from missing
            else:
                yield finding(Kind.UNTOLD, Weight.NOTE, place(endpoint, ""), f"at {base}", "nothing of this host")
            return
        yield from compare_server(self._document, operation, base, f"{self._ours.prefix}{first.host.upper()}_URL")
        if first.endpoint != wire.TOKEN:
            yield from compare_auth(self._document, operation, endpoint, self._ours.bases)
        yield from compare_parameters(self._document, operation, endpoint)
        if operation.raw.get("deprecated") is True:
            yield finding(Kind.MORE, Weight.NOTE, place(endpoint, ""), "called", "deprecated")
        yield from self._request(endpoint, operation, group)
        yield from self._answer(endpoint, operation, group)

    def _request(self, endpoint: str, operation: Operation, group: list[tuple[Call, Sent]]) -> Iterator[Difference]:
        bodies = [sent.body for _, sent in group if sent.body is not None]
        if not bodies:
            return
        schema, found = request_schema(self._document, operation, endpoint)
        yield from found
        if schema is not None:
            self.witness.add(endpoint, "request", Side(bodies, bodies, schema))
            check = BodyCheck(self._document, endpoint, self._vocabulary, self._ours.todo)
            yield from check.compare(bodies, schema)

    def _answer(self, endpoint: str, operation: Operation, group: list[tuple[Call, Sent]]) -> Iterator[Difference]:
        calls = list({id(call): call for call, _ in group}.values())
        is_read = any(call.shapes[0] is not None for call in calls)
        yield from compare_statuses(operation, endpoint, calls[0].status, is_read=is_read)
        schemas = list(answer_schemas(self._document, operation))
        if not schemas and is_read:
            yield finding(Kind.UNTOLD, Weight.NOTE, place(endpoint, "answer"), "is read", "no schema")
        check = AnswerCheck(self._document, self._system, endpoint, self._ours.todo)
        for schema in schemas:
            for call in calls:
                found, shape = check.compare(call, schema)
                self.witness.add(endpoint, "answer", Side([call.shapes[0]], [shape], schema))
                yield from found

    def _unused(self) -> Iterator[Difference]:
        """Operations that we have no use for, as one note."""
        used = {
            (operation.path, operation.method)
            for group in self.groups.values()
            for operation in [find_operation(self._document, group[0][1], "")[0]]
            if operation
        }
        more = [f"{one.method} {one.path}" for one in self._document.operations if (one.path, one.method) not in used]
        if more:
            theirs = f"{len(more):,} more operations: {', '.join(more)}"
            yield finding(Kind.MORE, Weight.NOTE, "the API", "not called", theirs)

"""What an operation wants beside its body, which statuses it answers, and where the schemas of both sides stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashmedia.answers import judge
from dashmedia.contract.findings import finding, place
from dashmedia.contract.report import Difference, Kind, Weight
from dashmedia.members import as_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashmedia.contract.document import Document, Operation

JSON = "application/json"


def compare_parameters(document: Document, operation: Operation, endpoint: str) -> list[Difference]:
    """Query parameters, headers and cookies that must be sent; we send none."""
    told = [
        as_object(document.follow(one))
        for holder in (operation.shared, operation.raw)
        for one in holder.get("parameters") or ()
    ]
    wanted = {(str(one.get("in")), str(one.get("name"))) for one in told if one.get("required") is True}
    # The specification: what names these three headers as parameters is to be ignored.
    ignored = {("header", name) for name in ("Accept", "Content-Type", "Authorization")}
    return [
        finding(Kind.PARAMETER, Weight.BREAKS, place(endpoint, f"{where} {name}"), "never sent", "required", "Send it.")
        for where, name in sorted(wanted - ignored)
        if where != "path"
    ]


def compare_statuses(operation: Operation, endpoint: str, decided: int, *, is_read: bool) -> list[Difference]:
    """Statuses that the file names and our transport takes for something else, or that differ from what we decided.

    Args:
        operation: of the file.
        endpoint: the call, for messages.
        decided: the status of success as we decided it.
        is_read: whether something must be read from the answer.
    """
    told = [status for status in as_object(operation.raw.get("responses")) if status != "default"]
    good = [status for status in told if _is_success(status)]
    where = place(endpoint, "status")
    found: list[Difference] = []
    if not good and told:
        found.append(finding(Kind.STATUS, Weight.BREAKS, where, "2xx for success", ", ".join(told)))
    elif is_read and good and all(status in {"204", "205"} for status in good):
        found.append(finding(Kind.STATUS, Weight.BREAKS, where, "an answer that is read", f"{good[0]}, no content"))
    elif good and not {str(decided), "2XX"} & {status.upper() for status in good}:
        found.append(finding(Kind.STATUS, Weight.NOTE, where, f"{decided}; any 2xx is understood", ", ".join(good)))
    if moved := [status for status in told if status.startswith("3")]:
        words = "redirects are never followed"
        found.append(finding(Kind.STATUS, Weight.WEAKENS, where, words, ", ".join(moved)))
    return found


def request_schema(document: Document, operation: Operation, endpoint: str) -> tuple[Any, list[Difference]]:
    """The schema of the body that we send; None where the file does not tell, or takes no JSON."""
    body = as_object(document.follow(operation.raw.get("requestBody")))
    kinds = list(as_object(body.get("content")))
    where = place(endpoint, "request")
    if not body:
        return None, [finding(Kind.MEMBER, Weight.BREAKS, where, "a body", "none is taken")]
    if kinds and not any(map(is_json, kinds)):
        return None, [finding(Kind.TYPE, Weight.BREAKS, where, JSON, " or ".join(kinds))]
    schema = _json_schema(body)
    return schema, [] if schema is not None else [finding(Kind.UNTOLD, Weight.NOTE, where, "a body", "no schema")]


def answer_schemas(document: Document, operation: Operation) -> Iterator[Any]:
    """The schemas of the answers that mean success; none where the file does not tell."""
    for status, raw in as_object(operation.raw.get("responses")).items():
        schema = _json_schema(as_object(document.follow(raw))) if _is_success(status) else None
        if schema is not None:
            yield schema


def _json_schema(holder: dict[str, Any]) -> Any:
    content = as_object(holder.get("content"))
    chosen = next((kind for kind in content if is_json(kind)), None)
    return as_object(content[chosen]).get("schema") if chosen else None


def is_json(media_type: str) -> bool:
    """Whether a media type is, or may be, the one that we send and read."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain in {JSON, "application/*", "*/*"} or plain.endswith("+json")


def _is_success(status: str) -> bool:
    """By our own transport's judgement."""
    plain = status.upper().replace("X", "0")
    return plain.isdigit() and judge("", int(plain), {}, b"", now=0) is None

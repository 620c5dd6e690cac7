"""Where an API is reached, how one signs in, and which methods of which paths there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from dashmedia.contract.findings import alike, finding, place
from dashmedia.contract.report import Difference, Kind, Weight
from dashmedia.members import as_object

if TYPE_CHECKING:
    from dashmedia.contract.document import Document, Operation
    from dashmedia.contract.recording import Sent


#: What ids have and words of a path do not; `v2` has less.
_ID = re.compile(r"\d{3}|%7C")


@dataclass(frozen=True, slots=True)
class Bases:
    """Our base URLs by name (`api`, `auth`), and the whole URL at which tokens are bought; None without OAuth."""

    urls: dict[str, str]
    token_url: str | None


def find_operation(document: Document, sent: Sent, todo: str) -> tuple[Operation | None, list[Difference]]:
    """The operation that a request is for; when there is none, what stands nearest."""
    there = [one for one in document.operations if _leads_to(one.path, sent.path)]
    # `/fields/all` before `/fields/{id}`: the more that is written out, the better it is meant.
    found = [one for one in there if one.method == sent.method]
    if found:
        return min(found, key=lambda one: one.path.count("{")), []
    if there:
        theirs = " or ".join(one.method for one in there)
        return None, [finding(Kind.METHOD, Weight.BREAKS, place(sent.endpoint, ""), sent.method, theirs, todo)]
    near = alike(
        _bare(sent.path), sorted({_bare(one.path) for one in document.operations if one.method == sent.method})
    )
    theirs = "not there" + (f"; perhaps it is now {near}" if near else "")
    return None, [finding(Kind.ENDPOINT, Weight.BREAKS, place(sent.endpoint, ""), _bare(sent.path), theirs, todo)]


def covers(document: Document, base_url: str) -> bool:
    """Whether the file is about the host of this base URL; one that names no host is about all."""
    hosts = {urlsplit(url).netloc for url in _servers(document, document.raw)} - {""}
    return not hosts or urlsplit(base_url).netloc in hosts


def compare_server(document: Document, operation: Operation | None, base_url: str, setting: str) -> list[Difference]:
    """Whether our base URL is one of the file's."""
    holders = [operation.raw, operation.shared, document.raw] if operation else [document.raw]
    told = next((urls for holder in holders if (urls := _servers(document, holder))), ())
    if not told or base_url.rstrip("/") in told or all(not urlsplit(url).netloc and url in {"", "/"} for url in told):
        return []
    todo = f"Set {setting} to the right one of them."
    where = operation.path if operation else "the API"
    return [finding(Kind.SERVER, Weight.BREAKS, f"{where} server", base_url, " or ".join(told), todo)]


def compare_auth(document: Document, operation: Operation, endpoint: str, bases: Bases) -> list[Difference]:
    """Whether a Bearer token alone opens it."""
    needs = operation.raw.get("security", document.raw.get("security"))
    if not isinstance(needs, list) or not needs or {} in needs:
        return []
    known = as_object(as_object(document.raw.get("components")).get("securitySchemes"))
    choices = [[as_object(document.follow(known.get(name))) for name in as_object(need)] for need in needs]
    if not any(all(_is_bearer(scheme) for scheme in choice) for choice in choices):
        theirs = " or ".join(" and ".join(map(_scheme_in_words, choice)) for choice in choices)
        todo = "Our transport sends `Authorization: Bearer` and nothing else; see dashmedia/credentials.py."
        return [finding(Kind.AUTH, Weight.BREAKS, place(endpoint, ""), "a Bearer token", theirs, todo)]
    return [one for choice in choices for scheme in choice for one in _token_url(scheme, bases)]


def _token_url(scheme: dict[str, Any], bases: Bases) -> list[Difference]:
    flows = [as_object(flow) for flow in as_object(scheme.get("flows")).values()]
    told = sorted({str(flow.get("refreshUrl") or flow["tokenUrl"]) for flow in flows if "tokenUrl" in flow})
    if not told or bases.token_url is None or bases.token_url in {urljoin(bases.token_url, url) for url in told}:
        return []
    todo = "Set DASH_AUTH_URL, or TOKEN_PATH in dashmedia/dam/wire.py."
    return [finding(Kind.AUTH, Weight.BREAKS, "tokens", bases.token_url, " or ".join(told), todo)]


def _is_bearer(scheme: dict[str, Any]) -> bool:
    kind = str(scheme.get("type", "")).lower()
    return kind in {"oauth2", "openidconnect"} or (kind == "http" and str(scheme.get("scheme", "")).lower() == "bearer")


def _scheme_in_words(scheme: dict[str, Any]) -> str:
    if scheme.get("type") == "apiKey":
        return f"an API key in {scheme.get('in')} {scheme.get('name')}"
    return f"{scheme.get('type', 'a scheme that it does not describe')} {scheme.get('scheme', '')}".strip()


def _servers(document: Document, holder: dict[str, Any]) -> tuple[str, ...]:
    """Its base URLs with the defaults of their variables, without a slash at the end."""
    servers = holder.get("servers")
    found: list[str] = []
    for server in map(as_object, servers if isinstance(servers, list) else ()):
        url = str(server.get("url", ""))
        for name, told in as_object(server.get("variables")).items():
            url = url.replace(f"{{{name}}}", str(as_object(told).get("default", "")))
        found.append(
            (urljoin(document.name, url) if not urlsplit(url).netloc and "://" in document.name else url).rstrip("/")
        )
    return tuple(found)


def _leads_to(template: str, path: str) -> bool:
    steps, told = path.strip("/").split("/"), template.strip("/").split("/")
    return len(steps) == len(told) and all(
        one.startswith("{") or one == step for one, step in zip(told, steps, strict=True)
    )


def _bare(path: str) -> str:
    """A path without what stands for ids, fit to be compared with another."""
    return "/".join("{}" if step.startswith("{") or _ID.search(step) else step for step in path.split("/"))

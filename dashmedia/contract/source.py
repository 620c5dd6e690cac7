"""The bytes of an OpenAPI file: from a path, any fsspec URL or an https:// address, and never more than we mean to read."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import urlsplit

from dashmedia.errors import ContractFileError
from dashmedia.limits import CONTRACT_FILE_BYTES
from dashmedia.refusals import RefusedError
from dashmedia.sources.home import scheme_of
from dashmedia.sources.public import fetch_public
from dashmedia.sources.remote import open_file_system, remote_errors, words_of


def read_contract_file(source: str, most_bytes: int = CONTRACT_FILE_BYTES) -> bytes:
    """The whole file.

    Args:
        source: a path, an fsspec URL or an https:// address; no credentials are sent to the latter.
        most_bytes: a larger file is refused.

    Raises:
        ContractFileError: it cannot be read, is empty or is too large.
    """
    name = shown(source)
    if scheme_of(source) == "http":
        raise ContractFileError(name, "http:// is not encrypted, so anybody may change it on its way; use https://")
    try:
        content = _fetch(source, most_bytes) if scheme_of(source) == "https" else _read(source, most_bytes)
    except RefusedError as error:
        raise ContractFileError(name, f"it cannot be fetched: {error.seen}") from error
    except (OSError, ValueError) as error:
        words = words_of(error) if isinstance(error, OSError) else str(error)
        raise ContractFileError(name, f"it cannot be read: {words}") from error
    if len(content) > most_bytes:
        raise ContractFileError(
            name, f"it has more than {most_bytes:,} bytes, and no description of an API is so large"
        )
    return content


def shown(source: str) -> str:
    """The address without its query and without a password, either of which may be a secret."""
    plain = source.partition("?")[0].partition("#")[0]
    return plain.replace(f"{urlsplit(plain).netloc.rpartition('@')[0]}@", "") if "@" in plain else plain


def _fetch(url: str, most_bytes: int) -> bytes:
    with closing(fetch_public(url, most_bytes)) as stream:
        return stream.read()


def _read(url: str, most_bytes: int) -> bytes:
    with remote_errors():
        file_system, path = open_file_system(url)
        with file_system.open(path, "rb") as stream:
            content: bytes = stream.read(most_bytes + 1)
    return content

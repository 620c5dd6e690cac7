"""Where content goes, as the text that is half of a ledger key, and the id that follows from it."""

from __future__ import annotations

from unicodedata import category
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID, uuid5

from dashmedia.errors import SettingsError, clip

#: Host of the production library. Contract `dash-social-api.md`, section 1.
PRODUCTION_HOST = "library-backend.dashsocial.com"

#: Host of the production DAM. Contract `dash-api-v2.md`, section 1.
DAM_PRODUCTION_HOST = "api-v2.dash.app"

#: How destinations in the DAM begin.
DAM = "dam:"

#: Longest folder path, in bytes of UTF-8. Ours: with the host it must fit `KEY_BYTES`, percent-encoded in the worst case.
FOLDER_BYTES = 300

#: Fixed for ever: another value would make every item a new one on the remote side.
NAMESPACE = UUID("6f1b3c0e-5a0d-4c53-9d5e-2c1f3f6f7b11")


def service_of(api_url: str) -> str:
    """Whose storage the bytes are in: `social` in production, `social@<host[:port]>` elsewhere."""
    host = urlsplit(api_url).netloc.rpartition("@")[2].lower()
    return "social" if host == PRODUCTION_HOST else f"social@{host}"


def social_destination(brand_id: int, api_url: str) -> str:
    """`social:<brand>` in production, `social:<brand>@<host[:port]>` elsewhere: a rehearsal counts for nothing."""
    service, at, host = service_of(api_url).partition("@")
    return f"{service}:{brand_id}{at}{host}"


def source_id_for(destination: str, sha256: str) -> str:
    """UUIDv5 of destination and content: the same content for the same destination is the same id, whoever sends it."""
    return str(uuid5(NAMESPACE, f"{destination}/{sha256.lower()}"))


def folder_names(folder: str) -> tuple[str, ...]:
    """The names in a folder path such as `/UGC/2031-02`, from the root down; none for `/`, the top level.

    Raises:
        SettingsError: a name is empty, `.` or `..`, or holds a control character, or the path is too long.
    """
    names = tuple(folder.strip().removeprefix("/").removesuffix("/").split("/"))
    if names == ("",):
        return ()
    if any(not _is_sound(name) for name in names) or len(folder.encode()) > FOLDER_BYTES:
        raise SettingsError(
            f"The DAM folder {clip(ascii(folder))} cannot be used. Expected names separated by single slashes, such as "
            f"/UGC/2031-02, none of them `.` or `..`, no control characters, at most {FOLDER_BYTES} bytes."
        )
    return names


def _is_sound(name: str) -> bool:
    is_text = not any(category(character) in {"Cc", "Cs"} for character in name)
    return bool(name) and name == name.strip() and name not in {".", ".."} and is_text


def dam_destination(folder: str, api_url: str) -> str:
    """`dam:/UGC/2031-02` in production, `dam:/UGC/2031-02@<host[:port]>` elsewhere.

    Raises:
        SettingsError: as `folder_names`.
    """
    path = "/" + "/".join(folder_names(folder))
    host = urlsplit(api_url).netloc.rpartition("@")[2].lower()
    # An `@` in a folder's name must not be read as the beginning of a host.
    kept = path.replace("%", "%25").replace("@", "%40")
    return f"{DAM}{kept}" if host == DAM_PRODUCTION_HOST else f"{DAM}{kept}@{host}"


def dam_folder(destination: str) -> str:
    """The folder path in a DAM destination."""
    return unquote(destination.removeprefix(DAM).partition("@")[0])


def version_destination(asset_id: str, api_url: str) -> str:
    """`dam:<asset id>[@<host[:port]>]`: content that becomes the newest file of one existing asset."""
    host = urlsplit(api_url).netloc.rpartition("@")[2].lower()
    kept = quote(asset_id, safe="|")
    return f"{DAM}{kept}" if host == DAM_PRODUCTION_HOST else f"{DAM}{kept}@{host}"


def versioned_asset(destination: str) -> str | None:
    """The asset in a destination of `version_destination`; None in that of a folder."""
    inner = destination.removeprefix(DAM).partition("@")[0]
    return None if inner.startswith("/") else unquote(inner)


def is_dam(destination: str) -> bool:
    """Whether it is in the DAM."""
    return destination.startswith(DAM)

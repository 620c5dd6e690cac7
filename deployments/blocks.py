"""Credentials and secrets of the environment as Prefect blocks, so that every worker has them and nobody sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prefect.blocks.system import Secret
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr

from dashmedia import settings as social
from dashmedia.dam import DashSettings
from dashmedia.dam import settings as dam
from dashmedia.settings import SocialSettings
from deployments.changes import Change, Fate
from tasks.credentials import DEFAULT_BLOCK, DashSocialCredentials
from tasks.dash_credentials import DashCredentials
from tasks.database_secret import DEFAULT_SECRET, VARIABLE
from tasks.leased_rate import DAM_LIMIT, SOCIAL_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prefect.blocks.core import Block

    from deployments.changes import Site


@dataclass(frozen=True)
class Credentials:
    """One service, and what is known of it here.

    Attributes:
        block: the type of the block that holds its credentials.
        settings: what reads the variables of the environment, and checks them.
        needs: variables of which at least one must be set.
        limit: the global concurrency limit that all runs share.
    """

    block: type[DashSocialCredentials | DashCredentials]
    settings: type[SocialSettings | DashSettings]
    needs: tuple[str, ...]
    limit: str

    def of(self, env: Mapping[str, str]) -> DashSocialCredentials | DashCredentials | None:
        """The block that the environment describes; None when no credential is set.

        Raises:
            SettingsError: a variable is misspelt or makes no sense.
        """
        if not any(env.get(name, "").strip() for name in self.needs):
            return None
        found = self.settings.from_env(env)
        return self.block(**found.model_dump(include=set(self.block.model_fields)))


SERVICES = (
    Credentials(DashSocialCredentials, SocialSettings, (f"{social.PREFIX}TOKEN",), SOCIAL_LIMIT),
    Credentials(
        DashCredentials, DashSettings, tuple(f"{dam.PREFIX}{name.upper()}" for name in ("api_token", *dam.OAUTH)), DAM_LIMIT
    ),
)  # fmt: skip


def arrange_blocks(site: Site) -> Iterator[Change]:
    """The types of our blocks can be filled in in the UI, and what the environment has is filled in."""
    for service in SERVICES:
        yield _arrange_type(site, service.block)
        yield _arrange_credentials(site, service)
    yield _arrange_secret(site)


def requests_per_minute(site: Site, service: Credentials) -> int:
    """What the environment says, else the block on the server, else what the vendor or we allow by default."""
    found = service.of(site.env)
    default = service.block.model_fields["requests_per_minute"].default
    seen = stored(site, service.block, DEFAULT_BLOCK) or {}
    return found.requests_per_minute if found else int(seen.get("requests_per_minute", default))


def stored(site: Site, block: type[Block], name: str) -> dict[str, Any] | None:
    """The members of a block on the server, secrets in clear; None when there is none of that name."""
    try:
        found = site.client.read_block_document_by_name(name, block.get_block_type_slug(), include_secrets=True)
    except ObjectNotFound:
        return None
    return found.data


def arrange_block(site: Site, block: Block, name: str, note: str = "") -> Change:
    """A block with these members is there."""
    slug = block.get_block_type_slug()
    return site.settle(
        "block", f"{slug}/{name}", seen=stored(site, type(block), name), wanted=_in_clear(block),
        write=lambda: block.save(name, overwrite=True), note=note,
    )  # fmt: skip


def _arrange_type(site: Site, block: type[Block]) -> Change:
    return site.settle(
        "block type", block.get_block_type_slug(), seen=_type_seen(site, block),
        wanted={"description": block.get_description(), "has_schema": True}, write=block.register_type_and_schema,
    )  # fmt: skip


def _type_seen(site: Site, block: type[Block]) -> dict[str, Any] | None:
    try:
        known = site.client.read_block_type_by_slug(block.get_block_type_slug())
    except ObjectNotFound:
        return None
    try:
        site.client.read_block_schema_by_checksum(block._calculate_schema_checksum())  # noqa: SLF001 - Prefect has no public way to it
    except ObjectNotFound:
        return {"description": known.description}
    return {"description": known.description, "has_schema": True}


def _arrange_credentials(site: Site, service: Credentials) -> Change:
    found = service.of(site.env)
    if found is None:
        return _not_in_environment(site, service.block, DEFAULT_BLOCK, " or ".join(service.needs[:2]))
    return arrange_block(site, _with_newest_token(site, found), DEFAULT_BLOCK)


def _with_newest_token(site: Site, found: DashSocialCredentials | DashCredentials) -> Block:
    """Runs keep the refresh token of the block up to date; the one in the environment was good once."""
    seen = stored(site, type(found), DEFAULT_BLOCK) or {}
    is_ours = isinstance(found, DashCredentials) and found.client_id and seen.get("client_id") == found.client_id
    if site.take_refresh_token or not is_ours or not seen.get("refresh_token"):
        return found
    return found.model_copy(update={"refresh_token": SecretStr(seen["refresh_token"])})


def _arrange_secret(site: Site) -> Change:
    url = site.env.get(VARIABLE, "").strip()
    if not url:
        return _not_in_environment(site, Secret, DEFAULT_SECRET, VARIABLE)
    return arrange_block(site, Secret(value=SecretStr(url)), DEFAULT_SECRET)


def _not_in_environment(site: Site, block: type[Block], name: str, needs: str) -> Change:
    called = f"{block.get_block_type_slug()}/{name}"
    if stored(site, block, name) is not None:
        return Change(Fate.KEPT, "block", called, "not in the environment")
    return Change(
        Fate.LEFT_OUT, "block", called, f"set {needs} and run this again, or fill it in in the UI under Blocks"
    )


def _in_clear(block: Block) -> dict[str, Any]:
    """Its members as the server keeps them, for a comparison; never to be shown."""
    members = {name: getattr(block, name) for name in type(block).model_fields}
    return {
        name: each.get_secret_value() if hasattr(each, "get_secret_value") else each for name, each in members.items()
    }

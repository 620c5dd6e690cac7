"""Where a person is told that something went wrong: a block of Prefect's own, so that the server itself can send."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.exceptions import ObjectNotFound
from prefect.types import SecretDict

from dashmedia.errors import SettingsError
from deployments.blocks import arrange_block

if TYPE_CHECKING:
    from deployments.changes import Change, Site

#: The URL of a webhook that takes `{"text": …}`, as those of Slack, Mattermost and Google Chat do.
URL_VARIABLE = "DASHMEDIA_NOTIFY_URL"

#: Or any notification block that was made in the UI, such as `slack-webhook/media-team`.
BLOCK_VARIABLE = "DASHMEDIA_NOTIFY_BLOCK"

#: What the block is called that we make from the URL.
BLOCK = "dashmedia-notify"

#: Stands for its id in a dry run that would make it.
TO_BE_MADE = UUID(int=0)

#: What a block must be able to do.
CAPABILITY = "notify"


def arrange_webhook(site: Site) -> list[Change]:
    """The block for the URL is there, when the environment has one.

    Raises:
        SettingsError: it has one, and it is no URL.
    """
    url = site.env.get(URL_VARIABLE, "").strip()
    if not url:
        return []
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            f"{URL_VARIABLE} is no URL of a webhook. Expected https://…, the address that your chat gave you for incoming messages."
        )
    return [arrange_block(site, _webhook(url), BLOCK, note=f"to {parts.hostname}")]


def _webhook(url: str) -> CustomWebhookNotificationBlock:
    """Its address is a secret: whoever has it can write there."""
    return CustomWebhookNotificationBlock(
        name="dashmedia", url="{{ address }}", secrets=SecretDict({"address": url}),
        json_data={"text": "{{ subject }}\n\n{{ body }}"},
    )  # fmt: skip


def find_target(site: Site) -> UUID | None:
    """The id of the block that sends, in a dry run perhaps one that is yet to be made; None when the environment names none.

    Raises:
        SettingsError: the block that is named does not exist, or cannot send.
    """
    named = site.env.get(BLOCK_VARIABLE, "").strip()
    if named:
        return _named(site, named)
    if not site.env.get(URL_VARIABLE, "").strip():
        return None
    try:
        return site.client.read_block_document_by_name(BLOCK, CustomWebhookNotificationBlock.get_block_type_slug()).id
    except ObjectNotFound:
        return TO_BE_MADE


def _named(site: Site, named: str) -> UUID:
    slug, _, name = named.partition("/")
    try:
        found = site.client.read_block_document_by_name(name, slug)
    except ObjectNotFound as error:
        raise SettingsError(
            f"{BLOCK_VARIABLE} names {named}, and there is no such block. Expected the type and the name as the UI shows "
            "them under Blocks, such as slack-webhook/media-team."
        ) from error
    if found.block_schema is None or CAPABILITY not in found.block_schema.capabilities:
        raise SettingsError(f"{BLOCK_VARIABLE} names {named}, and a block of type {slug} sends no messages.")
    return found.id

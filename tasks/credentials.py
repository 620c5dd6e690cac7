"""Where credentials come from: a Prefect block first, the environment when there is none."""

from __future__ import annotations

import os
from typing import ClassVar, Literal, cast

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from dashmedia.errors import SettingsError
from dashmedia.limits import SOCIAL_REQUESTS_PER_MINUTE
from dashmedia.settings import SocialSettings

#: What a flow looks for when nobody names a block.
DEFAULT_BLOCK = "default"


class DashSocialCredentials(Block):
    """A key for Dash Social and where to use it. One key reaches every brand its owner sees."""

    _block_type_name = "Dash Social credentials"
    _block_type_slug = "dash-social-credentials"
    _description: ClassVar[str] = "API key and addresses of Dash Social, for the flows of dashmedia."

    token: SecretStr = Field(title="API key", description="From the Developer section of the Dash app.")
    api_url: str = Field("https://library-backend.dashsocial.com", title="Library address")
    auth_url: str = Field("https://auth.dashsocial.com", title="Identity address")
    requests_per_minute: int = Field(
        SOCIAL_REQUESTS_PER_MINUTE, ge=1, title="Requests a minute", description="The limit of your contract."
    )
    put_mode: Literal["auto", "signed", "bare"] = Field(
        "auto", title="PUT mode", description="How bytes are put to the storage; `auto` finds out."
    )

    def settings(self) -> SocialSettings:
        """The same as the library wants it."""
        return SocialSettings(**self.model_dump(include=set(SocialSettings.model_fields)))


def social_settings(block: str = DEFAULT_BLOCK) -> SocialSettings:
    """Settings from the block named `block`; the default one may be missing, then from `DASH_SOCIAL_…` variables.

    Raises:
        SettingsError: a block was named and does not exist, or there is neither block nor variables.
    """
    try:
        loaded = cast("DashSocialCredentials", DashSocialCredentials.load(block))
    except ValueError as error:
        if block != DEFAULT_BLOCK:
            raise SettingsError(
                f"There is no Dash Social credentials block named {block}. Make it in the UI under Blocks, or leave the "
                "parameter at its default to use the environment."
            ) from error
        return SocialSettings.from_env(os.environ)
    return loaded.settings()

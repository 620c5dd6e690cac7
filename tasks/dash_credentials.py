"""Where credentials for Dash come from: a Prefect block first, the environment when there is none."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, ClassVar, cast

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from dashmedia.dam import DashSettings
from dashmedia.errors import SettingsError
from dashmedia.limits import DAM_REQUESTS_PER_MINUTE
from tasks.credentials import DEFAULT_BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


class DashCredentials(Block):
    """Access to Dash, the DAM: either an API token, or client id, client secret and refresh token together."""

    _block_type_name = "Dash credentials"
    _block_type_slug = "dash-credentials"
    _description: ClassVar[str] = "Token or OAuth client and address of Dash, for the flows of dashmedia."

    api_token: SecretStr | None = Field(None, title="API token", description="Not renewed; leave empty with OAuth.")
    client_id: str = Field("", title="Client id", description="From Admin, Integrations, REST API.")
    client_secret: SecretStr | None = Field(None, title="Client secret")
    refresh_token: SecretStr | None = Field(
        None, title="Refresh token", description="Kept up to date here when the login gives a new one."
    )
    api_url: str = Field("https://api-v2.dash.app", title="API address")
    auth_url: str = Field("https://login.dash.app", title="Login address")
    requests_per_minute: int = Field(DAM_REQUESTS_PER_MINUTE, ge=1, title="Requests a minute")

    def settings(self) -> DashSettings:
        """The same as the library wants it."""
        return DashSettings(**self.model_dump(include=set(DashSettings.model_fields)))


def dash_access(block: str = DEFAULT_BLOCK) -> tuple[DashSettings, Callable[[SecretStr], None]]:
    """Settings from the block named `block`, and what to do with a new refresh token.

    The default block may be missing: then from `DASH_…` variables.

    Raises:
        SettingsError: a block was named and does not exist, or there is neither block nor variables.
    """
    try:
        loaded = load_block(block)
    except ValueError as error:
        if block != DEFAULT_BLOCK:
            raise SettingsError(
                f"There is no Dash credentials block named {block}. Make it in the UI under Blocks, or leave the "
                "parameter at its default to use the environment."
            ) from error
        return DashSettings.from_env(os.environ), warn_of_refresh_token
    return loaded.settings(), lambda token: keep_refresh_token(block, token)


def load_block(block: str) -> DashCredentials:
    """The block of that name; ValueError when there is none."""
    return cast("DashCredentials", DashCredentials.load(block))


def keep_refresh_token(block: str, token: SecretStr) -> None:
    """Write a new refresh token back: the old one may be worthless from now on."""
    kept = load_block(block)  # whatever else somebody changed in it meanwhile stays
    kept.refresh_token = token
    kept.save(block, overwrite=True)
    log.info("the new refresh token is in the Dash credentials block %s", block)


def warn_of_refresh_token(_: SecretStr) -> None:
    """Say what the environment cannot do."""
    log.warning(
        "The login gave a new refresh token, and DASH_REFRESH_TOKEN cannot be changed from here: the next run may be "
        "refused. Keep the credentials in a Dash credentials block, which is kept up to date."
    )

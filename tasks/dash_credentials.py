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
    from dashmedia.dam.oauth import RefreshTokens

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


class BlockTokens:
    """Refresh tokens in a credentials block.

    Args:
        block: its name.
    """

    def __init__(self, block: str) -> None:
        self._block = block

    def keep(self, token: SecretStr) -> None:
        """Write a new one back."""
        kept = load_block(self._block)  # whatever else somebody changed in it meanwhile stays
        kept.refresh_token = token
        kept.save(self._block, overwrite=True)
        log.info("the new refresh token is in the Dash credentials block %s", self._block)

    def latest(self) -> SecretStr | None:
        """The one in the block now: another run, or a person, may have put it there."""
        return load_block(self._block).refresh_token


class EnvironmentTokens:
    """Refresh tokens of a run that has no block: the environment cannot be changed from here."""

    def keep(self, _: SecretStr) -> None:
        """Say what will happen."""
        log.warning(
            "The login gave a new refresh token, and DASH_REFRESH_TOKEN cannot be changed from here: the next run may be "
            "refused. Keep the credentials in a Dash credentials block, which is kept up to date."
        )

    def latest(self) -> None:
        """Nobody changed it."""
        return


def dash_access(block: str = DEFAULT_BLOCK) -> tuple[DashSettings, RefreshTokens]:
    """Settings from the block named `block`, and where new refresh tokens go.

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
        return DashSettings.from_env(os.environ), EnvironmentTokens()
    return loaded.settings(), BlockTokens(block)


def load_block(block: str) -> DashCredentials:
    """The block of that name; ValueError when there is none."""
    return cast("DashCredentials", DashCredentials.load(block))

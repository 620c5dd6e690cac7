"""Credentials of the environment, told apart from none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.dam import DashSettings
from dashmedia.settings import SocialSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

    from dashmedia.dam.oauth import RefreshTokens

#: Any of them says that somebody means to use Dash.
DASH_VARIABLES = ("DASH_API_TOKEN", "DASH_CLIENT_ID", "DASH_CLIENT_SECRET", "DASH_REFRESH_TOKEN")


class NowhereToKeep:
    """The environment cannot be changed from here."""

    def keep(self, _: SecretStr) -> None:
        """It is lost."""

    def latest(self) -> None:
        """Nobody changed it."""
        return


def social_from(env: Mapping[str, str]) -> SocialSettings | None:
    """Settings of the environment; None when nobody set any token."""
    return SocialSettings.from_env(env) if env.get("DASH_SOCIAL_TOKEN", "").strip() else None


def dash_from(env: Mapping[str, str]) -> tuple[DashSettings, RefreshTokens] | None:
    """The same for Dash."""
    is_set = any(env.get(name, "").strip() for name in DASH_VARIABLES)
    return (DashSettings.from_env(env), NowhereToKeep()) if is_set else None

"""Where the URL of a database for exports comes from: a Secret block first, the environment when there is none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from prefect.blocks.system import Secret
from pydantic import SecretStr

from dashmedia.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a flow looks for when nobody names a Secret block, and what takes its place while there is none.
DEFAULT_SECRET = "downloads-postgres"  # noqa: S105 - a name, not a secret
VARIABLE = "DASH_EXPORT_POSTGRES_URL"


def database_url(secret: str = DEFAULT_SECRET, env: Mapping[str, str] = os.environ) -> SecretStr:
    """The URL in the block named `secret`; the default one may be missing, then from the environment.

    Raises:
        SettingsError: there is neither.
    """
    try:
        return SecretStr(str(cast("Secret[str]", Secret.load(secret)).get()))
    except ValueError as error:
        if secret != DEFAULT_SECRET or not env.get(VARIABLE):
            raise SettingsError(
                f"There is no Secret block named {secret} with the URL of the database. Make it in the UI under Blocks as "
                f"postgresql://user:password@host/database, or leave the parameter at its default and set {VARIABLE}."
            ) from error
        return SecretStr(env[VARIABLE])

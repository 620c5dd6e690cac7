"""How to reach Dash and who asks. Built once, in the flow or on the command line; nothing is read at import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from dashmedia import limits
from dashmedia import settings as social
from dashmedia.credentials import check_base_url, check_token
from dashmedia.errors import SettingsError
from dashmedia.settings import first_complaint, unknown_setting

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Every variable of the environment for Dash begins so.
PREFIX = "DASH_"

#: Variables that share the prefix and belong to others.
FOREIGN_PREFIXES = (social.PREFIX, "DASH_LEDGER_", "DASH_EXPORT_")

#: Together they buy access tokens.
OAUTH = ("client_id", "client_secret", "refresh_token")


def _url_of(member: str) -> Any:
    return AfterValidator(lambda url: check_base_url(PREFIX + member.upper(), url))


def _secret_of(member: str) -> Any:
    """An empty one is not set: that is what a form gives for a field that nobody filled in."""

    def check(secret: SecretStr | None) -> SecretStr | None:
        is_set = secret is not None and secret.get_secret_value().strip()
        return check_token(PREFIX + member.upper(), secret) if secret is not None and is_set else None

    return AfterValidator(check)


class DashSettings(BaseModel):
    """How to reach Dash. Wrong values raise `SettingsError`, which names the setting.

    Either `api_token`, or `client_id`, `client_secret` and `refresh_token`; with both, the token is used until it is refused.

    Attributes:
        api_url: base of the API; the token goes there and nowhere else.
        api_token: an access token that somebody got elsewhere; it is not renewed.
        auth_url: base of the login, which sees client and refresh token.
        client_id: of the app, from Admin, Integrations, REST API.
        client_secret: of the app.
        refresh_token: from the authorisation with the scope `offline_access`.
        requests_per_minute: over all endpoints and threads of this process, 1 to 100,000.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_url: Annotated[str, _url_of("api_url")] = "https://api-v2.dash.app"
    api_token: Annotated[SecretStr | None, _secret_of("api_token")] = None
    auth_url: Annotated[str, _url_of("auth_url")] = "https://login.dash.app"
    client_id: str = ""
    client_secret: Annotated[SecretStr | None, _secret_of("client_secret")] = None
    refresh_token: Annotated[SecretStr | None, _secret_of("refresh_token")] = None
    requests_per_minute: int = Field(limits.DAM_REQUESTS_PER_MINUTE, ge=1, le=100_000)

    @model_validator(mode="after")
    def _has_a_way_in(self) -> Self:
        missing = [PREFIX + name.upper() for name in OAUTH if not getattr(self, name)]
        if 0 < len(missing) < len(OAUTH):
            raise SettingsError(
                f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set. Client id, client secret and "
                "refresh token go together; set all three, or none and an API token."
            )
        if missing and self.api_token is None:
            raise SettingsError(
                f"Neither {PREFIX}API_TOKEN nor {', '.join(PREFIX + name.upper() for name in OAUTH)} are set. Set the "
                f"token with `export {PREFIX}API_TOKEN=…`, or the three together, or fill in the credentials block."
            )
        return self

    @property
    def oauth(self) -> tuple[str, SecretStr, SecretStr] | None:
        """Client id, client secret and refresh token; None when there is only a token that somebody got elsewhere."""
        secrets = self.client_secret, self.refresh_token
        return (self.client_id, secrets[0], secrets[1]) if secrets[0] and secrets[1] else None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Settings from `DASH_…` variables, leaving aside those of Dash Social, ledger and exports; an empty one is not set.

        Raises:
            SettingsError: a name is misspelt, no credential is set, or a value makes no sense.
        """
        known = {PREFIX + member.upper(): member for member in cls.model_fields}
        found = {name: value.strip() for name, value in env.items() if name.startswith(PREFIX) and value.strip()}
        own = {name: value for name, value in found.items() if not name.startswith(FOREIGN_PREFIXES)}
        for name in own.keys() - known.keys():
            raise SettingsError(unknown_setting(name, {*known, *_foreign()}))
        try:
            return cls.model_validate({known[name]: value for name, value in own.items()})
        except ValidationError as error:
            raise SettingsError(first_complaint(PREFIX, error)) from error


def _foreign() -> set[str]:
    """What others know, so that a slip in one of their names is pointed out too."""
    others = {"DASH_LEDGER_URL", "DASH_EXPORT_POSTGRES_URL"}
    return {social.PREFIX + member.upper() for member in social.SocialSettings.model_fields} | others

"""What differs between environments. Built once, in the flow or on the command line; nothing is read at import."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from dashmedia import limits
from dashmedia.credentials import check_base_url, check_token
from dashmedia.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Every variable of the environment for Dash Social begins so; others are none of our business.
PREFIX = "DASH_SOCIAL_"

PutMode = Literal["auto", "signed", "bare"]


class SocialSettings(BaseModel):
    """How to reach Dash Social. Wrong values raise `SettingsError`, which names the setting.

    Attributes:
        api_url: origin of the library; the token goes there and to `auth_url`, and nowhere else.
        auth_url: origin of `/api/self`.
        token: the API key, from the Developer section of the app.
        requests_per_minute: over all endpoints and threads of this process, 1 to 100,000.
        put_mode: to which form of the upload URL bytes are sent; `auto` tries the signed one, then the bare one.
        page_pause_s: pause between two pages of a listing, in seconds, 0 to 60.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_url: Annotated[str, AfterValidator(lambda url: check_base_url(f"{PREFIX}API_URL", url))] = (
        "https://library-backend.dashsocial.com"
    )
    auth_url: Annotated[str, AfterValidator(lambda url: check_base_url(f"{PREFIX}AUTH_URL", url))] = (
        "https://auth.dashsocial.com"
    )
    token: Annotated[SecretStr, AfterValidator(lambda token: check_token(f"{PREFIX}TOKEN", token))]
    requests_per_minute: int = Field(limits.SOCIAL_REQUESTS_PER_MINUTE, ge=1, le=100_000)
    put_mode: PutMode = "auto"
    page_pause_s: float = Field(limits.SOCIAL_PAGE_PAUSE_S, ge=0, le=60)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Settings from `DASH_SOCIAL_…` variables; an empty one counts as not set.

        Raises:
            SettingsError: a name is misspelt, the token is missing, or a value makes no sense.
        """
        found = {name: value for name, value in env.items() if name.startswith(PREFIX) and value.strip()}
        known = {PREFIX + member.upper(): member for member in cls.model_fields}
        for name in found.keys() - known.keys():
            raise SettingsError(unknown_setting(name, known))
        if f"{PREFIX}TOKEN" not in found:
            raise SettingsError(_no_token(env))
        try:
            return cls.model_validate({known[name]: value.strip() for name, value in found.items()})
        except ValidationError as error:
            raise SettingsError(first_complaint(PREFIX, error)) from error


def _no_token(env: Mapping[str, str]) -> str:
    near = get_close_matches(f"{PREFIX}TOKEN", [name for name in env if not name.startswith(PREFIX)], n=1, cutoff=0.8)
    seen = f" {near[0]} is set: is it a slip?" if near else ""
    return (
        f"{PREFIX}TOKEN is not set.{seen} Set it to the API key from the Developer section of the Dash Social app, "
        f"with `export {PREFIX}TOKEN=…`, or fill in the credentials block."
    )


def unknown_setting(name: str, known: Iterable[str]) -> str:
    """What to say of a variable that is no setting: the nearest that is, or all of them."""
    near = get_close_matches(name, list(known), n=1)
    return f"{name} is not a setting." + (
        f" Did you mean {near[0]}?" if near else f" Known are {', '.join(sorted(known))}."
    )


def first_complaint(prefix: str, error: ValidationError) -> str:
    """What is wrong with the first setting that makes no sense, without its value."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{prefix}{str(first['loc'][0]).upper()} makes no sense: {first['msg']}."

"""Rights come first: nobody's file is opened without their consent on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.refusals import RefusedError, Rule

if TYPE_CHECKING:
    from dashmedia.gate.rules import GateRules
    from dashmedia.sources import Original


def require_rights(original: Original, rules: GateRules) -> None:
    """Under `require`: evidence of consent is named, and `rights_expire_at` is absent or not yet past.

    The evidence is what a person can follow later: the permalink of the reply, or a document's reference. The creator's
    name alone proves nothing, and a permalink of the post alone is no consent, so neither is asked for nor enough.

    Raises:
        RefusedError: no_consent or rights_expired.
    """
    if rules.rights == "owned":
        return
    if original.consent_evidence is None:
        raise RefusedError(Rule.NO_CONSENT, "consent_evidence is empty")
    now = rules.now()
    if original.rights_expire_at is not None and original.rights_expire_at < now:
        seen = f"they ended {original.rights_expire_at:%Y-%m-%d %H:%M} UTC, now is {now:%Y-%m-%d %H:%M} UTC"
        raise RefusedError(Rule.RIGHTS_EXPIRED, seen)

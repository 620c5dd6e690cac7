"""Which assets are looked at for each transition, and what is found about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.criteria import Equals, one_of
from dashmedia.dam.criteria_json import criterion_from_json
from dashmedia.dam.field_refs import Fixed
from dashmedia.dam.schema import in_folder
from dashmedia.errors import PermissionDeniedError, RejectedError, SchemaError
from dashmedia.ledger.promotion_rows import NewRow
from dashmedia.promotion.evaluate import Requirements, reasons_against

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from dashmedia.dam import DashClient
    from dashmedia.dam.criteria import Criterion
    from dashmedia.dam.models import Asset
    from dashmedia.dam.schema import Schema
    from dashmedia.dam.transitions import Transition
    from dashmedia.promotion.rules import PromotionRule


@dataclass(frozen=True)
class RuleScope:
    """The assets of a rule."""

    needs: Requirements
    criterion: Criterion
    title_id: str | None
    now: Callable[[], datetime]

    @property
    def name(self) -> str:
        """The rule's."""
        return self.needs.rule.name

    @property
    def transition(self) -> Transition:
        """The rule's."""
        return self.needs.rule.transition

    def judge(self, assets: Sequence[Asset]) -> list[NewRow]:
        """Each asset of the source state, with every reason against moving it."""
        # A service that understands the criterion otherwise may give assets of other states.
        return [self._judge(one) for one in assets if one.lifecycle_status.state == self.transition.source]

    def _judge(self, asset: Asset) -> NewRow:
        reasons = reasons_against(asset, self.needs, self.now())
        kinds, words = (tuple(one) for one in zip(*reasons, strict=True)) if reasons else ((), ())
        return NewRow(asset.id, self.name, self.transition, name_of(asset, self.title_id), kinds, words)


def rule_scopes(
    rules: Iterable[PromotionRule], schema: Schema, client: DashClient, now: Callable[[], datetime]
) -> list[RuleScope]:
    """The rules with ids in the place of names; nothing is read but what names mean.

    Raises:
        SchemaError: a field, folder or user that the account does not have; the nearest name is told.
        CriterionError: the extra criterion is none.
    """
    return [_rule_scope(rule, schema, client, now) for rule in rules]


def _rule_scope(rule: PromotionRule, schema: Schema, client: DashClient, now: Callable[[], datetime]) -> RuleScope:
    try:
        needs = Requirements(
            rule=rule,
            required=tuple(schema.field(name) for name in rule.required_fields),
            rights=schema.field(rule.rights_field) if rule.rights_field else None,
        )
        return RuleScope(needs, _criterion(rule, schema, client), title_field(schema), now)
    except SchemaError as error:
        raise SchemaError(f"Rule “{rule.name}” names what this account does not have. {error}") from error


def in_state(state: str) -> Equals:
    """All assets in that state."""
    return Equals(Fixed(wire.LIFECYCLE_STATE), state)


def _criterion(rule: PromotionRule, schema: Schema, client: DashClient) -> Criterion:
    found: Criterion = in_state(rule.transition.source)
    if rule.folder:
        found &= in_folder(schema, rule.folder)
    if rule.staged_by:
        found &= one_of(Fixed(wire.STAGED_BY), [_user_id(client, one) for one in rule.staged_by])
    if rule.file_types:
        found &= one_of(Fixed(wire.FILE_TYPE), rule.file_types)
    return found & criterion_from_json(rule.criterion) if rule.criterion else found


def _user_id(client: DashClient, written: str) -> str:
    """The id of a user by e-mail address; an id stays as it is."""
    if "@" not in written or "|" in written:
        return written
    try:
        return client.user(written).id
    except RejectedError as error:
        if isinstance(error, PermissionDeniedError) or error.status != 404:  # noqa: PLR2004 - HTTP's own number
            raise
        raise SchemaError(
            f"There is no user {written}; write an address or an id as the users page shows it."
        ) from error


def title_field(schema: Schema) -> str | None:
    """The id of the field with the assets' titles, if the account has one."""
    wanted = wire.TITLE_FIELD.casefold()
    return next((field.id for field in schema.fields if field.name.casefold() == wanted), None)


def name_of(asset: Asset, title_id: str | None) -> str:
    """What people call it: its title, else its file's name; nothing if it has neither."""
    titles = asset.values.get(title_id or "", ())
    file_name = asset.current_asset_file.filename if asset.current_asset_file else None
    return next((title for title in titles if title.strip()), file_name or "")

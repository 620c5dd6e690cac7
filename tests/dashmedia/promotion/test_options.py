from __future__ import annotations

import pytest
from pydantic import ValidationError

from dashmedia.errors import SettingsError
from dashmedia.promotion.options import PromotionOptions
from dashmedia.promotion.rules import DEFAULT_RULES


def test_two_rules_of_one_name_cannot_be_told_apart():
    with pytest.raises(SettingsError, match="Two rules are called “complete metadata”"):
        PromotionOptions(rules=(DEFAULT_RULES[0], DEFAULT_RULES[0]))


def test_the_same_question_has_the_same_scope_whatever_the_limits():
    assert PromotionOptions(max_assets=5, approval="ask").scope == PromotionOptions().scope
    assert PromotionOptions(rules=DEFAULT_RULES[:1]).scope != PromotionOptions().scope
    assert PromotionOptions(undo_of="a-run-id").scope != PromotionOptions().scope


@pytest.mark.parametrize(
    "wrong", [{"rules": ()}, {"max_assets": 0}, {"max_share": 0}, {"max_share": 1.1}, {"approval": "maybe"},
              {"approval_days": 0}, {"undo_of": "short"}, {"job_size": 0}]
)  # fmt: skip
def test_a_choice_out_of_bounds_is_refused(wrong):
    with pytest.raises(ValidationError):
        PromotionOptions(**wrong)

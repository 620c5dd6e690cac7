from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashmedia.gate import GateRules
from dashmedia.gate.rights import require_rights
from dashmedia.refusals import RefusedError, Rule
from dashmedia.sources import Original

NOW = datetime(2026, 7, 1, tzinfo=UTC)
REQUIRE = GateRules(now=lambda: NOW)


def original(**cells):
    return Original("a.jpg", "/a.jpg", "a.jpg", **cells)


def test_an_original_without_evidence_of_consent_is_refused():
    with pytest.raises(RefusedError, match="consent_evidence is empty") as caught:
        require_rights(original(creator="@ana", permalink="https://p/1"), REQUIRE)

    assert caught.value.rule is Rule.NO_CONSENT


def test_rights_that_have_ended_are_refused_with_both_times():
    ended = original(consent_evidence="x", rights_expire_at=datetime(2026, 6, 30, 23, 59, tzinfo=UTC))

    with pytest.raises(RefusedError, match="they ended 2026-06-30 23:59 UTC, now is 2026-07-01 00:00 UTC") as caught:
        require_rights(ended, REQUIRE)

    assert caught.value.rule is Rule.RIGHTS_EXPIRED


def test_rights_that_ended_a_minute_ago_are_not_good_for_the_rest_of_the_day():
    noon = GateRules(now=lambda: datetime(2026, 7, 1, 12, tzinfo=UTC))
    ended = original(consent_evidence="x", rights_expire_at=datetime(2026, 7, 1, 11, 59, tzinfo=UTC))

    with pytest.raises(RefusedError, match="they ended 2026-07-01 11:59 UTC"):
        require_rights(ended, noon)


@pytest.mark.parametrize("expires", [None, NOW, datetime(2027, 1, 1, tzinfo=UTC)])
def test_rights_that_have_not_ended_pass(expires):
    require_rights(original(consent_evidence="x", rights_expire_at=expires), REQUIRE)


def test_the_brands_own_files_need_no_consent():
    require_rights(original(), GateRules(rights="owned"))


def test_the_default_clock_is_utc():
    assert GateRules().now().tzinfo is UTC

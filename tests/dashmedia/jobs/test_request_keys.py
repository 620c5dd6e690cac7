from __future__ import annotations

from dashmedia.dam.job_models import JobKind
from dashmedia.jobs import request_key_for

BODY = {"transition": "STAGED_TO_LIVE", "selector": {"type": "BY_ID", "ids": ["a", "b"]}}


def test_the_same_request_has_the_same_key_whatever_the_order_of_its_members():
    turned = dict(reversed(BODY.items()))

    assert request_key_for(JobKind.LIFECYCLE, BODY, "plan-1") == request_key_for(JobKind.LIFECYCLE, turned, "plan-1")


def test_another_kind_body_or_purpose_is_another_request():
    other = BODY | {"transition": "STAGED_TO_BINNED"}
    keys = {
        request_key_for(JobKind.LIFECYCLE, BODY, "plan-1"),
        request_key_for(JobKind.METADATA_EDIT, BODY, "plan-1"),
        request_key_for(JobKind.LIFECYCLE, other, "plan-1"),
        request_key_for(JobKind.LIFECYCLE, BODY, "plan-2"),
    }

    assert len(keys) == 4

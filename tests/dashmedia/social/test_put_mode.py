from __future__ import annotations

import pytest

from dashmedia.social.models import UploadUrl
from dashmedia.social.put_mode import PutForms

URL = UploadUrl.of("https://s3.example/k?X-Amz-Signature=1")
SIGNED, BARE = ("signed", URL.signed), ("bare", URL.bare)


@pytest.mark.parametrize(("mode", "forms"), [("auto", [SIGNED, BARE]), ("signed", [SIGNED]), ("bare", [BARE])])
def test_the_mode_decides_what_is_tried(mode, forms):
    assert PutForms(mode).of(URL) == forms


def test_what_worked_first_is_what_is_tried_from_then_on():
    forms = PutForms("auto")
    forms.remember("bare")
    forms.remember("signed")

    assert forms.of(URL) == [BARE]


def test_a_url_without_a_query_is_tried_once():
    assert len(PutForms("auto").of(UploadUrl.of("https://s3.example/k"))) == 1

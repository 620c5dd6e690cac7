from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashmedia.gate import Checked, GateRules, check
from dashmedia.gate.checks import check_stored
from dashmedia.gate.stored import look_at
from dashmedia.refusals import Refusal, RefusedError, Rule
from dashmedia.sources import Original

RULES = GateRules(now=lambda: datetime(2026, 7, 1, tzinfo=UTC))


def test_a_good_original_passes(original, picture):
    data = picture("JPEG")

    passed = check(original(data), RULES)

    assert isinstance(passed, Checked)
    assert (passed.size, passed.content_type, passed.stamp.size) == (len(data), "image/jpeg", len(data))


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("look.jpg", None, Rule.FILE_MISSING),
        ("look.jpg", b"", Rule.FILE_EMPTY),
        ("look.jpg", b"a list of shots\n", Rule.TYPE_NOT_ACCEPTED),
        ("look.jpg", "WEBP", Rule.TYPE_NOT_ACCEPTED),
        ("look.jpg", "PNG", Rule.NAME_AND_BYTES_DISAGREE),
        ("look.png", "PNG", None),
    ],
)
def test_each_rule_is_named(original, picture, name, data, rule):
    result = check(original(picture(data) if isinstance(data, str) else data, name), RULES)

    assert getattr(result, "rule", None) is rule


def test_a_truncated_photo_is_refused(original, picture):
    refusal = check(original(picture("JPEG")[:2_000]), RULES)

    assert refusal.rule is Rule.DOES_NOT_DECODE
    assert "truncated" in refusal.seen


def test_too_many_pixels_are_refused(original, picture):
    refusal = check(original(picture("JPEG")), GateRules(max_pixels=1_000))

    assert refusal.seen == "96 by 64 are 6,144 pixels, at most 1,000"


def test_too_many_bytes_are_refused_before_they_are_read(original):
    refusal = check(original(b"x" * 2_000), GateRules(max_bytes=1_000))

    assert (refusal.rule, refusal.seen) == (Rule.TOO_LARGE, "2,000 bytes, at most 1,000")


def test_a_file_without_consent_is_never_looked_at():
    refusal = check(Original("a.jpg", "/nowhere/a.jpg", "a.jpg", row=9), RULES)

    assert refusal == Refusal("a.jpg", 9, Rule.NO_CONSENT, "consent_evidence is empty")


def test_an_error_while_opening_is_refused_with_the_systems_words(tmp_path):
    look = Original("a", str(tmp_path / "file" / "a.jpg"), "a.jpg")
    (tmp_path / "file").write_bytes(b"x")

    refusal = check(look, GateRules(rights="owned"))

    assert (refusal.rule, refusal.seen) == (Rule.FILE_UNREADABLE, "Not a directory")


def test_a_full_disk_refuses_the_one_file_with_the_systems_words():
    def full(_url, _max_bytes):
        raise OSError(28, "No space left on device")

    look = Original("https://cdn.example/a.jpg", "https://cdn.example/a.jpg", "a.jpg", consent_evidence="x")

    assert check(look, GateRules(fetch=full)).seen == "No space left on device"


def looks_in_turn(*doings):
    """Looks at an original, each time after the next doing."""
    left = list(doings)

    def look(original):
        left.pop(0)(Path(original.url))
        return look_at(original)

    return look


def nothing(_path):
    pass


def test_a_file_that_changes_while_it_is_read_is_refused_with_both_values(original, picture):
    look = looks_in_turn(nothing, lambda path: path.write_bytes(path.read_bytes() + b"more"))

    with pytest.raises(RefusedError, match=r"first .* bytes, version .*, then .* bytes, version") as caught:
        check_stored(original(picture("JPEG")), RULES, look)

    assert caught.value.rule is Rule.STILL_BEING_WRITTEN


def test_a_file_that_looks_damaged_because_it_is_being_written_is_called_so(original, picture):
    look = looks_in_turn(nothing, lambda path: path.write_bytes(picture("JPEG")))

    with pytest.raises(RefusedError) as caught:
        check_stored(original(picture("JPEG")[:2_000]), RULES, look)

    assert caught.value.rule is Rule.STILL_BEING_WRITTEN


def test_a_file_that_is_taken_away_while_it_is_read_is_called_so(original, picture):
    look = looks_in_turn(nothing, Path.unlink)

    with pytest.raises(RefusedError, match="then No such file"):
        check_stored(original(picture("JPEG")), RULES, look)


def public(data, **options):
    asked = []

    def fetch(url, max_bytes):
        asked.append((url, max_bytes))
        return io.BytesIO(data)

    look = Original(
        "https://cdn.example/a.jpg?s=1", "https://cdn.example/a.jpg?s=1", "a.jpg", consent_evidence="x", row=3
    )
    return check(look, GateRules(fetch=fetch, max_bytes=9_999, **options)), asked


def test_a_public_original_is_downloaded_once_and_has_no_stamp(picture):
    passed, asked = public(picture("JPEG"))

    assert asked == [("https://cdn.example/a.jpg?s=1", 9_999)]
    assert (passed.content_type, passed.stamp) == ("image/jpeg", None)


@pytest.mark.parametrize(("data", "rule"), [(b"", Rule.FILE_EMPTY), (b"<html>", Rule.TYPE_NOT_ACCEPTED)])
def test_a_public_original_is_held_to_the_same_rules(data, rule):
    refusal, _ = public(data)

    assert (refusal.rule, refusal.uri, refusal.row) == (rule, "https://cdn.example/a.jpg?…", 3)

from __future__ import annotations

import pytest

from dashmedia.gate.content_type import UNKNOWN, find_content_type, require_accepted, require_agreement
from dashmedia.refusals import RefusedError, Rule

ACCEPT = frozenset({"image/jpeg", "image/png", "video/mp4"})


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("TIFF", "image/tiff"),
        ("AVIF", "image/avif"),
        ("JPEG2000", "image/jp2"),
    ],
)
def test_images_are_told_by_their_bytes(picture, kind, content_type):
    assert find_content_type(picture(kind)) == content_type


@pytest.mark.parametrize(
    ("brands", "content_type"),
    [
        ("isom", "video/mp4"),
        ("iso2", "video/mp4"),
        ("iso5", "video/mp4"),
        ("iso6", "video/mp4"),
        ("mp41", "video/mp4"),
        ("mp42", "video/mp4"),
        ("avc1", "video/mp4"),
        ("M4V ", "video/mp4"),
        ("dash", "video/mp4"),
        ("qt  ", "video/quicktime"),
        ("heic", "image/heic"),
        ("mif1 heic", "image/heic"),
        ("mif1 avif", "image/avif"),
        ("mif1", "image/heif"),
        ("avif", "image/avif"),
        ("M4A ", "audio/mp4"),
        ("3gp5", "video/3gpp"),
        ("3g2a", "video/3gpp2"),
        ("zzzz mp42", "video/mp4"),
        ("zzzz", UNKNOWN),
    ],
)
def test_base_media_files_are_told_by_their_brands(boxes, brands, content_type):
    major, _, compatible = (brands[:4], "", brands[5:]) if len(brands) > 4 else (brands, "", "")
    head = boxes(("ftyp", major.encode() + bytes(4) + compatible.encode()), ("mdat", b""))

    assert find_content_type(head) == content_type


def test_quicktime_older_than_brands_is_told(boxes):
    assert find_content_type(boxes(("wide", b""), ("mdat", b"x"))) == "video/quicktime"


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"%PDF-1.7\n%", "application/pdf"),
        (b"<!DOCTYPE html><html></html>", "text/html"),
        ("Grüße aus dem Laden\n".encode() * 3, "text/plain"),
        (b"\xe9\xe8\xff" * 20, UNKNOWN),
        (bytes(500), UNKNOWN),
    ],
)
def test_strangers_are_named_as_well_as_can_be(head, content_type):
    assert find_content_type(head) == content_type


def test_a_stranger_is_never_mistaken_for_an_accepted_type():
    jpeg_2000_codestream = b"\x00\x00\x00\x0cjP  \r\n\x87\x0b" + bytes(100)

    assert find_content_type(jpeg_2000_codestream) not in ACCEPT


def test_a_text_named_as_a_photo_is_refused_with_both():
    with pytest.raises(RefusedError) as caught:
        require_accepted("notes.JPG", "text/plain", ACCEPT)

    assert caught.value.rule is Rule.TYPE_NOT_ACCEPTED
    assert (
        caught.value.seen == "text/plain although its name ends in .jpg; accepted are image/jpeg, image/png, video/mp4"
    )


@pytest.mark.parametrize(
    ("name", "content_type"), [("a.webp", "image/webp"), ("a", "image/webp"), ("a.serial7", "image/webp")]
)
def test_a_type_that_is_not_accepted_is_named_alone_when_the_name_tells_no_other(name, content_type):
    with pytest.raises(RefusedError, match=r"^type_not_accepted: image/webp; accepted are"):
        require_accepted(name, content_type, ACCEPT)


def test_an_unknown_type_is_called_so():
    with pytest.raises(RefusedError, match=r"an unknown type although its name ends in \.mp4"):
        require_accepted("a.mp4", UNKNOWN, ACCEPT)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.jpg", "image/jpeg"),
        ("a.JPEG", "image/jpeg"),
        ("a.m4v", "video/mp4"),
        ("a.heif", "image/heic"),
        ("a", "image/png"),
        ("a.2026", "image/png"),
        (".jpg", "image/png"),
    ],
)
def test_a_name_agrees(name, content_type):
    require_agreement(name, content_type)


@pytest.mark.parametrize(
    ("name", "content_type"), [("a.jpg", "image/png"), ("a.mov", "video/mp4"), ("a.pdf", "image/jpeg")]
)
def test_a_name_that_says_another_type_is_refused(name, content_type):
    with pytest.raises(RefusedError, match=f"its name ends in {name[1:]}, its bytes are {content_type}") as caught:
        require_agreement(name, content_type)

    assert caught.value.rule is Rule.NAME_AND_BYTES_DISAGREE

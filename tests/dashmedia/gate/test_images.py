from __future__ import annotations

import io
import struct
import threading
import zlib

import pytest
from PIL import Image

from dashmedia.gate import images
from dashmedia.gate.images import can_decode, require_decodes
from dashmedia.refusals import RefusedError, Rule

TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
}


def decode(data, kind, max_pixels=1_000_000):
    require_decodes(io.BytesIO(data), TYPES[kind], max_pixels)


def png_head(width, height):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", TYPES)
def test_a_whole_image_passes(picture, kind):
    assert can_decode(TYPES[kind])

    decode(picture(kind), kind)


def test_a_progressive_jpeg_passes(picture):
    decode(picture("JPEG", progressive=True), "JPEG")


@pytest.mark.filterwarnings("ignore:Corrupt EXIF:UserWarning")  # the gate's own filter, which pytest sets aside
def test_a_jpeg_with_damaged_exif_passes(picture):
    decode(picture("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x05junk"), "JPEG")


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_jpeg_in_other_colours_passes(mode):
    target = io.BytesIO()
    Image.new(mode, (40, 40)).save(target, "JPEG")

    decode(target.getvalue(), "JPEG")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_image_cut_anywhere_is_refused(picture, kind):
    whole = picture(kind)

    for cut in [*range(1, len(whole), 97), *range(len(whole) - 30, len(whole))]:
        with pytest.raises(RefusedError) as caught:
            decode(whole[:cut], kind)

        assert caught.value.rule is Rule.DOES_NOT_DECODE


def test_a_jpeg_whose_end_is_zeros_is_refused(picture):
    whole = picture("JPEG")

    with pytest.raises(RefusedError, match="its end is missing"):
        decode(whole[: len(whole) // 2] + bytes(len(whole) // 2), "JPEG")


def test_pixels_are_counted_before_anything_is_decoded():
    with pytest.raises(RefusedError, match="30,000 by 30,000 are 900,000,000 pixels, at most 100,000,000") as caught:
        decode(png_head(30_000, 30_000), "PNG", max_pixels=100_000_000)

    assert caught.value.rule is Rule.TOO_MANY_PIXELS


def test_pixels_that_pillow_counts_first_are_refused_in_the_same_way():
    target = io.BytesIO()
    Image.new("RGB", (16_383, 2)).save(target, "WEBP", lossless=True)
    data = bytearray(target.getvalue())
    # Height is 14 bits, less one, behind the signature and 14 bits of width. RFC 9649, section 3.4.
    at = data.find(b"VP8L") + 9
    bits = struct.unpack_from("<I", data, at)[0] | (0x3FFF << 14)
    struct.pack_into("<I", data, at, bits)

    with pytest.raises(RefusedError) as caught:
        decode(bytes(data), "WEBP", max_pixels=100_000_000)

    assert caught.value.rule is Rule.TOO_MANY_PIXELS


def test_a_limit_above_pillows_own_brings_no_warning():
    with pytest.raises(RefusedError) as caught:
        decode(png_head(20_000, 10_000), "PNG", max_pixels=300_000_000)

    assert caught.value.rule is Rule.DOES_NOT_DECODE


def test_an_image_that_needs_more_memory_than_there_is_counts_as_too_large(picture, monkeypatch):
    def exhausted(*_):
        raise MemoryError

    monkeypatch.setattr(images, "_decode", exhausted)

    with pytest.raises(RefusedError) as caught:
        decode(picture("PNG"), "PNG")

    assert caught.value.rule is Rule.TOO_MANY_PIXELS


def test_large_images_wait_for_their_turn(picture, monkeypatch):
    monkeypatch.setattr(images, "LARGE_PIXELS", 100)
    decoding = threading.Thread(target=decode, args=(picture("PNG"), "PNG"))

    with images._one_large_at_a_time:
        decoding.start()
        decoding.join(0.05)
        waited = decoding.is_alive()
    decoding.join()

    assert waited


@pytest.mark.parametrize("most", [1_000_000, 10_000])
def test_an_animation_is_decoded_frame_by_frame_up_to_the_limit(most):
    frames = [Image.effect_noise((60, 60), 80) for _ in range(8)]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])

    decode(target.getvalue(), "GIF", max_pixels=most)


def test_an_animation_with_a_damaged_frame_is_refused():
    grains = [Image.effect_noise((60, 60), 80) for _ in range(4)]
    target = io.BytesIO()
    grains[0].save(target, "GIF", save_all=True, append_images=grains[1:])

    with pytest.raises(RefusedError):
        decode(target.getvalue()[: len(target.getvalue()) * 3 // 4], "GIF")


@pytest.mark.parametrize("content_type", ["image/heic", "image/avif", "video/mp4"])
def test_other_types_are_not_decoded(content_type):
    assert not can_decode(content_type)

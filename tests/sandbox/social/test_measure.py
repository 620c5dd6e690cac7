import struct

from sandbox.social.measure import measure


def box(name, content):
    return struct.pack(">I4s", 8 + len(content), name) + content


def mp4(width, height, duration_ms):
    mvhd = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, duration_ms) + bytes(80))
    tkhd = box(b"tkhd", bytes(76) + struct.pack(">II", width << 16, height << 16))
    return box(b"ftyp", b"isom") + box(b"mdat", bytes(50)) + box(b"moov", mvhd + box(b"trak", tkhd))


def test_an_mp4_tells_its_dimensions_and_duration(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(mp4(1280, 720, 2500))

    found = measure(path)

    assert (found.kind, found.width, found.height, found.duration_s) == ("VIDEO", 1280, 720, 2.5)


def test_a_broken_mp4_is_still_a_video_and_other_bytes_are_nothing(tmp_path):
    clip, text = tmp_path / "clip.mp4", tmp_path / "notes.txt"
    clip.write_bytes(mp4(1280, 720, 2500)[:70])
    text.write_bytes(b"hello, this is text")

    assert (measure(clip).kind, measure(clip).width) == ("VIDEO", None)
    assert measure(text).kind is None


def test_a_photo_larger_than_any_limit_is_measured_without_a_word(tmp_path, make_photo):
    path = tmp_path / "tiny.jpg"
    path.write_bytes(make_photo(7, 9))

    first = measure(path)
    path.write_bytes(make_photo(8, 9))
    second = measure(path)

    assert ((first.width, first.height), (second.width, second.height)) == ((7, 9), (8, 9))

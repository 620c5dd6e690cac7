"""Real media for demonstrations, tests and benchmarks, made from a seed: `python -m sandbox.media FOLDER`.

`make_media` writes a small, varied set as a brand's store would receive it, with a manifest of which some rows must be
refused. `make_many` writes many photos quickly. The same seed gives the same pictures, names and rows; the bytes of JPEG and
WebP files are also the same as long as Pillow is of the same version. Those of an MP4 mostly are, but its encoder does not
promise it.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = (
    "uri",
    "filename",
    "captured_at",
    "creator",
    "permalink",
    "consent_evidence",
    "consent_scope",
    "rights_expire_at",
    "caption",
    "alt_text",
    "tags",
    "campaign",
)

#: Good files of each kind; with the ten of `_SPOILT` and one duplicate the set has 60 rows.
JPEGS, PNGS, MP4S = 37, 8, 4

#: Rights of good rows end here: far enough for nobody to be surprised by a demonstration that fails.
RIGHTS_END = "2099-12-31"

_CREATORS = ("@ana.trails", "@juno_outside", "@marek.k", "@sofiaclimbs", "@the.tent.family", "@wide.ridge")
_PLACES = ("on a ridge at dawn", "beside a mountain lake", "in the rain", "at the store opening", "under pine trees")
_THINGS = ("a red shell jacket", "trail shoes", "a two-person tent", "a 30-litre pack", "a wool hat")
_CAMPAIGNS = ("autumn-trails", "store-17-opening", "rain-or-shine")
_SIZES = ((1080, 1350), (1280, 960), (960, 1280), (1600, 900), (800, 800))

#: Smallest file that `make_many` makes, in bytes.
LEAST_BYTES = 4_096

#: Payload of one JPEG comment segment, in bytes; its head takes `_SEGMENT_HEAD` more. ITU T.81, B.2.4.5.
_COMMENT_MOST, _SEGMENT_HEAD = 65_533, 4

Row = dict[str, str]


@dataclass
class MediaSummary:
    """What was written.

    Attributes:
        folder: where.
        manifest: the CSV beside the files.
        rows: rows of the manifest.
        bytes: of all files together, without the manifest.
        refused: how many rows each rule must refuse when rights are required and JPEG, PNG and MP4 are accepted; the
            words are those of the gate.
    """

    folder: Path
    manifest: Path
    rows: int
    bytes: int
    refused: Counter[str] = field(default_factory=Counter)


def make_media(folder: Path, seed: int = 1) -> MediaSummary:
    """Write 58 files in monthly sub-folders and a manifest of 60 rows, of which 11 must be refused."""
    rng = random.Random(seed)
    rows = [*_good_rows(folder, rng)]
    rows.append(_duplicate(folder, rows[rng.randrange(JPEGS)], rng))
    spoilt = [(rule, _spoil(folder, spoiler, rng)) for rule, spoiler in _SPOILT]
    rows.extend(row for _, row in spoilt)
    rng.shuffle(rows)
    refused = Counter(rule for rule, _ in spoilt)
    refused["duplicate"] += 1
    return _summary(folder, _write_manifest(folder, rows), len(rows), refused)


def make_many(folder: Path, n: int, seed: int = 1, bytes_each: int | None = None) -> MediaSummary:
    """Write `n` JPEGs of distinct content, with a manifest, about 4,000 a second for 200 KB each.

    One photo is encoded; the others are the same picture with another serial number in a comment segment, which every
    decoder skips. So each file is a valid JPEG, costs a decoder what a photo of its size costs, and has its own checksum,
    but anything that compares pictures will find them equal.

    Args:
        folder: made if it is missing.
        n: how many.
        seed: of the picture and the serial numbers.
        bytes_each: exact size of every file, `LEAST_BYTES` or more: the picture is encoded as large as fits, and the few
            percent left over are blanks in the comment. None leaves the encoder's size.
    """
    rng = random.Random(seed)
    base = _encode_to_size(rng, bytes_each)
    rows = []
    for number in range(n):
        uri = f"{number // 1000:03}/look-{number:06}.jpg"
        _write(folder / uri, _with_comment(base, f"serial {seed}/{number}", bytes_each))
        rows.append(_describe(uri, rng, number))
    return _summary(folder, _write_manifest(folder, rows), n, Counter())


def photo(rng: random.Random, width: int, height: int) -> Image.Image:
    """A picture that compresses like a photo: soft light, layers of hills, grain."""
    light = _noise(rng, 6, 5).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(light)
    for layer in range(4):
        top = height * (3 + layer) // 8
        ridge = [(x * width // 12, top + rng.randrange(height // 8)) for x in range(13)]
        shade = tuple(rng.randrange(30, 200 - 35 * layer) for _ in range(3))
        draw.polygon([(0, height), *ridge, (width, height)], fill=shade)
    grain = _noise(rng, width // 2, height // 2).resize((width, height), Image.Resampling.BILINEAR)
    return Image.blend(light, grain, 0.1)


def _noise(rng: random.Random, width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), rng.randbytes(width * height * 3))


def _jpeg(rng: random.Random) -> bytes:
    return _encode(photo(rng, *rng.choice(_SIZES)), "JPEG", quality=rng.randrange(70, 90))


def _png(rng: random.Random) -> bytes:
    return _encode(photo(rng, 240, 180), "PNG")


def _webp(rng: random.Random) -> bytes:
    return _encode(photo(rng, 400, 300), "WEBP", quality=75)


def _mp4(rng: random.Random) -> bytes:
    """Two seconds of H.264 with a square that crosses a landscape."""
    # Imported here: only this needs it, and it is the one large package of the sandbox.
    import av  # noqa: PLC0415

    scene, target = photo(rng, 320, 240), io.BytesIO()
    with av.open(target, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(12), options={"threads": "1", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(24):
            picture = scene.copy()
            ImageDraw.Draw(picture).rectangle((number * 12, 100, number * 12 + 30, 130), fill="red")
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode(None))
    return target.getvalue()


def _encode(picture: Image.Image, kind: str, **options: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


_KINDS: tuple[tuple[int, str, Callable[[random.Random], bytes]], ...] = (
    (JPEGS, "look-{:02}.jpg", _jpeg),
    (PNGS, "detail-{:02}.png", _png),
    (MP4S, "clip-{:02}.mp4", _mp4),
)


def _good_rows(folder: Path, rng: random.Random) -> Iterator[Row]:
    for count, pattern, make in _KINDS:
        for number in range(count):
            uri = f"2026-{9 + number % 3:02}/{pattern.format(number)}"
            _write(folder / uri, make(rng))
            yield _describe(uri, rng, number)


def _describe(uri: str, rng: random.Random, number: int) -> Row:
    """A row as a community manager would fill it in; some leave the optional cells empty."""
    creator, place, thing = rng.choice(_CREATORS), rng.choice(_PLACES), rng.choice(_THINGS)
    captured = datetime(2026, 9, 1, 6, tzinfo=UTC) + timedelta(minutes=rng.randrange(110_000))
    post = f"https://social.example/p/{rng.getrandbits(40):010x}"
    evidence = f"{post}#reply-yes" if number % 3 else f"release-form-2026-{number:04}.pdf"
    return {
        "uri": uri,
        "filename": "",
        "captured_at": captured.isoformat().replace("+00:00", "Z"),
        "creator": creator,
        "permalink": post,
        "consent_evidence": evidence,
        "consent_scope": rng.choice(("organic", "organic and paid", "all uses")),
        "rights_expire_at": RIGHTS_END if number % 2 else "",
        "caption": f"{thing.capitalize()} {place}. Photo: {creator}" if number % 5 else "",
        "alt_text": f"A person with {thing} {place}" if number % 4 else "",
        "tags": ";".join(sorted({thing.split()[-1], place.split()[-1], "ugc"})),
        "campaign": rng.choice(_CAMPAIGNS),
    }


def _duplicate(folder: Path, first: Row, rng: random.Random) -> Row:
    uri = "2026-11/sent-again.jpg"
    _write(folder / uri, (folder / first["uri"]).read_bytes())
    return {**_describe(uri, rng, 1), "creator": first["creator"]}


#: Makes what breaks a rule: its uri, its bytes (None writes no file), and the cells that differ from a good row's.
Spoiler = Callable[[random.Random], tuple[str, bytes | None, Row]]

#: A rule, and what breaks it.
_SPOILT: tuple[tuple[str, Spoiler], ...] = (
    ("type_not_accepted", lambda _: ("2026-09/notes.jpg", b"Shoot list\n1. ridge at dawn\n2. lake\n" * 20, {})),
    ("type_not_accepted", lambda rng: ("2026-10/animation.webp", _webp(rng), {})),
    ("name_and_bytes_disagree", lambda rng: ("2026-10/screenshot.jpg", _png(rng), {})),
    ("does_not_decode", lambda rng: ("2026-10/half-copied.jpg", _half(_jpeg(rng)), {})),
    ("does_not_decode", lambda rng: ("2026-11/half-copied.mp4", _half(_mp4(rng)), {})),
    ("file_empty", lambda _: ("2026-11/empty.jpg", b"", {})),
    ("file_missing", lambda _: ("2026-11/moved-away.jpg", None, {})),
    ("outside_folder", lambda _: ("../private/holiday.jpg", None, {})),
    ("rights_expired", lambda rng: ("2026-09/last-season.jpg", _jpeg(rng), {"rights_expire_at": "2026-06-30"})),
    (
        "no_consent",
        lambda rng: ("2026-11/no-answer-yet.jpg", _jpeg(rng), {"consent_evidence": "", "consent_scope": ""}),
    ),
)


def _spoil(folder: Path, spoiler: Spoiler, rng: random.Random) -> Row:
    uri, data, cells = spoiler(rng)
    if data is not None:
        _write(folder / uri, data)
    return {**_describe(uri, rng, 1), **cells}


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _encode_to_size(rng: random.Random, bytes_each: int | None) -> bytes:
    """One JPEG, as large as fits into `bytes_each` with room for a comment."""
    if bytes_each is None:
        return _encode(photo(rng, 800, 600), "JPEG", quality=80)
    if bytes_each < LEAST_BYTES:
        raise ValueError(f"bytes_each is {bytes_each:,}, expected {LEAST_BYTES:,} or more.")
    # Six pixels a byte is what quality 80 gives for these pictures; the search below settles the rest.
    side = max(int((bytes_each * 6) ** 0.5) // 16 * 16, 32)
    picture = photo(rng, side, side)
    low, high = 1, 95
    while low < high:
        middle = (low + high + 1) // 2
        fits = len(_encode(picture, "JPEG", quality=middle)) <= bytes_each - 64
        low, high = (middle, high) if fits else (low, middle - 1)
    return _encode(picture, "JPEG", quality=low)


def _with_comment(base: bytes, words: str, size: int | None) -> bytes:
    """`base` with comment segments behind its first segment, filled with blanks up to `size` bytes in all."""
    spare = size - len(base) if size else len(words) + _SEGMENT_HEAD
    comments = b""
    while spare:
        length = min(spare, _COMMENT_MOST + _SEGMENT_HEAD)
        if 0 < spare - length < _SEGMENT_HEAD:
            length -= _SEGMENT_HEAD
        text = b"" if comments else words.encode()
        payload = text.ljust(length - _SEGMENT_HEAD)
        comments += b"\xff\xfe" + struct.pack(">H", len(payload) + 2) + payload
        spare -= length
    behind_first = 4 + struct.unpack(">H", base[4:6])[0]
    return base[:behind_first] + comments + base[behind_first:]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _write_manifest(folder: Path, rows: list[Row]) -> Path:
    manifest = folder / "manifest.csv"
    folder.mkdir(parents=True, exist_ok=True)
    with manifest.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return manifest


def _summary(folder: Path, manifest: Path, rows: int, refused: Counter[str]) -> MediaSummary:
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path != manifest)
    return MediaSummary(folder, manifest, rows, total, refused)


def main() -> None:
    """Read the command line, write, and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.media", description="Write real demonstration media.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="made if it is missing")
    parser.add_argument("--many", type=int, metavar="N", help="N photos of distinct content instead of the varied set")
    parser.add_argument("--bytes", type=int, metavar="B", help="with --many: exact size of each")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1; the same seed gives the same set")
    options = parser.parse_args()
    if options.many is None:
        summary = make_media(options.folder, options.seed)
    else:
        summary = make_many(options.folder, options.many, options.seed, options.bytes)
    print(f"{summary.manifest}: {summary.rows:,} rows, {summary.bytes:,} bytes of media.")  # noqa: T201 - a command prints
    for rule, count in sorted(summary.refused.items()):
        print(f"  {count} to be refused: {rule}")  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()

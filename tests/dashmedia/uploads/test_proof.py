from __future__ import annotations

import hashlib

import pytest

from dashmedia.dam.models import AssetFile
from dashmedia.uploads.proof import Proof, composite_etag, prove

PARTS = [b"first part, ", b"second part"]
MD5 = hashlib.md5(b"".join(PARTS)).hexdigest()
SIZE = len(b"".join(PARTS))
PART_MD5S = [hashlib.md5(part).hexdigest() for part in PARTS]
COMPOSITE = composite_etag(PART_MD5S)


def test_the_composite_of_known_parts_is_what_s3_gives():
    halves = [hashlib.md5(b"a" * 5).hexdigest(), hashlib.md5(b"b" * 5).hexdigest()]

    assert composite_etag(halves) == hashlib.md5(bytes.fromhex("".join(halves))).hexdigest() + "-2"


@pytest.mark.parametrize(
    ("size", "checksum", "proof"),
    [
        (SIZE, MD5, Proof.BYTES), (SIZE, f'"{MD5.upper()}"', Proof.BYTES), (None, MD5, Proof.BYTES),
        (SIZE, COMPOSITE, Proof.BYTES), (SIZE, COMPOSITE[:-1] + "3", Proof.SIZE), (SIZE, None, Proof.SIZE),
        (SIZE, "crc64:77", Proof.SIZE), (SIZE, "0" * 32, Proof.DIFFERS), (SIZE, "0" * 32 + "-2", Proof.DIFFERS),
        (SIZE + 1, MD5, Proof.DIFFERS), (SIZE - 1, None, Proof.DIFFERS), (None, None, Proof.ABSENT),
    ],
)  # fmt: skip
def test_what_the_service_says_of_a_file_proves_so_much(size, checksum, proof):
    file = AssetFile(size=size, checksum=checksum)

    assert prove(file, size=SIZE, md5=MD5, part_md5s=PART_MD5S) is proof


def test_no_file_is_no_proof():
    assert prove(None, size=SIZE, md5=MD5, part_md5s=PART_MD5S) is Proof.ABSENT

"""Mutations of the bytes of an answer, whatever they say: cut, flipped, in another encoding, or a page of a gateway."""

import gzip

from support.fuzz.secret import SECRET

FOREIGN = (
    b"", b" \r\n", b"null", b"true", b"0", b'""', b"[]", b"{}", b"[null]", b"nul", b"{", b"NaN", b"1e999", b'{"a":1}{"a":2}', b"\0", b"\xff\xfe",
    b"7" * 5_000, b'"' + b"x" * 70_000 + b'"', b"[" * 100_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900,
    b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", b"<!DOCTYPE html><p>&#" + b"1" * 5_000 + b";</p>",
    b'<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>',
    b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
    b'<?xml version="1.0" encoding="hex"?><Error><Code>AccessDenied</Code></Error>',
    b'<?xml version="1.0" encoding="utf-7"?><Error><Code>AccessDenied</Code></Error>',
    b'<?xml version="1.0" encoding="shift_jis"?><Error><Code>AccessDenied</Code></Error>',
    b'<?xml version="1.0" encoding="no-such"?><Error/>', b"<a>" * 5_000, b"<a>" * 5_000 + b"</a>" * 5_000, b"<Error><Code/>",
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Error><Code>&b;</Code></Error>',
    b'{"message": "Bearer %b", "errors": {"url": ["https://b/k?X-Amz-Signature=%b"]}}' % (SECRET.encode(), SECRET.encode()),
    b'{"errors": ' + b"[" * 880 + b"]" * 880 + b"}", b'{"message": "\\ud800\\u0000", "errors": "\\udfff"}', b'{"description": {"message": 1}}',
    b"-5\r\nabc\r\n0\r\n\r\n", b"f" * 20 + b"\r\nabc", b"7" + b"f" * 11 + b"\r\nabc", b"-1\r\n" + b"x" * 200_000, b"2\r\n{}\r\n0\r\n\r\n",
    b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", gzip.compress(b"{}"),
)  # fmt: skip


def garbled(draw, content):
    """Other bytes than these, most often still much like them."""
    change = draw.choice((_cut, _cut, _flip, _flip, _insert, _encode, _beside, _foreign, _foreign))
    return change(draw, content)


def _cut(draw, content):
    at = draw.randrange(len(content) + 1)
    return draw.choice((content[:at], content[at:], content[: at // 2] + content[at:]))


def _flip(draw, content):
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 8)) if content else 0):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _insert(draw, content):
    at = draw.randrange(len(content) + 1)
    more = draw.choice(
        (
            b"\0",
            b"\xff",
            b"\xed\xa0\x80",
            b"\xc0\xaf",
            b'"',
            b"\\",
            b",",
            b"}",
            b"]",
            b"\n",
            b"\\ud83d",
            b"// x\n",
            draw.randbytes(9),
        )
    )
    return content[:at] + more + content[at:]


def _encode(draw, content):
    text = content.decode("utf-8", "replace")
    return text.encode(draw.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp037", "utf-7")), "replace")


def _beside(draw, content):
    return draw.choice(
        (content * 2, content + b"garbage", b"garbage" + content, b")]}'\n" + content, content.replace(b'"', b"'"), content + b"\0" * 99,
         b"callback(" + content + b")", content.replace(b":", b": ,"), gzip.compress(content))
    )  # fmt: skip


def _foreign(draw, _content):
    return draw.choice(FOREIGN)

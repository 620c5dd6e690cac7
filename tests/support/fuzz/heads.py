"""Status lines and headers around an answer: right, odd and wrong ones."""

STATUSES = (
    200, 201, 202, 203, 204, 205, 206, 207, 299, 300, 301, 302, 304, 307, 308, 399, 400, 401, 402, 403, 404, 405, 408, 409, 410, 412, 413, 418,
    422, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 520, 599, 600, 999, 103,
)  # fmt: skip
LINES = (
    b"HTTP/1.1 200", b"HTTP/1.1 abc OK", b"HTTP/1.1 99 Low", b"HTTP/1.1 1000 High", b"HTTP/2 200 OK", b"HTTP/0.9 200 OK", b"ICY 200 OK", b"",
    b"HTTP/1.1 -200 OK", b"HTTP/1.1 200 \xe9\xff", b"HTTP/1.1  200  OK", b"SSH-2.0-OpenSSH_9.9", b"\x16\x03\x01", b"HTTP/1.1 200 " + b"x" * 70_000,
)  # fmt: skip

GARBAGE = (
    b"", b" ", b"-1", b"0", b"1", b"0.5", b"1e999", b"1e300", b"99999999999999999999", b"7" * 5_000, b"NaN", b"inf", b"0x10", b"soon", b"1, 2", b"1;w=60",
    b"\xe9\xff", b"\xd9\xa1", b"Sat, 21 Nov 2026 12:00:00 GMT", b"Sat, 31 Feb 2026 99:99:99 GMT", b"Mon, 01 Jan 0001 00:00:00 +2359", b"01 Jan 9999 00:00:00 -9999",
    b"Fri, 31 Dec 9999 23:59:59 GMT", b"Wed, 3 Apr 2002 12.34.56.78+0800", b", ,", b"1795262400", b"1795262400000", b"a\tb", b"x" * 60_000, b"()<>@,;:\\", b"+",
)  # fmt: skip
JUDGED = (
    b"Retry-After",
    b"X-RateLimit-Limit",
    b"X-RateLimit-Remaining",
    b"X-RateLimit-Reset",
    b"Date",
    b"ETag",
    b"Content-Type",
)
ETAGS = (
    b"",
    b'"',
    b'""',
    b'W/"a"',
    b'"' + b"0" * 32 + b'"',
    b"\xff",
    b'"a',
    b"W/",
    b'"a-2"',
    b'"' + b"x" * 60_000 + b'"',
)
KINDS = (
    b"application/json", b"text/html", b"text/html; charset=no-such", b"application/json; charset=utf-16", b"", b"/", b"application/xml", b"\xff",
    b"application/problem+json", b"multipart/form-data; boundary", b"application/json, text/html",
)  # fmt: skip
FRAMES = (
    b"Content-Length: 0", b"Content-Length: 1", b"Content-Length: 999999", b"Content-Length: 99999999999999", b"Content-Length: 9223372036854775807", b"Content-Length: -1", b"Content-Length: x", b"Content-Length: " + b"9" * 5_000,
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip", b"Content-Encoding: gzip", b"Content-Encoding: deflate", b"Content-Encoding: br",
    b"Content-Encoding: gzip, gzip, deflate", b"Content-Encoding: identity", b"Content-Encoding: \xe9", b"Content-Length: 5\r\nContent-Length: 6",
    b"Connection: Upgrade\r\nUpgrade: websocket", b"Connection: keep-alive",
)  # fmt: skip
ODD = (
    b"Server: caf\xc3\xa9", b"X-Odd: \xff\xfe", b"X-Odd:", b": nothing", b"no colon", b" folded", b"X-Odd: a\r\n folded", b"Set-Cookie: a=b; Domain=elsewhere.example",
    b"Location: https://elsewhere.example/", b"X-Odd: " + b"x" * 70_000, b"X-\xe9: a", b"WWW-Authenticate: Basic", b"X Odd: a", b"X-Odd: a\0b",
    b"\r\n".join(b"X-%d: a" % number for number in range(120)), b"Alt-Svc: h3", b"Refresh: 0; url=https://elsewhere.example/",
)  # fmt: skip


def head(content, status=200, *more, kind=b"application/json"):
    """A head that fits the content."""
    lines = (b"HTTP/1.1 %d Odd" % status, b"Content-Type: " + kind, b"Content-Length: %d" % len(content), *more)
    return b"\r\n".join((*lines, b"Connection: close", b"", b""))


def odd_head(draw, content, status):
    """One that has something to it."""
    change = draw.choice((_judged, _judged, _judged, _odd, _framed, _line, _kind))
    return change(draw, content, status)


def _judged(draw, content, status):
    names = draw.sample(JUDGED, draw.choice((1, 2, 4)))
    return head(content, status, *(name + b": " + draw.choice(ETAGS if name == b"ETag" else GARBAGE) for name in names))


def _odd(draw, content, status):
    return head(content, status, draw.choice(ODD))


def _kind(draw, content, status):
    return head(content, status, kind=draw.choice(KINDS))


def _framed(draw, content, status):
    """The frame says another thing than what comes."""
    right = b"Content-Length: %d" % len(content)
    return head(content, status).replace(right, draw.choice(FRAMES))


def _line(draw, content, status):
    line, _, rest = head(content, status).partition(b"\r\n")
    return draw.choice((*LINES, line)) + b"\r\n" + rest

"""Mutations of what an answer says: members that are missing, doubled, renamed or of another kind, and values that nobody expects."""

import copy
import json
import re

from support.fuzz.secret import SECRET

#: A string of this form is written without its quotes: tokens that no Python value gives.
_BARE = re.compile(r'"@@(.*?)@@"')
#: At the end of a member's name: taken away once the JSON is written, so that the name stands there twice.
_TWIN = "⁣"

NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1E400", "-0", "1.0", "1e2", "7" * 5_000, "7" * 4_299)
DEEP = (
    ("[", "]"),
    ('{"data":', "}"),
    ('{"result":', "}"),
    ('{"message":', "}"),
    ('{"parent":', "}"),
    ('{"error":', "}"),
)
DEPTHS = (60, 150, 300, 480, 700, 900, 980, 100_000)

#: Characters that a mutated answer has at most, roughly: changes multiply, and the third could make gigabytes.
LARGEST_ANSWER = 5_000_000

INTEGERS = (0, -1, 1, 2, 99, 10_001, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30, 10**400)
TIMES = (
    "2031-02-30T09:24:01Z", "2031-13-01", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "10000-01-01T00:00:00Z", "2031-02-17", "2031-02", "2031-W08-1", "20310217T092401Z", "2031-02-17T24:00:00Z",
    "2031-02-17T09:24:60Z", "2031-02-17T09:24:01.123456789Z", "2031-02-17 09:24:01", "2031-02-17T09:24:01+25:00",
    "1740000000", "1740000000000", "9" * 25, "yesterday", "２０３１-02-17T09:24:01Z", "2031-02-17T09:24:01+00:00:00.5",
)  # fmt: skip
URLS = (
    "http://storage.example/1", "ftp://storage.example/1", "file:///etc/passwd", "//storage.example/1", "https://", "https:///1",
    "https://storage.example:99999/1", "https://storage.example:x/1", "https://[::1/1", "https://[v1.x]/1", "javascript:alert(1)",
    "https://storage.example/a b", "https://storage.example/1\r\nHost: elsewhere.example", "https://ｓtorage.example/1", "/1", "storage",
    "https://user:secret@storage.example/1", f"https://storage.example/1?X-Amz-Signature={SECRET}#x", "https://.example/1",
    "https://" + "a" * 70_000,
)  # fmt: skip
TEXTS = (
    "", " ", "\t\n", "\0", "a\0b", "\ud800", "a\udfffb", "é", "e\u0301", "\u202ereversed", "😀", "١٢٣", "²", "12", "-1", "1e999", "NaN",
    "null", "true", "[]", "{}", '{"filename": 5}', "[" * 100_000, "x" * 70_000, "'; DROP TABLE uploads; --", "../../etc/passwd",
    "<b>&#" + "1" * 5_000 + ";</b>", "%00", "%s %(a)s {0} {a}", "PROCESSED", "COMPLETE", "FAILED", "complete", "STAGED", "a" * 40,
)  # fmt: skip
PLAIN = (None, True, False, 0.5, -0.0, 1.0, 1e300, [], {}, [None], [[]], {"": None}, {"id": None}, {"id": 1}, [1, "a"])


def mutated(draw, answer):
    """A copy with one to three changes; fewer where they would make it too large."""
    whole = [copy.deepcopy(answer)]
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        before = copy.deepcopy(whole)
        _change(draw, *draw.choice(list(_places(whole))))
        if _length(whole) > LARGEST_ANSWER:
            return before[0]
    return whole[0]


def written(draw, value):
    """As JSON, in one of the forms that JSON may have."""
    text = json.dumps(value, ensure_ascii=draw.random() < 0.7, indent=draw.choice((None, None, 2)))
    return _BARE.sub(r"\1", text).replace(_TWIN, "").replace("\\u2063", "").encode("utf-8", "surrogatepass")


def _length(value):
    """Of its JSON, roughly. What stands in several places counts in each, as it is written in each."""
    known = {}

    def length(one):
        if not isinstance(one, (dict, list)):
            return len(one) if isinstance(one, str) else 9
        if id(one) not in known:
            known[id(one)] = sum(map(length, [*one, *one.values()] if isinstance(one, dict) else one))
        return known[id(one)]

    return length(value)


def _places(holder):
    """Where something stands: what holds it, and under which index or name."""
    for key, value in holder.items() if isinstance(holder, dict) else enumerate(holder):
        yield holder, key
        if isinstance(value, (dict, list)):
            yield from _places(value)


def _change(draw, holder, key):
    change = draw.choice((_replace, _replace, _replace, _drop, _rename, _twin, _wrap, _bend, _bend, _swap, _grow))
    change(draw, holder, key)


def _replace(draw, holder, key):
    holder[key] = _odd(draw)


def _odd(draw):
    kind = draw.randrange(12)
    if kind == 0:
        return f"@@{draw.choice(NUMBERS)}@@"
    if kind == 1:
        opening, closing = draw.choice(DEEP)
        # The deepest ones are hundreds of kilobytes, so they come seldom.
        depth = draw.choice(DEPTHS if draw.random() < 0.05 else DEPTHS[:-1])
        return f"@@{opening * depth}{draw.choice(('1', 'null', chr(34) + 'a' + chr(34)))}{closing * depth}@@"
    pool = (INTEGERS, INTEGERS, TIMES, TIMES, URLS, TEXTS, TEXTS, TEXTS, PLAIN, PLAIN)[kind - 2]
    return copy.deepcopy(draw.choice(pool))


def _drop(_draw, holder, key):
    del holder[key]
    if not holder and isinstance(holder, list):
        holder.append(None)  # The outermost list has to hold an answer.


def _rename(draw, holder, key):
    if isinstance(holder, dict):
        new = draw.choice(
            (key.upper(), key.lower(), key.swapcase(), f"{key}s", f" {key}", "", f"{key}\0", "result", "data")
        )
        holder[new] = holder.pop(key)
    else:
        holder[key] = None


def _twin(draw, holder, key):
    """A name twice, or an entry of a list twice."""
    if isinstance(holder, dict):
        holder[key + _TWIN] = draw.choice((holder[key], _odd(draw)))
    elif isinstance(holder[key], dict) and holder[key]:
        name = draw.choice(list(holder[key]))
        holder[key][name + _TWIN] = _odd(draw)
    else:
        holder[key] = [holder[key], holder[key]]


def _wrap(draw, holder, key):
    value = holder[key]
    holder[key] = draw.choice(
        ([value], {"data": value}, {"result": value}, {"results": [value]}, {"id": value}, json.dumps(value))
    )


def _bend(draw, holder, key):
    """The same kind of value, but not the same."""
    value = holder[key]
    if isinstance(value, bool) or value is None:
        holder[key] = draw.choice((not value, str(value), int(bool(value))))
    elif isinstance(value, int):
        holder[key] = draw.choice(
            (
                -value,
                value + 1,
                value - 1,
                value * 10,
                float(value % 2**53),
                str(value),
                f" {value}",
                draw.choice(INTEGERS),
            )
        )
    elif isinstance(value, str):
        bent = (
            value.upper(),
            value.lower(),
            f" {value} ",
            value[:-1],
            value[1:],
            value[:900] * 40,
            f"{value}\0",
            f"{value}\ud800",
            value[::-1],
        )
        holder[key] = draw.choice((*bent, draw.choice(TIMES), draw.choice(URLS)))
    elif isinstance(value, list):
        holder[key] = draw.choice(
            (
                value[::-1],
                value[:9] * 2,
                value[:2] * 300,
                [],
                value[:1],
                [value, *value],
                [*value, None],
                {str(n): one for n, one in enumerate(value)},
            )
        )
    elif isinstance(value, dict):
        holder[key] = draw.choice(
            (list(value.items()), list(value.values()), list(value), {}, value | {f"more{n}": n for n in range(200)})
        )


def _swap(draw, holder, key):
    """Change places with another value beside it."""
    other = draw.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[key], holder[other] = holder[other], holder[key]


def _grow(draw, holder, key):
    """A member that belongs elsewhere, or somebody's secret as a name."""
    if isinstance(holder[key], dict):
        name = draw.choice(
            (
                "id",
                "data",
                "media",
                "result",
                "url",
                "error",
                f"https://storage.example/1?X-Amz-Signature={SECRET}",
                "\ud800",
            )
        )
        holder[key][name] = _odd(draw)
    else:
        holder[key] = [holder[key]] * draw.choice((2, 500))

"""One mutated answer, fed to the client: what came of it, and whether that was allowed."""

import datetime as dt
import math
import random
import traceback
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from pydantic import BaseModel, SecretStr
from support.fuzz.bytewise import garbled
from support.fuzz.heads import STATUSES, head, odd_head
from support.fuzz.secret import SECRET, SHARE
from support.fuzz.structure import mutated, written

from dashmedia.answers import TRANSIENT_STATUSES
from dashmedia.dam.client import DashClient
from dashmedia.dam.job_models import Job
from dashmedia.errors import ContractError, ItemError, RejectedError, TransientError
from dashmedia.http import Api, RetryPolicy
from dashmedia.rate import RateBudget, RequestTally
from dashmedia.social.client import SocialClient
from dashmedia.storage import Storage
from dashmedia.storage_answers import TRANSIENT_CODES

PARSED, CONTRACT, STATUS, ELSE = "parsed", "ContractError", "error of the status", "anything else"
TOKEN = SecretStr(f"token-{SECRET}")
NOON = 1_795_262_400.0
#: Largest whole number that every database of ours keeps.
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Outcome:
    """What came of one answer; `seen` says what was wrong with it, empty when nothing was."""

    kind: str
    seen: str = ""


class Services:
    """Both clients towards one address, with a clock that goes forward only when somebody waits."""

    def __init__(self, url):
        self.url, self.now = url, 1_000.0
        times = {"clock": self.clock, "sleep": self.sleep}
        self.tally = RequestTally()
        shared = {"tally": self.tally, "retry": RetryPolicy(attempts=1), "wall": lambda: NOON, **times}
        self.api = Api(url, TOKEN, budget=RateBudget(100_000, wall=shared["wall"], **times), **shared)
        self.storage = Storage(**shared)
        self.dash = DashClient(self.api)
        self.social = SocialClient(
            library=self.api, auth=self.api, storage=self.storage, put_mode="auto", page_pause_s=0, sleep=self.sleep
        )

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds

    def close(self):
        self.api.close()
        self.storage.close()


def answers_of(use, recorded, seed, number):
    """What the service answers in turn: one answer is mutated. The same three give the same bytes."""
    draw = random.Random(f"{seed} {use.name} {number}")
    told = recorded.get(use.endpoint, ())
    good = [head(content := written(random.Random(0), one)) + content for one in (draw.choice(use.shapes), *use.then)]
    base = draw.choice(told) if told and draw.random() < 0.4 else draw.choice(use.shapes)
    odd = _mutated(draw, base)
    # Most often the first answer is the odd one; else a later one of the same run.
    at = draw.choice((0, 0, 0, *range(len(good))))
    return (*good[:at], odd, *good[at + 1 :]) if at else (odd, *good[1:])


def _mutated(draw, base):
    """Whose JSON is None, as the storage's, has only its bytes and its head to be odd."""
    is_json = base is not None
    kind = draw.random() if is_json else 1.0
    content = written(draw, mutated(draw, base) if kind < 0.65 else base) if is_json else b""
    if kind > 0.65 and draw.random() < 0.6:
        content = garbled(draw, content)
    status = draw.choice(STATUSES) if draw.random() < (0.12 if is_json else 0.5) else draw.choice((200, 200, 200, 201))
    is_odd = draw.random() < (0.2 if is_json else 0.7)
    return (odd_head(draw, content, status) if is_odd else head(content, status)) + content


def outcome_of(use, service, script):
    """Feed it."""
    service.play(script)
    services = Services(service.url)
    try:
        result = use.act(services)
    except Exception as error:  # noqa: BLE001  # which one it is, is the question
        found = _judged(error)
    else:
        problem = _problem(result)
        found = Outcome(ELSE, f"read as {problem}") if problem else Outcome(PARSED)
    finally:
        services.close()
    return Outcome(ELSE, f"{service.asked} requests for one call") if service.is_endless else found


def _judged(error):
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    if SHARE in shown:
        return Outcome(ELSE, f"a secret is in {type(error).__name__}: {shown[-1_500:]}")
    if isinstance(error, ContractError):
        return (
            Outcome(CONTRACT)
            if len(str(error)) < 1_500
            else Outcome(ELSE, f"a message of {len(str(error))} characters: {str(error)[:900]}")
        )
    if isinstance(error, (RejectedError, TransientError, ItemError)) and _fits(error) and len(str(error)) < 1_500:
        return Outcome(STATUS)
    return Outcome(ELSE, shown[-2_500:])


def _fits(error):
    """The status is one of which this error is documented; a 2xx that is no JSON is worth a repeat, and so are codes of the storage."""
    status = getattr(error, "status", None)
    if isinstance(error, TransientError) and any(f"{status} {code}" in error.seen for code in TRANSIENT_CODES):
        return True
    if isinstance(error, RejectedError):
        return 400 <= status < 500 and status not in TRANSIENT_STATUSES
    if isinstance(error, TransientError):
        return status is None or status >= 500 or status in TRANSIENT_STATUSES or 200 <= status < 300
    return True


def _problem(value, depth=0):  # noqa: PLR0911  # one for each kind of value
    """What in a result could do harm further on; None when nothing."""
    if isinstance(value, bool) or value is None or depth > 40:
        return None
    if isinstance(value, str):
        return _problem_of_text(value)
    if isinstance(value, int):
        return None if 0 <= value <= LARGEST else f"a number of {value.bit_length()} bits, negative: {value < 0}"
    if isinstance(value, float):
        return None if math.isfinite(value) else f"a number {value}"
    if isinstance(value, dt.datetime):
        return None if value.tzinfo is not None and value.utcoffset() is not None else f"a time without zone {value}"
    if isinstance(value, (SecretStr, Enum, bytes)):
        return None
    return next((found for one in _members(value) if (found := _problem(one, depth + 1))), None)


def _problem_of_text(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return "text that no file or database takes"
    return "text with a null character, which PostgreSQL does not take" if "\0" in text else None


def _members(value):
    if isinstance(value, Job):
        # What it made is the service's own JSON, read later by who needs it.
        return [getattr(value, one.name) for one in fields(value) if one.name != "successes"]
    if isinstance(value, BaseModel):
        return [getattr(value, name) for name in type(value).model_fields]
    if is_dataclass(value):
        return [getattr(value, one.name) for one in fields(value)]
    if isinstance(value, dict) or hasattr(value, "items"):
        return [one for pair in value.items() for one in pair]
    return list(value)

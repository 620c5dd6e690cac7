"""The comparison leaves nothing out: every call, every spelling and every fact of our clients is in it."""

import inspect
import json
from dataclasses import fields, is_dataclass

import pytest
from pydantic import BaseModel

from dashmedia.contract.calls import REFUSED, run
from dashmedia.contract.check import OURS
from dashmedia.contract.dash_calls import DASH_CALLS
from dashmedia.contract.learning import sample_of
from dashmedia.contract.recording import ENTRY, KEY, ByKey
from dashmedia.contract.social_calls import SOCIAL_CALLS
from dashmedia.contract.words import WORDS
from dashmedia.dam import wire as dam
from dashmedia.dam.client import DashClient
from dashmedia.dam.models import Asset, AssetFile, Field, FieldOption, LifecycleStatus, PermittedAction, Portal, User
from dashmedia.social import wire as social
from dashmedia.social.client import SocialClient
from dashmedia.social.models import Identity, Media

#: Spellings that no file can tell, each with its reason.
BESIDE = {
    "dash": {
        # What v1 called things; only refusals speak of it.
        "V1_FIELDS", "V1_CUSTOM",
        # The name of a field in one account, which is no part of the API.
        "TITLE_FIELD",
        # No export tells events apart by user.
        "USER_ID",
    },
    "dash-social": {
        # Of the PUT to the storage, which is in no file of the vendor's.
        "PUT_HEADERS",
        # Of refusals, whose words no file tells.
        "DUPLICATE_STATUSES", "DUPLICATE_WORDS",
    },
}  # fmt: skip


def texts_of(value):
    """Every text in a value, names of members included."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {one for name, inner in value.items() for one in (name, *texts_of(inner))}
    return (
        {one for inner in value for one in texts_of(inner)}
        if isinstance(value, (list, tuple, set, frozenset))
        else set()
    )


def paths_of(value, at=()):
    """Where every member of a sample answer stands."""
    if isinstance(value, list):
        return [path for one in value for path in paths_of(one, (*at, ENTRY))]
    if not isinstance(value, dict):
        return []
    names = {name: (*at, KEY if isinstance(value, ByKey) else name) for name in value}
    own = [] if isinstance(value, ByKey) else list(names.values())
    return own + [path for name, one in value.items() for path in paths_of(one, names[name])]


def everything_compared(system):
    told = {word for one in WORDS[system] for word in one.known.union(*one.needed)}
    for call in OURS[system].calls:
        for number in range(len(call.shapes)):
            sample = sample_of(call, number)
            told |= texts_of(sample.shape)
            for asked in (sample.asked, *(sample._without(path).asked for path in paths_of(sample.shape))):
                told |= {step for path in asked for step in path}
            for sent in sample.sent:
                told |= {sent.endpoint, sent.path, sent.method} | texts_of(sent.body)
    return told


@pytest.mark.parametrize(("system", "wire"), [("dash", dam), ("dash-social", social)])
def test_every_spelling_of_a_wire_module_is_compared(system, wire):
    told = everything_compared(system)
    whole = " ".join(sorted(told))

    spellings = {
        # The names in EVENT_FIELDS are columns of ours.
        name: texts_of(list(value.values()) if name == "EVENT_FIELDS" else value)
        for name, value in vars(wire).items()
        if name.isupper() and name not in BESIDE[system]
    }
    unseen = {name: {word for word in words - told if word not in whole} for name, words in spellings.items()}
    missing = {name: left for name, words in unseen.items() if (left := words - BESIDE[system])}

    assert len(spellings) > 10
    assert missing == {}


@pytest.mark.parametrize(("client", "calls"), [(DashClient, DASH_CALLS), (SocialClient, SOCIAL_CALLS)])
def test_every_method_that_sends_something_was_run(client, calls, monkeypatch):
    # Its own look-ups call others of these; `put_original` sends to the storage, which is in no file.
    public = {name for name, _ in inspect.getmembers(client, inspect.isfunction) if not name.startswith("_")}
    ran = set()
    for name in public:
        whole = getattr(client, name)
        monkeypatch.setattr(
            client, name, lambda *args, _name=name, _whole=whole, **more: (ran.add(_name), _whole(*args, **more))[1]
        )

    for call in calls:
        run(call, call.shapes[0])

    assert public - ran <= {"put_original", "find_media", "assets", "folder_path"}


@pytest.mark.parametrize("calls", [DASH_CALLS, SOCIAL_CALLS])
def test_every_shape_of_an_answer_is_read_and_says_the_same_facts(calls):
    for call in calls:
        results = [sample_of(call, number)._whole.result for number in range(len(call.shapes))]

        assert REFUSED not in results


def models_in(value):
    """Every model in a result, however deep."""
    if isinstance(value, BaseModel):
        yield value
        value = [getattr(value, name) for name in type(value).model_fields]
    elif is_dataclass(value):
        value = [getattr(value, one.name) for one in fields(value)]
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from models_in(one)


#: Members that no answer holds: we make them ourselves.
OWN = {("LifecycleStatus", "unreadable")}


def test_every_fact_of_a_model_is_in_a_sample_so_that_a_new_one_cannot_be_forgotten():
    wanted = {
        (model.__name__, name)
        for model in (
            Asset,
            AssetFile,
            Field,
            FieldOption,
            LifecycleStatus,
            PermittedAction,
            Portal,
            User,
            Identity,
            Media,
        )
        for name in model.model_fields
    }

    told = {
        (type(model).__name__, name)
        for call in (*DASH_CALLS, *SOCIAL_CALLS)
        for model in models_in(sample_of(call, 0)._whole.result)
        for name, one in type(model).model_fields.items()
        if one.is_required() or getattr(model, name) != one.get_default()
    }

    assert wanted - told == OWN


def test_what_is_sent_can_be_written_as_json():
    bodies = [sent.body for ours in OURS.values() for call in ours.calls for sent in sample_of(call, 0).sent]

    assert all(json.dumps(body) for body in bodies)

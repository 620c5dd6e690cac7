from __future__ import annotations

import pytest

from dashmedia.dam.schema import Schema


@pytest.fixture
def schema(live):
    return Schema.load(live)


class Options:
    """Answers searches for options from rows of id, value and parent's id; for an account with one field, `f`."""

    def __init__(self, *rows, hierarchical=True, **field):
        self.rows = rows
        told = {"id": "f", "name": "Stores", "hasFixedOptions": True, "hierarchical": hierarchical, "multiValue": True}
        self.fields = [{"result": told | field}]

    def search(self, body):
        parent_id = next(
            (one.get("value") for one in body["criterion"]["criteria"] if one["field"] == "PARENT_ID"), None
        )
        found = [(id_, value) for id_, value, parent in self.rows if parent == parent_id]
        rows = [{"id": id_, "value": value} for id_, value in found[body["from"] : body["from"] + body["pageSize"]]]
        return 200, {"totalResults": len(found), "results": rows}

    def answers(self):
        return {
            ("GET", "/fields"): (200, self.fields),
            ("GET", "/folder-settings"): (200, {"result": {"fieldId": "f"}}),
            ("POST", "/field-option-searches"): self.search,
        }


@pytest.fixture
def schema_of(dash, client):
    """The schema of an account with these options."""

    def make(*rows, **field):
        dash.answers |= Options(*rows, **field).answers()
        return Schema.load(client)

    return make

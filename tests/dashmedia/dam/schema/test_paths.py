from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashmedia.dam.models import FieldOption, FolderPath
from dashmedia.dam.schema.naming import NameIndex, advice
from dashmedia.dam.schema.option_tree import Level
from dashmedia.dam.schema.paths import search_path

names = st.text("ab/ ", min_size=1, max_size=4)
trees = st.recursive(
    st.just({}), lambda below: st.dictionaries(names, below, min_size=1, max_size=3), max_leaves=12
).filter(bool)


class PlainTree:
    """Options from nested dictionaries."""

    def __init__(self, names):
        self.levels, self.all = {}, []
        self._add(None, names)

    def _add(self, parent, names):
        options = [FieldOption(id=f"{parent.id if parent else ''}>{name}", value=name, parent=parent) for name in names]
        self.levels[parent and parent.id] = Level(NameIndex((one.value, one) for one in options), is_whole=True)
        self.all += options
        for option in options:
            self._add(option, names[option.value])

    def level(self, _, parent):
        return self.levels[parent and parent.id]

    def named(self, field_id, parent, name):
        return self.level(field_id, parent).options.find(name)


@given(trees)
def test_every_option_is_among_what_its_path_may_mean(names):
    tree = PlainTree(names)

    for option in tree.all:
        assert option in search_path(tree, "f", FolderPath(option.path.names), is_tree=True).found
        if not str(option.path).endswith("/"):
            assert option in search_path(tree, "f", str(option.path), is_tree=True).found


@given(trees, st.text("ab/ ", max_size=8))
def test_whatever_is_asked_for_is_found_or_explained(names, path):
    search = search_path(PlainTree(names), "f", path, is_tree=True)

    assert search.found or "no “" in search.why_not()


def test_a_slip_in_an_upper_name_is_found_although_the_rest_is_asked_for_with_it():
    search = search_path(PlainTree({"Campaigns": {"2026": {}}}), "f", "/Campains/2026/Hero", is_tree=True)

    assert search.why_not() == "at the top is no “Campains/2026/Hero”. Did you mean “Campaigns”?"


def test_advice_names_what_is_alike_else_what_there_is():
    many = [f"Store {number}" for number in range(20)]

    assert advice(many, "Sotre 3").startswith("Did you mean “Store 3”")
    assert advice(many, "zzz").endswith("“Store 7” and 12 more.")
    assert advice([], "x") == "There are none."
    assert advice(["Only"], "x") == "There is “Only”."


def test_names_match_exactly_first_and_then_alike():
    index = NameIndex([("Café", 1), ("CAFÉ", 2), ("On  location", 3)])

    assert list(index.find("Café")) == [1]
    assert list(index.find("cafe\u0301")) == [1, 2]
    assert list(index.find(" on location")) == [3]
    assert list(index.find("none")) == []

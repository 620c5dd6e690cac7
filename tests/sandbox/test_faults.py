import pytest

from sandbox.faults import FaultBook, Rule


def hits(rules, requests, endpoint="get_media"):
    book = FaultBook()
    book.rules.extend(Rule.model_validate(rule) for rule in rules)
    return [[hit.kind.value for hit in book.due(endpoint)] for _ in range(requests)]


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        ({"times": 1}, [0]),
        ({"times": None}, [0, 1, 2, 3, 4, 5]),
        ({"times": 2, "after": 3}, [3, 4]),
        ({"times": None, "every": 2}, [0, 2, 4]),
        ({"times": 2, "after": 1, "every": 3}, [1, 4]),
        ({"endpoint": "create_media"}, []),
    ],
)
def test_a_rule_strikes_the_requests_it_says(rule, struck):
    seen = hits([rule | {"kind": "reset_before"}], 6)

    assert [number for number, one in enumerate(seen) if one] == struck


def test_a_delay_goes_with_another_fault_but_two_others_take_turns():
    seen = hits([{"kind": "delay_ms"}, {"kind": "truncate"}, {"kind": "status"}], 3)

    assert seen == [["delay_ms", "truncate"], ["status"], []]

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from time import sleep

from dashmedia.uploads.turns import Turns

PATIENCE_S = 60


def test_many_ask_at_once():
    turns = Turns()

    with turns.asking(), ThreadPoolExecutor(1) as pool:
        second = pool.submit(_enter, turns.asking).result(PATIENCE_S)

    assert second == "in"


def test_a_look_waits_until_nobody_asks_and_goes_before_whoever_asks_next():
    turns, order, looks = Turns(), [], Event()

    with ThreadPoolExecutor(2) as pool:
        with turns.asking():
            look = pool.submit(_note, turns.looking, order, "look", looks)
            looks.wait(PATIENCE_S)
            _until(lambda: turns._looks or order)
            ask = pool.submit(_note, turns.asking, order, "ask", Event())
            order.append("asked")
        for each in (look, ask):
            each.result(PATIENCE_S)

    assert order == ["asked", "look", "ask"]


def test_only_one_looks_at_a_time():
    turns, inside = Turns(), []

    def look(number):
        with turns.looking():
            inside.append(number)
            sleep(0)  # lets another thread in, if one may come
            alone = len(inside)
            inside.remove(number)
        return alone

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(look, range(200)))

    assert set(seen) == {1}


def test_a_turn_ends_with_an_error_too():
    turns = Turns()

    for turn in (turns.asking, turns.looking):
        with suppress(LookupError), turn():
            raise LookupError

    with turns.looking():
        pass


def _enter(turn):
    with turn():
        return "in"


def _note(turn, order, word, begun):
    begun.set()
    with turn():
        order.append(word)


def _until(condition):
    while not condition():
        pass

"""One connection for each thread, all closed at the end."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx

from dashmedia.connections import ThreadTransport, connect_to


class Counting(httpx.BaseTransport):
    made = 0

    def __init__(self, log):
        self.log = log
        log.append(self)
        self.closed = False

    def handle_request(self, request):
        return httpx.Response(200, text=str(id(self)))

    def close(self):
        self.closed = True


def test_each_thread_keeps_a_transport_of_its_own_and_all_are_closed():
    made = []
    both = Barrier(2)
    with httpx.Client(transport=ThreadTransport(lambda: Counting(made))) as client, ThreadPoolExecutor(2) as pool:

        def ask_twice(_):
            both.wait()
            return {client.get("http://127.0.0.1/").text for _ in range(2)}

        answers = list(pool.map(ask_twice, range(2)))

    assert [len(each) for each in answers] == [1, 1]
    assert answers[0] != answers[1]
    assert len(made) == 2
    assert all(each.closed for each in made)


def test_the_environments_proxy_is_used_for_the_outside_and_never_for_this_machine(
    monkeypatch, raw_server, http_answer
):
    proxy = raw_server(http_answer(200, b"through the proxy"))
    direct = raw_server(http_answer(200, b"straight"))
    monkeypatch.setenv("http_proxy", proxy.origin)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    with httpx.Client(transport=connect_to("http://library.example")) as outside:
        through = outside.get("http://library.example/").text
    with httpx.Client(transport=connect_to(direct.origin)) as inside:
        straight = inside.get(direct.origin).text

    assert (through, straight) == ("through the proxy", "straight")

from sandbox.rate import RateWindow


def test_a_window_lets_its_limit_through_and_opens_anew_when_it_closes():
    now = [1000.0]
    window = RateWindow(2, 60, wall=lambda: now[0])

    first = [window.take() for _ in range(3)]
    now[0] = 1059.9
    still = window.take()
    now[0] = 1060.0
    anew = window.take()

    assert (first, still, anew) == ([True, True, False], False, True)


def test_the_headers_say_what_is_left_and_when_the_window_closes():
    window = RateWindow(3, 60, wall=lambda: 1000.2)

    window.take()

    assert window.headers() == [
        (b"x-ratelimit-limit", b"3"),
        (b"x-ratelimit-remaining", b"2"),
        (b"x-ratelimit-reset", b"1061"),
    ]

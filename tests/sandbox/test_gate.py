from email.utils import parsedate_to_datetime


def test_every_answer_says_how_much_of_the_limit_is_left(sandbox, dash):
    good = dash.http.get("/api/self").headers
    bad = dash.http.get("/brands/1/media/v2/1").headers

    assert good["x-ratelimit-limit"] == "100000"
    assert int(bad["x-ratelimit-remaining"]) == int(good["x-ratelimit-remaining"]) - 1
    assert int(bad["x-ratelimit-reset"]) > 1_700_000_000


def test_requests_over_the_limit_get_429_and_have_no_effect(sandbox, dash):
    sandbox.tell("variant", {"requests_per_minute": 2})

    answers = [dash.create() for _ in range(4)]

    assert [one.status_code for one in answers] == [201, 201, 429, 429]
    assert answers[-1].json() == {"description": "2 per 1 minute"}
    assert answers[-1].headers["x-ratelimit-remaining"] == "0"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert sandbox.ask("state")["media"] == {"4242": 2}


def test_retry_after_of_a_429_can_be_a_date_or_missing(sandbox, dash):
    sandbox.tell("variant", {"requests_per_minute": 0, "retry_after": "date"})
    dated = dash.http.get("/api/self")
    sandbox.tell("variant", {"retry_after": "none"})
    silent = dash.http.get("/api/self")

    assert parsedate_to_datetime(dated.headers["retry-after"]).tzinfo is not None
    assert (silent.status_code, "retry-after" in silent.headers) == (429, False)


def test_the_rate_headers_can_be_missing(sandbox, dash):
    sandbox.tell("variant", {"rate_headers": False})

    answer = dash.http.get("/api/self")

    assert [name for name in answer.headers if name.startswith("x-ratelimit")] == []


def test_latency_can_be_set_while_it_runs_and_spares_the_controls(sandbox, dash):
    sandbox.tell("variant", {"latency_ms": 60})

    delayed = dash.http.get("/api/self").elapsed.total_seconds()

    assert delayed >= 0.06


def test_requests_answers_and_concurrency_are_counted(sandbox, dash):
    dash.http.get("/api/self")
    dash.create()
    dash.create(url="nonsense")

    state = sandbox.ask("state")

    assert state["requests"] == sandbox.ask("requests") == {"self": 1, "create_media": 2}
    assert state["answers"] == {"self 200": 1, "create_media 201": 1, "create_media 400": 1}
    assert state["concurrency"] == {"now": 0, "highest": 1}


def test_requests_are_counted_by_service_and_second_also_those_over_the_limit(sandbox, dash):
    sandbox.tell("variant", {"requests_per_minute": 1})
    dash.http.get("/api/self")
    dash.http.get("/api/self")

    rates = sandbox.ask("rates")

    assert sum(rates["social"].values()) == 2
    assert all(int(second) > 1_700_000_000 for second in rates["social"])
    sandbox.forget("requests")
    assert sandbox.ask("rates") == {}

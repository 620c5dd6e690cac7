import pytest

from sandbox.process import start


@pytest.mark.parametrize("as_form", [False, True])
def test_a_refresh_token_buys_an_access_token(dam, as_form):
    answer = dam.refresh(as_form).json()
    bearer = {"Authorization": f"{answer['token_type']} {answer['access_token']}"}

    assert dam.nobody.get("/current-user", headers=bearer).status_code == 200
    assert answer["expires_in"] == 30 * 24 * 3600
    assert "refresh_token" not in answer


def test_an_access_token_ends_when_it_said(sandbox, dam):
    sandbox.tell("variant", {"expires_in": 0})
    answer = dam.refresh().json()

    refused = dam.nobody.get("/current-user", headers={"Authorization": f"Bearer {answer['access_token']}"})

    assert (answer["expires_in"], refused.status_code) == (0, 401)


def test_a_life_that_is_not_announced_is_not_over_at_once(sandbox, dam):
    sandbox.tell("variant", {"expires_in": None})
    answer = dam.refresh().json()

    taken = dam.nobody.get("/current-user", headers={"Authorization": f"Bearer {answer['access_token']}"})

    assert ("expires_in" in answer, taken.status_code) == (False, 200)


def test_a_rotated_refresh_token_replaces_the_one_before_until_the_reset(sandbox, dam):
    sandbox.tell("variant", {"refresh_rotation": True})

    fresh = dam.refresh().json()["refresh_token"]
    old, new = dam.refresh(), dam.refresh(refresh_token=fresh)
    sandbox.tell("reset")
    first_again = dam.refresh()

    assert (old.status_code, old.json()["error"]) == (403, "invalid_grant")
    assert (new.status_code, first_again.status_code) == (200, 200)


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, 403, "unauthorized_client"),
        ({"client_secret": "guessed"}, 401, "access_denied"),
        ({"refresh_token": "guessed"}, 403, "invalid_grant"),
    ],
)
def test_a_login_that_is_not_good_is_refused_in_the_words_of_oauth(dam, change, status, error):
    answer = dam.refresh(**change)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_tokens_survive_a_kill_a_rotated_one_too(tmp_path, connect_dam):
    first = start(tmp_path)
    first.tell("variant", {"refresh_rotation": True})
    bought = connect_dam(first).refresh().json()

    first.kill()
    with start(tmp_path) as second:
        again = connect_dam(second)
        taken = again.nobody.get("/fields", headers={"Authorization": f"Bearer {bought['access_token']}"})

        assert second.env["DASH_REFRESH_TOKEN"] == bought["refresh_token"]
        assert (taken.status_code, again.refresh().status_code) == (200, 200)

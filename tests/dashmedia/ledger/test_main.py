from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dashmedia.ledger import Failure, Ledger, State, Transition
from dashmedia.ledger.__main__ import app
from dashmedia.ledger.promotion_rows import NewRow
from dashmedia.refusals import Refusal, Rule

ROOT = Path(__file__).parents[3]


@pytest.fixture
def filled(ledger, begin, new_item):
    run = begin("run-1")
    ledger.claim([new_item(1), new_item(2, source_row=3), new_item(3)], run)
    ledger.record(run, [Transition(new_item(1).key, State.SUBMITTED)])
    ledger.record(run, [Transition(new_item(1).key, State.READY, remote_id="700000001")])
    ledger.fail(run, [Failure(new_item(2).key, "refused [400]", retryable=False)])
    ledger.refuse(
        run,
        "ugc/",
        [Refusal("a.txt", 4, Rule.TYPE_NOT_ACCEPTED, "text/plain"), Refusal("b", None, Rule.FILE_EMPTY, "")],
    )
    return ledger


def test_without_a_ledger_each_command_says_so_and_makes_none(run_cli, tmp_path):
    for words in (["summary"], ["item", "1.jpg"], ["left"], ["refused"], ["retry", "--all"]):
        code, out, err = run_cli(*words)

        assert (code, out) == (1, "")
        assert "There is no ledger at" in err
    assert list(tmp_path.iterdir()) == []


def test_a_promotion_is_written_as_csv_with_every_asset(run_cli, ledger, begin):
    plan = ledger.promotions.begin(begin("run-1"), "https://dam", "scope")
    rows = [
        NewRow("a-1", "titled", "STAGED_TO_LIVE", "A ridge"),
        NewRow("a-2", "titled", "STAGED_TO_LIVE", "", ("k",), ("no title",)),
    ]
    ledger.promotions.rows(plan.plan_id).add(rows)

    code, out, _ = run_cli("promotion", "run-1")

    assert code == 0
    assert out.splitlines() == [
        "asset_id,name,rule,transition,state,why",
        "a-1,A ridge,titled,STAGED_TO_LIVE,planned,",
        "a-2,,titled,STAGED_TO_LIVE,held,no title",
    ]
    assert run_cli("promotion", "run-9")[0] == 1


def test_the_summary_is_a_table(run_cli, filled):
    code, out, _ = run_cli("summary")

    assert code == 0
    for word in ("social:4242", "ready", "failed", "planned", filled.place):
        assert word in out


def test_an_item_is_shown_with_its_history(run_cli, filled):
    code, out, _ = run_cli("item", "2.jpg")

    assert code == 0
    for words in ("ugc/2.jpg (row 3)", "refused [400]", "retry", "failed", "run-1"):
        assert words in out


def test_an_item_that_is_not_there_is_an_error(run_cli, filled):
    assert run_cli("item", "9.jpg") == (1, "", "Nothing in the ledger is called 9.jpg.\n")


def test_what_is_left_is_listed_up_to_a_limit(run_cli, filled):
    code, out, _ = run_cli("left", "--limit", "1")
    _, everything, _ = run_cli("left")

    assert code == 0
    assert "There are more than these 1" in out
    assert "2.jpg" in everything
    assert "3.jpg" in everything


def test_what_was_refused_is_listed_with_its_rule(run_cli, filled):
    code, out, _ = run_cli("refused", "--everything")

    assert code == 0
    assert "type_not_accepted" in out
    assert "a.txt (row 4)" in out


def test_lists_that_are_empty_say_so(run_cli, ledger):
    assert run_cli("left") == (0, "Nothing is left: every original is ready.\n", "")
    assert run_cli("refused") == (0, "Nothing was refused.\n", "")


def test_a_person_takes_one_or_all_out_of_quarantine(run_cli, filled, new_item):
    one = run_cli("retry", new_item(2).sha256[:8])
    again = run_cli("retry", new_item(2).sha256[:8])
    rest = run_cli("retry", "--all")

    assert one[0] == 0
    assert one[1].startswith("1 taken out of quarantine.")
    assert again == (1, "", f"Nothing in quarantine is called {new_item(2).sha256[:8]}.\n")
    assert rest == (1, "", "Nothing is in quarantine.\n")


@pytest.mark.parametrize("words", [("retry",), ("retry", "abcd", "--all")])
def test_a_retry_needs_one_of_two_words(run_cli, words):
    code, _, err = run_cli(*words)

    assert code == 2
    assert "either the beginning of a SHA-256" in err


def test_the_option_wins_over_the_environment(run_cli, tmp_path):
    Ledger.open(tmp_path / "other.db").close()

    code, out, _ = run_cli("summary", "--ledger", str(tmp_path / "other.db"))

    assert code == 0
    assert "other.db" in out


def test_every_command_explains_itself(capsys):
    for command in ("summary", "item", "left", "refused", "retry"):
        app([command, "--help"], result_action="return_value")

        assert "DASH_LEDGER_URL" in capsys.readouterr().out


def test_a_wrong_command_line_ends_with_a_sentence_and_exit_code_2():
    done = subprocess.run(
        [sys.executable, "-m", "dashmedia.ledger", "sumary"], capture_output=True, check=False, text=True, cwd=ROOT
    )

    assert done.returncode == 2
    assert "sumary" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr

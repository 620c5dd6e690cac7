"""What a command line takes where a form has a list of models."""

from __future__ import annotations

from inspect import signature

import pytest

from dashmedia.errors import SettingsError
from flows.ingest_ugc import ingest_ugc
from flows.promote_lifecycle import promote_lifecycle
from tasks.command_line import _as_command, _json_of, app_of


def test_json_is_taken_as_text_or_from_a_file(tmp_path):
    (tmp_path / "rules.json").write_text('[{"name": "é"}]', encoding="utf-8")

    assert _json_of("rules", str(tmp_path / "rules.json")) == _json_of("rules", ' [{"name": "é"}]') == [{"name": "é"}]


@pytest.mark.parametrize(
    ("text", "words"),
    [("none.json", "--rules: the file none.json cannot be read as JSON"), ("[{", "--rules: its text is no JSON")],
)
def test_what_is_no_json_is_one_sentence(text, words):
    with pytest.raises(SettingsError, match=words):
        _json_of("rules", text)


def test_only_lists_of_models_are_written_as_json():
    assert signature(_as_command(promote_lifecycle)).parameters["rules"].annotation == str | None
    assert signature(_as_command(ingest_ugc)).parameters["brand_ids"].annotation != str | None


def test_a_report_that_has_no_folder_is_said_before_the_run(tmp_path, capsys):
    place = tmp_path / "none" / "report.json"

    status = _as_command(ingest_ugc)(source=str(tmp_path), brand_ids=(4242,), report_file=place)

    assert status == 2
    assert "there is no folder" in capsys.readouterr().err


class Interrupted:
    """A flow whose run is ended by Ctrl-C."""

    fn = staticmethod(ingest_ugc.fn)

    def __call__(self, **_):
        raise KeyboardInterrupt


def test_ctrl_c_in_the_middle_of_a_run_is_one_line_and_status_130(capsys):
    with pytest.raises(SystemExit) as ended:
        app_of(Interrupted())(["ugc", "--brand-ids", "4242"])

    assert ended.value.code == 130
    assert capsys.readouterr().err == "Stopped. What was done is kept; the same command does the rest.\n"

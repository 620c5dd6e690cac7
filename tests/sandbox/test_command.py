import pytest

from sandbox.command import main


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.com", "::"])
def test_a_host_beyond_this_machine_is_refused_with_a_sentence(host, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([f"--data={tmp_path}", f"--host={host}"])

    assert stopped.value.code == 2
    assert f"it serves this machine only: host {host!r} is not a loopback address" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--port=70000"], ["--latency-ms=-1"], ["--latency-ms=nan"], ["--seed=x"], ["--last-day=today"]]
)
def test_an_option_out_of_range_is_refused(words, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([f"--data={tmp_path}", *words])

    assert stopped.value.code == 2
    assert words[0].split("=")[0] in capsys.readouterr().err

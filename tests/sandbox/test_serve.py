import signal
import subprocess
import sys
import time

import httpx
import psutil

from sandbox.process import ROOT, start


def s3_child(pid):
    (child,) = (one for one in psutil.Process(pid).children() if one.name() == "rclone")
    return child


def wait_until_gone(process, seconds=5):
    give_up_at = time.monotonic() + seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < give_up_at:
        time.sleep(0.01)
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_media_tokens_and_addresses_survive_a_sigkill_which_also_takes_the_s3_server_along(tmp_path, connect, photo):
    first = start(tmp_path)
    dash = connect(first)
    url = dash.upload(photo)
    media_id = dash.create(url).json()["id"]
    child = s3_child(first.process.pid)

    first.kill()
    child_is_gone = wait_until_gone(child)
    with start(tmp_path) as second:
        again = connect(second)

        assert child_is_gone
        assert second.env == first.env
        assert again.get(media_id).json()["source_created_at"] == "2026-07-01T14:03:22"
        assert again.create(url, brand=4343).status_code == 201
        assert second.ask("state")["media"] == {"4242": 1, "4343": 1}
        assert second.ask("state")["upload_urls"] == 1
        assert second.stop() == 0  # by SIGTERM


def test_ctrl_c_ends_it_in_silence_with_status_0_and_without_its_s3_server(tmp_path):
    words = [sys.executable, "-m", "sandbox", f"--data={tmp_path}"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        env = dict(
            line.removeprefix("export ").rstrip().split("=") for line in iter(process.stdout.readline, "# ready\n")
        )
        child = s3_child(process.pid)
        with httpx.Client(trust_env=False) as idle:
            idle.get(env["DASH_SOCIAL_API_URL"] + "/_sandbox/state")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)

    assert (process.returncode, out, err) == (0, "", "")
    assert not child.is_running()


def test_everything_ends_when_the_process_that_started_it_is_killed(tmp_path):
    code = (
        f"from sandbox.process import start; import time; print(start({str(tmp_path)!r}).process.pid); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-u", "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        sandbox = psutil.Process(int(starter.stdout.readline()))
        child = s3_child(sandbox.pid)

        starter.kill()

        assert wait_until_gone(sandbox)
        assert wait_until_gone(child)


def test_a_folder_in_use_is_refused_with_one_sentence(sandbox):
    data = next(word for word in sandbox.process.args if word.startswith("--data="))

    second = subprocess.run(
        [sys.executable, "-m", "sandbox", data], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert second.returncode == 1
    assert second.stderr == f"Another sandbox uses {data.removeprefix('--data=')}. Stop it, or give another folder.\n"

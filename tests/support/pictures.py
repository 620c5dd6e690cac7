"""Pictures of the plan and of the approval form, as a browser shows them: `python -m tests.support.pictures`.

Starts a sandbox and a Prefect server, runs `promote_lifecycle` until it asks, takes both pictures into `docs/pictures/` and
answers the form. Needs Chromium on the PATH; it is driven by its own DevTools protocol.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from websockets.sync.client import connect

from deployments.prefect_server import prefect_server
from sandbox.process import start

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
PATIENCE_S = 90
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0")  # fmt: skip

#: What is called so on the page, as far as a person can click it.
FIND = """(words => [...document.querySelectorAll('button, a')].find(each => each.innerText.trim() === words))"""


class Page:
    """One page of a browser without a window."""

    def __init__(self, socket):
        self._socket, self._numbers = socket, count(1)

    def tell(self, method, **parameters):
        """Send a command of the DevTools protocol; its result."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := json.loads(self._socket.recv(timeout=PATIENCE_S))).get("id") != number:
            pass
        return answer["result"]

    def see(self, expression):
        """The value of an expression on the page."""
        return self.tell("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait_for(self, expression):
        """Until it is true."""
        give_up_at = time.monotonic() + PATIENCE_S
        while not self.see(expression):
            if time.monotonic() > give_up_at:
                raise TimeoutError(
                    f"{expression} did not come true; the page says: {self.see('document.body.innerText')[:500]}"
                )
            time.sleep(0.2)

    def picture(self, name):
        """What is to be seen, as a PNG."""
        time.sleep(1.5)  # the page moves things into their place
        data = self.tell("Page.captureScreenshot", format="png")["data"]
        (PICTURES / name).write_bytes(base64.b64decode(data))


@contextmanager
def browser(width, height):
    """A page of that size."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command = [program, *FLAGS, f"--user-data-dir={home}", f"--window-size={width},{height}", "about:blank"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            told = Path(home) / "DevToolsActivePort"
            while not told.exists() or not told.read_text().strip():
                time.sleep(0.1)
            port = told.read_text().split()[0]
            pages = httpx.get(f"http://127.0.0.1:{port}/json").json()
            address = next(each["webSocketDebuggerUrl"] for each in pages if each["type"] == "page")
            with connect(address, max_size=None) as socket:
                page = Page(socket)
                size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
                page.tell("Emulation.setDeviceMetricsOverride", **size)
                yield page
        finally:
            process.terminate()
            process.wait()


def main():
    """Both pictures."""
    with TemporaryDirectory() as home, start(Path(home) / "sandbox") as sandbox:
        seed_demo(sandbox)
        with prefect_server(Path(home) / "prefect") as server:
            ledger = f"sqlite:///{home}/ledger.sqlite3"
            os.environ.update(
                {**server.env, **sandbox.env, "DASH_LEDGER_URL": ledger, "DASH_REQUESTS_PER_MINUTE": "100000"}
            )
            ui = server.env["PREFECT_API_URL"].removesuffix("/api")
            run = subprocess.Popen([sys.executable, "-c", DRIVER], cwd=ROOT, env=os.environ)
            flow_run = paused_run(f"{ui}/api")
            take(ui, f"{ui}/api", flow_run)
            httpx.post(
                f"{ui}/api/flow_runs/{flow_run}/resume", json={"run_input": {"approve": True}}
            ).raise_for_status()
            run.wait()


DRIVER = "from flows.promote_lifecycle import promote_lifecycle; promote_lifecycle(approval='ask')"


def seed_demo(sandbox):
    """Assets of which some are held back, each for another reason."""
    for title, end in {
        "Bivouac at dawn": "2024-06-30",
        "A ridge above the clouds": "ask Lena",
        "Basecamp": "2099-01-01",
    }.items():
        values = {"Title": title, "Creator": "Lena Sommer", "Usage rights": ["Social"], "Rights expire": end}
        sandbox.tell("seed_assets", {"count": 1, "state": "STAGED", "values": values})


def paused_run(api):
    """The id of the flow run that waits for an answer."""
    give_up_at = time.monotonic() + PATIENCE_S
    paused = {"flow_runs": {"state": {"name": {"any_": ["Paused"]}}}}
    while time.monotonic() < give_up_at:
        if found := httpx.post(f"{api}/flow_runs/filter", json=paused).json():
            return found[0]["id"]
        time.sleep(0.3)
    raise TimeoutError("no flow run is paused")


def take(ui, api, flow_run):
    """The plan's artifact, and the form that opens with Resume."""
    wanted = {"artifacts": {"key": {"any_": ["promotion-plan"]}}}
    artifact = httpx.post(f"{api}/artifacts/filter", json=wanted).json()[0]["id"]
    with browser(1500, 1150) as page:
        page.tell("Page.navigate", url=f"{ui}/artifacts/artifact/{artifact}")
        page.wait_for("document.body.innerText.includes('held back')")
        page.picture("promotion-plan.png")
        page.tell("Page.navigate", url=f"{ui}/runs/flow-run/{flow_run}")
        page.wait_for(f"Boolean({FIND}('Resume'))")
        page.see(f"{FIND}('Resume').click()")
        page.wait_for("document.body.innerText.includes('Exclude') || document.body.innerText.includes('exclude')")
        page.picture("approval-form.png")


if __name__ == "__main__":
    main()

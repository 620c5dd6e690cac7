"""The Prefect UI in a real browser, driven as a person would."""

import re
import shutil
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

#: Debian's first; Playwright's own is a download that is not always to be had.
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip

#: How long the page may take over anything, in milliseconds: much longer than it does.
PATIENCE_MS = 240_000

MISSING = (
    "Chromium is not installed, so the UI cannot be looked at; `.ci/run` installs it, or: apt-get install chromium"
)

#: A server on SQLite that is very busy answers so now and then; a person presses the button again.
BUSY, SUBMITS = 503, 5

#: Each parameter of a run form: what stands above it, its help, and what is filled in.
READ_FORM = """
() => [...document.querySelector('.schema-form-properties').children].map(field => {
    const control = field.querySelector(':scope > .p-label__body');
    const within = control.querySelector('textarea, input:not([type=checkbox])');
    const toggle = control.querySelector('[role=switch]');
    return {
        title: field.querySelector('.schema-form-property__label').innerText,
        help: field.querySelector('.schema-form-property__description')?.innerText ?? '',
        value: toggle ? toggle.ariaChecked : within ? within.value : control.innerText,
    };
})
"""


def find_browser():
    """The path of a Chromium; None when there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Screen:
    """A page of the UI. `seen` holds what every page that was visited had in it, by address."""

    def __init__(self, page, ui_url):
        self.page, self._ui_url, self.seen = page, ui_url, {}

    def visit(self, path, words):
        """Open a page of the UI and wait until it shows `words`."""
        self.page.goto(f"{self._ui_url}/{path}")
        self.wait_for(words)

    def wait_for(self, words):
        """Until the page shows them; what it shows is kept."""
        expect(self.page.get_by_text(words).first).to_be_visible()
        self.keep()

    def keep(self):
        """Remember what the page has in it now."""
        self.seen[self.page.url] = self.seen.get(self.page.url, "") + self.page.content()

    @property
    def text(self):
        """What a person reads, on one line."""
        return " ".join(self.page.locator("body").inner_text().split())

    def visit_form(self, deployment):
        """Open the run form of a deployment."""
        self.page.goto(f"{self._ui_url}/deployments/deployment/{deployment['id']}/run")
        self.wait_for_form()

    def wait_for_form(self):
        """Until all of it is there: “Submit” is at its end."""
        expect(self.page.locator(".schema-form-properties").first).to_be_visible()
        expect(self.page.get_by_role("button", name="Submit")).to_be_visible()
        self.keep()

    def follow(self, words):
        """Go where the last link of these words leads: the UI would open another tab for it."""
        self.page.goto(self.page.get_by_role("link", name=words).last.get_attribute("href"))

    def read_form(self):
        """Title, help and value of each parameter, in their order."""
        return self.page.evaluate(READ_FORM)

    def field(self, title):
        """A parameter of the form, by the words above it."""
        label = self.page.locator(".schema-form-property__label").get_by_text(
            re.compile(rf"^{re.escape(title)}( \(Optional\))?$")
        )
        return self.page.locator(".schema-form-property").filter(has=label).last

    def fill(self, title, value):
        """Type into a parameter's input."""
        self.field(title).locator("textarea, input:not([type=checkbox])").first.fill(str(value))

    def switch(self, title):
        """Click on a parameter's switch."""
        self.field(title).get_by_role("switch").click()

    def submit_form(self):
        """Press Submit; the id of the new flow run."""
        for _ in range(SUBMITS):
            with self.page.expect_response(re.compile("/create_flow_run$")) as answer:
                self.page.get_by_role("button", name="Submit").click()
            if answer.value.status != BUSY:
                break
        assert answer.value.status == 201, answer.value.text()
        return answer.value.json()["id"]

    def refused(self):
        """Press Submit; the words with which the form is refused."""
        self.page.get_by_role("button", name="Submit").click()
        words = self.page.get_by_text("Error creating flow run").first
        expect(words).to_be_visible()
        return words.inner_text()

    def answer_form(self):
        """Press Resume on the page of a run that waits, and wait for the form."""
        self.page.get_by_role("button", name="Resume").first.click()
        expect(self.page.locator(".schema-form-properties").first).to_be_visible()
        self.keep()

    def picture(self, path: Path, *, whole=False):
        """What is to be seen, or the whole page, as a PNG, once nothing moves any more."""
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=path, full_page=whole, animations="disabled")


@contextmanager
def open_screen(ui_url, width=1400, height=1100):
    """A browser without a window, on an empty page."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS, timeout=PATIENCE_MS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE_MS)
        yield Screen(page, ui_url)
        browser.close()

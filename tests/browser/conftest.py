"""Chromium, and pages to open in it."""

import shutil
from pathlib import Path

import pytest

from tests.tell.page import made

SCREENSHOTS = Path(__file__).parents[2] / "plots/screenshots"


# Not for the session: while it runs, no other test of the process can start an event loop.
@pytest.fixture(scope="module")
def chromium():
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("no Chromium here: the report was not opened in a browser")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Opened:
    """A page in the browser, with everything that went wrong in it."""

    def __init__(self, browser, address, **settings):
        self.page = browser.new_context(**settings).new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append("dialog"), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)

    def open_everything(self):
        self.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")

    def fits(self):
        """Tell whether nothing makes the page wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def screenshot(self, name, **settings):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", **settings)


@pytest.fixture(scope="session")
def addresses(tmp_path_factory):
    """Where the pages are: one of a usual study, one with nothing but hostile texts."""
    folder = tmp_path_factory.mktemp("pages")
    label = made.HOSTILE[0]
    pages = {
        "usual": made.page(origin="sample"),
        "hostile": made.page(made.HOSTILE, (label, made.HOSTILE[3])),
        "hostile_labels": made.page(made.HOSTILE, (made.HOSTILE[1], made.HOSTILE[2])),
    }
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in pages}


@pytest.fixture
def opened(chromium, addresses):
    pages = []

    def start(name, **settings):
        pages.append(Opened(chromium, addresses[name], **settings))
        return pages[-1]

    yield start
    for one in pages:
        one.page.context.close()

"""The attacked class, and a canary in the browser."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Error

from graders.content import load_module
from instructors.lab import instructor_lab, start

arena = load_module(Path(__file__).with_name("arena.py"))
suite = load_module(Path(__file__).with_name("suite.py"))

TOKEN = "for-this-test-alone"


@pytest.fixture(scope="session")
def sealing():
    """How this machine seals, or a reason to skip."""
    from instructors.engine.sealing import Way, probe

    found = probe()
    if found.way is Way.NONE:
        pytest.skip(f"this machine cannot seal submissions off: {found.reason}")
    return found.way


@pytest.fixture(scope="module")
def attacked(sealing, tmp_path_factory):
    """The class, attacked by all and graded once."""
    return arena.attacked(tmp_path_factory.mktemp("attacked"), suite.ATTACKS)


@pytest.fixture(scope="module")
def formgrader(attacked) -> Iterator[str]:
    """The address of the instructor's own JupyterLab, up to the path."""
    with _server(attacked) as address:
        yield address


@contextmanager
def _server(attacked) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    lab = instructor_lab(attacked.made, port, browser=False)
    own = {"JUPYTER_TOKEN": TOKEN, "HOME": str(attacked.home)}
    process = start(type(lab)(lab.folder, lab.command, {**lab.environment, **own}, lab.files))
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            pytest.fail(f"JupyterLab ended with exit code {process.returncode} before it listened")


class Canary:
    """Opens pages and notes what they do that a page of ours does not."""

    def __init__(self, browser, origin: str) -> None:
        self.context = browser.new_context()
        self.origin, self.did = origin, []
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("dialog", lambda dialog: (self.did.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("popup", lambda popup: self.did.append(f"window {popup.url}"))
        self.page.on("download", lambda file: self.did.append(f"download {file.url}"))
        self.context.route("**/*", self._route)

    def _route(self, route) -> None:
        url = route.request.url
        if url.startswith((self.origin, "data:", "blob:", "about:")) and "/hit" not in url:
            route.continue_()
        else:
            self.did.append(f"asked {url}")
            route.abort()

    def open(self, address: str) -> list[str]:
        """Open a page, wait until it is quiet, and return what it did."""
        self.did = []
        self.page.goto(address, wait_until="load")
        self.page.wait_for_timeout(50)
        try:
            for frame in self.page.frames:
                if frame.evaluate("window.__hit") or "hit" == frame.title():
                    self.did.append(f"ran a script in {frame.url[:60]}")
            return self.did + self.page.evaluate(_ACTIVE)
        except Error:  # while we looked, the page led elsewhere
            return [*self.did, "left the page"]

    def close(self) -> None:
        self.context.close()


# What stands in the page and would act at a click or a hover: handlers, links and frames that hold an attack's mark. Formgrader's
# own link from a name in its list to that learner's page is none: where it leads is looked at by itself.
_ACTIVE = """() => [...document.querySelectorAll('*')].flatMap(element =>
  [...element.attributes]
    .filter(({name, value}) => (name.startsWith('on') && /__hit|hit\\(/.test(value))
      || (['href', 'src', 'srcdoc', 'action', 'formaction', 'data', 'xlink:href'].includes(name)
          && (/^\\s*(javascript|vbscript|data:text)/i.test(value)
              || /__hit/.test(value) && element.closest('.breadcrumb') === null
                 && !value.startsWith('/formgrader/manage_students/<img src=x onerror')))
      || (name === 'style' && /fixed|absolute|url\\(/.test(value)
          && element.closest('.output, .rendered_html, .text_cell') !== null))
    .map(({name, value}) => `${element.tagName} ${name}=${value.slice(0, 60)}`)
  ).concat([...document.querySelectorAll('*')]
    .filter(element => element.textContent.includes('situ_cover') && getComputedStyle(element).position === 'fixed')
    .map(element => `${element.tagName} covers the page`))"""


@pytest.fixture(scope="module")
def canary_at(browser):
    """Return a way to open pages of one origin."""
    opened = []

    def make(origin: str) -> Canary:
        opened.append(Canary(browser, origin))
        return opened[-1]

    yield make
    for each in opened:
        each.close()

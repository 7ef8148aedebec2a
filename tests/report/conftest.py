"""Reports of real runs, and a real browser without a screen to see them in."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.report.real_reports import MADE, STATUSES, place_of

REAL_REPORTS = Path(__file__).with_name("real_reports.py")


class Beacon(ThreadingHTTPServer):
    """Notes every request: a page that loads anything from it is seen."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Listener(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="session")
def beacon():
    server = Beacon()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory, beacon):
    folder = tmp_path_factory.mktemp("reports")
    command = [sys.executable, str(REAL_REPORTS), str(folder), beacon.url, *MADE]
    made = subprocess.run(command, capture_output=True, timeout=300, check=False)
    ending = f"exit statuses {' '.join(str(STATUSES[name]) for name in MADE)}\n"
    assert made.stdout.endswith(ending.encode()), made.stdout[-3000:]
    assert b"\x1b" not in made.stdout
    beacon.seen.clear()
    return {name: place_of(name, folder) for name in MADE}


def start(*arguments: str, script: bool = True):
    """Start Chromium, or skip the test where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("needs chromium and chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        *arguments,
    ):
        options.add_argument(argument)
    if not script:
        javascript = {"profile.managed_default_content_settings.javascript": 2}
        options.add_experimental_option("prefs", javascript)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


@pytest.fixture(scope="session")
def browser():
    driver = start("--window-size=1200,900")
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def plain_browser():
    driver = start("--window-size=1200,900", script=False)
    yield driver
    driver.quit()

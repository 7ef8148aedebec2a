"""Takes the pictures of README and docs from real runs against the sandbox.

    python docs/screenshots.py

Needs chromium and chromedriver on the path, and selenium.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = Path(__file__).with_name("images")
MAKER = ROOT / "tests" / "report" / "real_reports.py"
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Picture:
    """One picture.

    Arguments:
        name: its file's.
        report: of which run.
        top: CSS selector of the element that it begins with.
        width: of the window, in CSS pixels.
        height: of the picture, in CSS pixels.
        dark: whether the reader prefers dark colours.
    """

    name: str
    report: str
    top: str = "body"
    width: int = 1000
    height: int = 700
    dark: bool = False


PICTURES = (
    Picture("pass", "pass"),
    Picture("fail", "fail", height=1120),
    Picture("inconclusive", "inconclusive"),
    Picture("fail-dark", "fail", height=1120, dark=True),
    Picture("fail-phone", "fail", width=400, height=1000),
    Picture("latency", "pass", top="#latency", height=640),
)


def main() -> None:
    """Make the reports, open them, take the pictures."""
    with tempfile.TemporaryDirectory() as place:
        names = sorted({picture.report for picture in PICTURES})
        command = [sys.executable, str(MAKER), place, NOWHERE, *names]
        subprocess.run(command, check=True, timeout=300, stdout=subprocess.DEVNULL)  # noqa: S603
        driver = _browser()
        try:
            for picture in PICTURES:
                take(driver, picture, Path(place, picture.report, "report.html"))
        finally:
            driver.quit()


def take(driver: Any, picture: Picture, report: Path) -> None:
    """Take one picture.

    Arguments:
        driver: the browser.
        picture: what to take.
        report: the page.
    """
    size = {"width": picture.width, "height": picture.height, "deviceScaleFactor": 1}
    override = "Emulation.setDeviceMetricsOverride"
    driver.execute_cdp_cmd(override, {**size, "mobile": picture.width < 600})
    scheme = {"name": "prefers-color-scheme", "value": "dark" if picture.dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    driver.get(report.as_uri())
    top = driver.execute_script(
        "return document.querySelector(arguments[0]).getBoundingClientRect().top + scrollY",
        picture.top,
    )
    clip = {"x": 0, "y": top, "width": picture.width, "height": picture.height, "scale": 1}
    taken = driver.execute_cdp_cmd(
        "Page.captureScreenshot",
        {"format": "png", "clip": clip, "captureBeyondViewport": True, "optimizeForSpeed": False},
    )
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / f"{picture.name}.png").write_bytes(base64.b64decode(taken["data"]))


def _browser() -> Any:
    from selenium import webdriver  # noqa: PLC0415 - says what is missing only when it is used

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    return webdriver.Chrome(
        options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
    )


if __name__ == "__main__":
    main()

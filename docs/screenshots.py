"""Takes the pictures of README and docs from real runs against the sandbox.

    python docs/screenshots.py

Needs chromium and chromedriver on the path, and selenium.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
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
        height: of the picture, in CSS pixels.
        days: how long after the run the reader looks.
        top: CSS selector of the element that it begins with.
        script: what the reader does before.
    """

    name: str
    report: str
    height: int = 440
    days: int = 0
    top: str = "body"
    script: str = ""


WIDTH = 1000
OPEN = """
    const [done] = arguments, list = document.querySelector("#exchange-list");
    list.open = true;
    setTimeout(() => { list.querySelector(".sample:nth-child(2)").open = true; }, 500);
    setTimeout(done, 1000);
"""
PICTURES = (
    Picture("pass", "pass"),
    Picture("fail", "fail", height=1120),
    Picture("waived", "waived"),
    Picture("inconclusive", "inconclusive"),
    Picture("stale", "pass", days=3),
    Picture("sandbox", "sandbox"),
    Picture("exchanges", "fail", height=500, top="#exchanges", script=OPEN),
)


def main() -> None:
    """Make the reports, open them, take the pictures."""
    place = Path("reports", "pictures")  # as it stands in the lines to paste
    names = sorted({picture.report for picture in PICTURES})
    command = [sys.executable, str(MAKER), str(place), NOWHERE, *names, *names]  # with a history
    try:
        subprocess.run(  # noqa: S603
            command, cwd=ROOT, check=True, timeout=300, stdout=subprocess.DEVNULL
        )
        driver = _browser()
        try:
            for picture in PICTURES:
                take(driver, picture, ROOT / place / picture.report / "report.html")
        finally:
            driver.quit()
    finally:
        shutil.rmtree(ROOT / place, ignore_errors=True)


def take(driver: Any, picture: Picture, report: Path) -> None:
    """Take one picture.

    Arguments:
        driver: the browser.
        picture: what to take.
        report: the page.
    """
    size = {"width": WIDTH, "height": picture.height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    later = f"const now = Date.now; Date.now = () => now() + {picture.days} * 86400000;"
    added = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": later})
    driver.get(report.as_uri())
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
    if picture.script:
        driver.execute_async_script(picture.script)
    top = driver.execute_script(
        "return document.querySelector(arguments[0]).getBoundingClientRect().top + scrollY",
        picture.top,
    )
    clip = {"x": 0, "y": top, "width": WIDTH, "height": picture.height, "scale": 1}
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

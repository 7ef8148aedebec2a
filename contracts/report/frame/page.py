"""The whole page as published: our part in pytest-html's frame, with a content security policy."""

from __future__ import annotations

import re

from contracts.report.frame.frame import Frame
from contracts.report.frame.policy import policy
from contracts.report.page.html import closing, opening, script, style

_TITLE = re.compile(r'<h1 id="title">.*?</h1>', re.DOTALL)
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
{policy}
<meta charset="utf-8"/>{before}{own}{after}</html>
"""


def framed(page: bytes) -> bytes:
    """Rewrite the frame around our part, and begin the page with its content security policy.

    Our part is escaped where it is made, and stays unchanged. Of the frame, only what is known to
    be harmless is kept, and pytest-html's script; what pytest, its plugins and the environment put
    into it becomes text. Its first heading is removed, since the verdict is the page's heading.

    Arguments:
        page: the page as pytest-html wrote it.
    """
    text = page.decode("utf-8").replace("\r\n", "\n")
    before, own, after = _parts(_TITLE.sub("", text, count=1))
    frame = Frame(before, after, own)
    scripts, styles = list(frame.scripts), list(frame.styles)
    if own:
        scripts.append(script())
        styles.append(style())
    allowed = policy(scripts, styles)
    return _PAGE.format(policy=allowed, before=frame.before, own=own, after=frame.after).encode()


def _parts(page: str) -> tuple[str, str, str]:
    """Split a page into what precedes our part, our part, and what follows it.

    Nothing else in a page contains the text of our style or our script as markup.
    """
    start = page.find(opening())
    end = page.find(closing(), start)
    if start < 0 or end < 0:
        return page, "", ""
    end += len(closing())
    return page[:start], page[start:end], page[end:]

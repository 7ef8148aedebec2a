"""The whole page as it is published: our part in pytest-html's frame, under a policy."""

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
    """Write the frame around the page's own part anew, and say first what the page may do.

    Our part is escaped where it is made, and stays as it is. Of the frame stays what is known to
    be harmless, with pytest-html's script; what pytest, its plugins and the environment put into
    it becomes text. Its first heading goes: that is the verdict.

    Arguments:
        page: as pytest-html wrote it.
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
    """Part a page into what stands before our part, it, and what follows it.

    No other part of a page holds the text of our style or our script as markup.
    """
    start = page.find(opening())
    end = page.find(closing(), start)
    if start < 0 or end < 0:
        return page, "", ""
    end += len(closing())
    return page[:start], page[start:end], page[end:]

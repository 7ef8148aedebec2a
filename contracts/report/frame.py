"""What is mended in pytest-html's frame: the page's language, and that it has one first heading."""

from __future__ import annotations

import re

_ROOT, _SPEAKING = b"<html>", b'<html lang="en">'
_TITLE = re.compile(rb'<h1 id="title">.*?</h1>', re.DOTALL)


def framed(page: bytes) -> bytes:
    """Mend the frame around the page's own part, which has the verdict for its first heading.

    Arguments:
        page: as pytest-html wrote it.
    """
    return _TITLE.sub(b"", page.replace(_ROOT, _SPEAKING, 1), count=1)

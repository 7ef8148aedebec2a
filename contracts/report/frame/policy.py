"""The page's content security policy: what stands in the page, by its hash, and no network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

_OTHERWISE = "default-src 'none'; base-uri 'none'; form-action 'none'"


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Write the element that allows a page its scripts and styles, and nothing else.

    It has to stand before all that it is about. No attribute may carry script or style.

    Arguments:
        scripts: the text of each.
        styles: the text of each.
    """
    content = f"{_OTHERWISE}; script-src {_hashes(scripts)}; style-src {_hashes(styles)}"
    return f'<meta http-equiv="Content-Security-Policy" content="{content}"/>'


def _hashes(texts: Iterable[str]) -> str:
    """Write the hash of each text, as a browser takes it (CSP Level 3, 6.7.2)."""
    digests = (b64encode(sha256(each.encode()).digest()).decode("ascii") for each in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"

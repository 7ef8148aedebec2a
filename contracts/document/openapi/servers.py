"""The base URLs that a document's servers stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def base_urls(*listed: object) -> tuple[str, ...]:
    """Give the base URLs of the first list of servers, variables at their defaults.

    Arguments:
        listed: what stands under `servers`, the nearest first: the operation's, its path's, the
            document's.

    Returns:
        Those that are absolute. A relative one is where the document was published, which a copy
        of it does not say; and a variable without a default says nothing.
    """
    servers = next((each for each in listed if isinstance(each, list) and each), [])
    found = (url for each in servers if isinstance(each, Mapping) for url in _filled(each))
    return tuple(url for url in found if re.match(r"(?i)https?://", url))


def _filled(server: Mapping[str, object]) -> Iterator[str]:
    variables = server.get("variables")
    described = variables if isinstance(variables, Mapping) else {}
    defaults = {
        name: value.get("default")
        for name, value in described.items()
        if isinstance(value, Mapping)
    }
    url = str(server.get("url", ""))
    if all(defaults.get(name) is not None for name in _VARIABLE.findall(url)):
        yield _VARIABLE.sub(lambda match: str(defaults[match[1]]), url)

"""The base URLs of a document's servers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def base_urls(*listed: object) -> tuple[str, ...]:
    """Return the base URLs of the first list of servers, variables set to their defaults.

    Arguments:
        listed: the values of `servers`, nearest first: the operation's, its path's, the
            document's.

    Returns:
        The absolute ones. A relative URL depends on where the document was published, which a
        copy does not say; a URL with a variable that has no default is skipped.
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

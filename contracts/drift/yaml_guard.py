"""Checks YAML before it is built: foreign documents may be deeply nested, huge or recursive.

A few hundred bytes of aliases can expand to gigabytes, and the C library crashes the process
when collections are nested some ten thousand deep. Scanning the events costs a tenth of building
them.
"""

from __future__ import annotations

from typing import Final

_DEEPEST: Final = 200
"""Most levels of nested collections; published documents have some twenty."""
_MOST_NODES: Final = 5_000_000
"""Most nodes, with aliases expanded."""
_TOO_DEEP: Final = "it is nested too deeply"


def check_yaml(data: bytes) -> None:
    """Refuse YAML that can't be built, or not within reasonable limits.

    Arguments:
        data: bytes that may be YAML.

    Raises:
        ValueError: it is nested too deeply, expands too far, or uses merge keys, which YAML's JSON
            schema excludes (OpenAPI 3.0 §4.2). Bytes that are not YAML pass: the parser reports
            them better.
    """
    import yaml  # noqa: PLC0415 — 20 ms, and not every import of this module parses

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    sizes: dict[str, int] = {}
    stack: list[tuple[str | None, int]] = [(None, 0)]
    try:
        for event in yaml.parse(data, Loader=loader):
            if isinstance(event, yaml.CollectionStartEvent):
                stack.append((event.anchor, 1))
                if len(stack) > _DEEPEST:
                    raise ValueError(_TOO_DEEP)
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                anchor, size = stack.pop()
                if anchor is not None:
                    sizes[anchor] = size
            elif isinstance(event, yaml.AliasEvent):
                if any(anchor == event.anchor for anchor, _ in stack):
                    raise ValueError("it holds itself")
                size = sizes.get(str(event.anchor), 1)
            elif isinstance(event, yaml.ScalarEvent):
                if event.value == "<<" and not event.style:
                    raise ValueError("it uses merge keys, which OpenAPI documents can't have")
                size = 1
            else:
                continue
            around, held = stack[-1]
            stack[-1] = around, held + size
            if held + size > _MOST_NODES:
                raise ValueError("its aliases stand for too much")
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        _refuse_depth(error)


def _refuse_depth(error: Exception) -> None:
    """Raise our own message if the parser's own depth limit is reached before any event."""
    if "nest" in str(error):
        raise ValueError(_TOO_DEEP) from None

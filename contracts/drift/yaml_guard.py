"""A look at YAML before it is built: foreign documents may nest, repeat or contain themselves.

A few hundred bytes of aliases stand for gigabytes, and the C library underneath ends the process
where collections are nested some ten thousand deep. A pass over the events costs a tenth of
building them.
"""

from __future__ import annotations

from typing import Final

_DEEPEST: Final = 200
"""Collections within each other; published documents have some twenty."""
_MOST_NODES: Final = 5_000_000
"""Nodes, aliases written out."""
_TOO_DEEP: Final = "it is nested too deeply"


def check_yaml(data: bytes) -> None:
    """Refuse YAML that cannot be built, or not within reason.

    Arguments:
        data: what may be YAML.

    Raises:
        ValueError: it is nested too deeply, stands for too much, or uses merge keys, which JSON's
            rules for tags leave out (OpenAPI 3.0 §4.2). What is no YAML passes: whoever builds it
            says that better.
    """
    import yaml  # noqa: PLC0415 — 20 ms, and not every import of this module reads

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
    """Say it in our own words where the reader has a limit of its own, met before any event."""
    if "nest" in str(error):
        raise ValueError(_TOO_DEEP) from None

"""Everything that the sandbox can do differently, one named entry each."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import chain
from types import MappingProxyType

from contracts.sandbox.catalogue import (
    admissions,
    advice,
    codings,
    environment,
    framing,
    header_answers,
    header_bodies,
    header_failures,
    history_faults,
    intermittent,
    json_texts,
    media_types,
    message_syntax,
    odd_requests,
    real_mistakes,
    refusal_failures,
    refusals,
    schemas,
    side_doors,
    statuses,
    variations_of_bodies,
    variations_of_credentials,
    variations_of_messages,
    variations_of_statuses,
)
from contracts.sandbox.fault import Fault

_MODULES = (
    statuses,
    media_types,
    json_texts,
    codings,
    message_syntax,
    framing,
    admissions,
    side_doors,
    refusals,
    refusal_failures,
    history_faults,
    intermittent,
    header_failures,
    header_answers,
    header_bodies,
    odd_requests,
    real_mistakes,
    advice,
    variations_of_bodies,
    variations_of_messages,
    variations_of_credentials,
    variations_of_statuses,
    environment,
)


def _assembled() -> Mapping[str, Fault]:
    catalogue: dict[str, Fault] = {}
    for entry in chain(schemas.schema_faults(), *(module.FAULTS for module in _MODULES)):
        if entry.name in catalogue:
            raise ValueError(f"the catalogue has two entries named {entry.name}")
        catalogue[entry.name] = entry
    return MappingProxyType(catalogue)


CATALOGUE: Mapping[str, Fault] = _assembled()
"""Every entry by its name: faults first, then variations, then trouble of the environment."""


def select(name: str) -> Fault:
    """The entry of that name.

    Arguments:
        name: slug of an entry.

    Raises:
        LookupError: if there is none; the message names what comes close.
    """
    entry = CATALOGUE.get(name)
    if entry is not None:
        return entry
    close = get_close_matches(name, CATALOGUE, n=3)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise LookupError(f"The sandbox has no fault named {name!r}.{hint}")

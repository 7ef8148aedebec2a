"""All faults, variations and troubles of the sandbox, one named entry each."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import chain
from types import MappingProxyType

from contracts.sandbox.catalogue import environment, operations
from contracts.sandbox.catalogue.behaviour import (
    advice,
    beyond_excuses,
    crashes,
    firewalls,
    intermittent,
    odd_requests,
    real_mistakes,
    undocumented,
)
from contracts.sandbox.catalogue.behaviour import history as history_faults
from contracts.sandbox.catalogue.bodies import codings, json_texts, media_types, schemas
from contracts.sandbox.catalogue.credentials import (
    admissions,
    careless_parsing,
    refusal_failures,
    refusals,
    side_doors,
)
from contracts.sandbox.catalogue.headers import answers as header_answers
from contracts.sandbox.catalogue.headers import bodies as header_bodies
from contracts.sandbox.catalogue.headers import failures as header_failures
from contracts.sandbox.catalogue.messages import framing, statuses
from contracts.sandbox.catalogue.messages import syntax as message_syntax
from contracts.sandbox.catalogue.variations import bodies as variations_of_bodies
from contracts.sandbox.catalogue.variations import credentials as variations_of_credentials
from contracts.sandbox.catalogue.variations import messages as variations_of_messages
from contracts.sandbox.catalogue.variations import refusals as variations_of_refusals
from contracts.sandbox.catalogue.variations import statuses as variations_of_statuses
from contracts.sandbox.fault import Fault

_MODULES = (
    statuses,
    media_types,
    json_texts,
    codings,
    message_syntax,
    framing,
    admissions,
    careless_parsing,
    side_doors,
    refusals,
    refusal_failures,
    history_faults,
    intermittent,
    header_failures,
    header_answers,
    header_bodies,
    odd_requests,
    beyond_excuses,
    crashes,
    firewalls,
    real_mistakes,
    undocumented,
    advice,
    variations_of_bodies,
    variations_of_messages,
    variations_of_credentials,
    variations_of_statuses,
    variations_of_refusals,
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
"""Every entry by name: faults first, then variations, then trouble of the environment."""


OPERATIONS: Mapping[str, Fault] = MappingProxyType({each.name: each for each in operations.FAULTS})
"""The entries for operations of any document, by name."""


def select(name: str, catalogue: Mapping[str, Fault] = CATALOGUE) -> Fault:
    """Return the entry with a name.

    Arguments:
        name: slug of an entry.
        catalogue: the catalogue to search: the balance's or that of any operation.

    Raises:
        LookupError: there is none; the message suggests similar names.
    """
    entry = catalogue.get(name)
    if entry is not None:
        return entry
    close = get_close_matches(name, catalogue, n=3)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise LookupError(f"The sandbox has no fault named {name!r}.{hint}")

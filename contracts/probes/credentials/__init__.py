"""Credentials, right and wrong: described by recipe, built at the moment of sending."""

from contracts.probes.credentials.entry import Inapplicable
from contracts.probes.credentials.lattice import (
    DEFAULT,
    EXTENDED,
    FAMILIES,
    RECIPES,
    RIGHT,
    applicable,
    build,
    family_of,
    transformed_secrets,
)

__all__ = [
    "DEFAULT",
    "EXTENDED",
    "FAMILIES",
    "RECIPES",
    "RIGHT",
    "Inapplicable",
    "applicable",
    "build",
    "family_of",
    "transformed_secrets",
]

"""Entries for an operation of any document, mainly about how it reads its parameters.

The rest of the catalogue is for the balance, which has no parameters; these entries are for what
`contracts.sandbox.generated` serves.
"""

from __future__ import annotations

from contracts.sandbox.catalogue.operations import bodies, lists, parameters, resources

FAULTS = (*parameters.FAULTS, *resources.FAULTS, *bodies.FAULTS, *lists.FAULTS)

"""What an operation of any document can do differently, above all how it reads its parameters.

The rest of the catalogue is the balance's, which has none; these entries are for what
`contracts.sandbox.generated` serves.
"""

from __future__ import annotations

from contracts.sandbox.catalogue.operations import bodies, lists, parameters, resources

FAULTS = (*parameters.FAULTS, *resources.FAULTS, *bodies.FAULTS, *lists.FAULTS)

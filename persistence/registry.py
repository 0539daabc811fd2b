"""Every noun's road to SQL, by name."""

from __future__ import annotations

from collections.abc import Mapping

from persistence.accounts import ACCOUNTS, APPOINTMENTS
from persistence.journals import JOURNAL
from persistence.persons import IDENTIFIERS, PERSONS, PHONES, RESIDENCES, RESPONSIBILITIES
from persistence.reads import Reads
from persistence.units import LINEAGES, UNITS

READS: Mapping[str, Reads] = {
    reads.noun.name: reads
    for reads in (
        UNITS,
        LINEAGES,
        PERSONS,
        IDENTIFIERS,
        PHONES,
        RESIDENCES,
        RESPONSIBILITIES,
        ACCOUNTS,
        APPOINTMENTS,
        JOURNAL,
    )
}

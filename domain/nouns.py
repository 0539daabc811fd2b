"""Every noun that can be read, by name."""

from __future__ import annotations

from collections.abc import Mapping

from domain.account.noun import ACCOUNT, APPOINTMENT
from domain.journal.noun import JOURNAL_ENTRY
from domain.person.noun import IDENTIFIER, PERSON, PHONE, RESIDENCE, RESPONSIBILITY
from domain.reading import Noun
from domain.units.noun import LINEAGE, UNIT

NOUNS: Mapping[str, Noun] = {
    noun.name: noun
    for noun in (
        UNIT,
        LINEAGE,
        PERSON,
        IDENTIFIER,
        PHONE,
        RESIDENCE,
        RESPONSIBILITY,
        ACCOUNT,
        APPOINTMENT,
        JOURNAL_ENTRY,
    )
}

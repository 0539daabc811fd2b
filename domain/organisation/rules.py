"""Organisations: recorded where they are met, read by everyone who works with support (issue: the support, 9)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from domain.keeping import Kept, Row, checked_days, refuse
from domain.organisation.noun import ORGANISATION


class Organisations(Kept):
    """Schools, employers, enterprises, sponsors, mass organisations, the Front, VBSP, services."""

    noun = ORGANISATION
    reads = "read_organisation"
    writes = "write_organisation"
    of = "unit"
    told = frozenset(
        {
            "name",
            "kind",
            "country",
            "registration_number",
            "address",
            "website",
            "note",
            "valid_from",
            "valid_to",
        }
    )
    texts: ClassVar = {
        "name": 200,
        "registration_number": 50,
        "address": 300,
        "website": 200,
        "note": 1000,
    }

    def check(self, whole: Row, _today: date, /) -> None:
        refuse(checked_days(whole, ("valid_from", "valid_to")))


ORGANISATIONS = Organisations()

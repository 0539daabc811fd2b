"""Organisations around the support: schools, employers, sponsors, services. About nobody: no personal data."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, one
from domain.support_model.noun import KEPT


class OrganisationKind(StrEnum):
    """What an organisation is."""

    SCHOOL = "school"
    VOCATIONAL_SCHOOL = "vocational_school"
    EMPLOYER = "employer"
    ENTERPRISE = "enterprise"
    SPONSOR = "sponsor"
    MASS_ORGANISATION = "mass_organisation"
    FATHERLAND_FRONT = "fatherland_front"
    POLICY_BANK = "policy_bank"
    """VBSP and its transaction offices."""
    HEALTH_SERVICE = "health_service"
    LEGAL_SERVICE = "legal_service"
    SOCIAL_SERVICE = "social_service"
    OTHER = "other"


ORGANISATION: Final = Noun(
    "organisation",
    fields=dict.fromkeys(
        (
            *KEPT,
            "name",
            "kind",
            "foreign",
            "country",
            "registration_number",
            "address",
            "website",
            "note",
            "valid_from",
            "valid_to",
        ),
        Kind.OPEN,
    ),
    relations={"unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided", "kind", "foreign", "words"), Kind.OPEN),
)

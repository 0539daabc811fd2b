"""The part an organisation takes in a support model, for a time."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, one
from domain.support_model.noun import KEPT


class PartnerPart(StrEnum):
    """What an organisation does for a model."""

    HOSTS = "hosts"
    ADVISES = "advises"
    TEACHES = "teaches"
    EMPLOYS = "employs"
    LENDS = "lends"
    TREATS = "treats"
    FUNDS = "funds"
    MOBILISES = "mobilises"


MODEL_PARTNER: Final = Noun(
    "model_partner",
    fields=dict.fromkeys(
        (*KEPT, "support_model_id", "organisation_id", "part", "note", "valid_from", "valid_to"), Kind.OPEN
    ),
    relations={
        "unit": one("unit", Kind.OPEN),
        "support_model": one("support_model", Kind.OPEN),
        "organisation": one("organisation", Kind.OPEN),
    },
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided", "support_model_id", "organisation_id", "part"), Kind.OPEN),
)

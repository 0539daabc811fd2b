"""Who takes part in a support model (issue: the support, 9)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from domain.keeping import Doing, Kept, Row, checked_days, refuse
from domain.model_partner.noun import MODEL_PARTNER
from domain.refusals import flawed


class ModelPartners(Kept):
    """Organisations and their part in each model."""

    noun = MODEL_PARTNER
    reads = "read_model"
    writes = "write_model"
    of = "model"
    told = frozenset({"support_model_id", "organisation_id", "part", "note", "valid_from", "valid_to"})
    settled = frozenset({"support_model_id", "organisation_id"})
    texts: ClassVar = {"note": 500}

    def check(self, whole: Row, _today: date, /) -> None:
        refuse(checked_days(whole, ("valid_from", "valid_to")))

    async def complete(self, doing: Doing) -> None:
        """Raises `invalid` for an organisation that is not on file."""
        if doing.known is None and not await doing.records.models.knows_organisation(doing.row["organisation_id"]):
            raise flawed("/organisation_id", "not_an_organisation_on_file")


MODEL_PARTNERS = ModelPartners()

"""What the eligibility for a loan is worked out from, and how each line of the answer reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from domain.law.rule import Rule
from domain.law.wording import Bilingual


class Borrower(StrEnum):
    """Who takes the loan up."""

    PERSON = "person"
    HOUSEHOLD = "household"
    """The household's representative, for the person."""
    ENTERPRISE = "enterprise"
    """An enterprise that employs people after rehabilitation."""


class LoanPurpose(StrEnum):
    """What a loan is for."""

    VOCATIONAL_TRAINING = "vocational_training"
    PRODUCTION = "production"
    BUSINESS = "business"
    JOB_CREATION = "job_creation"


class Verdict(StrEnum):
    """How one condition stands."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    """The register does not say; somebody has to."""


class Owed(NamedTuple):
    """Another loan that was paid out and not closed."""

    programme: str
    purpose: str | None
    amount_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """A loan as asked for or paid, and what the register knows. None: not known."""

    loan_on: date
    borrower: str
    programme: str | None = None
    amount_vnd: int | None = None
    months: int | None = None
    purpose: str | None = None
    decided_on: date | None = None
    """Of the latest management decision."""
    born_on: date | None = None
    listed: bool = False
    """On a list of this programme that the People's Committee confirmed."""
    law_abiding: bool | None = None
    school_paper: bool | None = None
    owed: Sequence[Owed] = field(default_factory=tuple)
    staff: int | None = None
    staff_post_rehab: int | None = None
    jobs: int | None = None
    """Jobs that an enterprise or project makes."""


class Line(NamedTuple):
    """One condition: the rule that sets it, how it stands, and why."""

    code: str
    verdict: Verdict
    rule: Rule
    why: Bilingual

    def as_data(self) -> dict[str, Any]:
        basis = self.rule.basis_text()
        return {
            "code": self.code,
            "verdict": self.verdict.value,
            "rule": str(self.rule.ref),
            "confidence": self.rule.confidence.value,
            "article": {"vi": basis.vi, "en": basis.en},
            "limit": {"vi": self.rule.value.text().vi, "en": self.rule.value.text().en},
            "vi": self.why.vi,
            "en": self.why.en,
        }


def money(vnd: int) -> Bilingual:
    """An amount as it is read: 200.000.000 đồng."""
    return Bilingual(f"{vnd:,}".replace(",", ".") + " đồng", f"{vnd:,} VND")


def judged(*, holds: bool | None) -> Verdict:
    return Verdict.UNKNOWN if holds is None else Verdict.MET if holds else Verdict.NOT_MET

"""The household's poverty status of a year, and the programmes it is enrolled in."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.livelihood.fields import KEPT_FILTERS, OF_PERSON, livelihood
from domain.reading import Kind, Noun, one


class Poverty(StrEnum):
    """By the yearly review of the commune."""

    POOR = "poor"
    NEAR_POOR = "near_poor"
    AVERAGE = "average"
    NEITHER = "neither"
    """Above the lines."""


class HouseholdProgramme(StrEnum):
    """What the household is enrolled in."""

    POVERTY_REDUCTION = "poverty_reduction"
    NEW_RURAL = "new_rural"
    HEALTH_INSURANCE = "health_insurance"
    EDUCATION_SUPPORT = "education_support"
    HOUSING_SUPPORT = "housing_support"
    SOCIAL_ALLOWANCE = "social_allowance"
    OTHER = "other"


HOUSEHOLD: Final = Noun(
    "household_status",
    fields=OF_PERSON
    | livelihood("year", "poverty", "certificate_number", "reviewed_on", "programmes", "enrolled_on", "note"),
    relations={"person": one("person", Kind.IDENTITY), "unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=KEPT_FILTERS | livelihood("year", "poverty", "programme"),
)

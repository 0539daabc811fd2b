"""Organisations and their contributions: tables and reads. Organisations are reference data: no wall on reading."""

from __future__ import annotations

import sqlalchemy as sa

from domain.contribution.noun import CONTRIBUTION, ContributionKind
from domain.contribution.rules import GIVING
from domain.organisation.noun import ORGANISATION, OrganisationKind
from persistence.columns import column, to
from persistence.keeping import Words, kept_reads, kept_table

ORGANISATION_ROW = kept_table(
    "organisation",
    "Schools, employers, enterprises, sponsors, services; about nobody",
    {
        "name": column("text"),
        "kind": Words(OrganisationKind),
        "country": column("text", null=True, comment="ISO 3166-1 alpha-2, of a foreign one"),
        "registration_number": column("text", null=True, comment="tax code or licence of the organisation"),
        "address": column("text", null=True),
        "website": column("text", null=True),
        "note": column("text", null=True),
        "valid_from": column("date", null=True),
        "valid_to": column("date", null=True, comment="last day"),
    },
    sa.CheckConstraint("valid_from <= valid_to", name="days"),
    of="unit",
)
ORGANISATIONS = kept_reads(
    ORGANISATION,
    ORGANISATION_ROW,
    columns={"foreign": "({t}.country is not null)"},
    filters={
        "foreign": "({t}.country is not null) = {v}::bool",
        "words": "strpos(vn_fold({t}.name), vn_fold({v}::text)) > 0",
    },
    walls=frozenset(),
)
CONTRIBUTION_ROW = kept_table(
    "contribution",
    "What organisations pledge and give to support models; names nobody who is looked after",
    {
        "support_model_id": column("uuid", to("support_model.id")),
        "organisation_id": column("uuid", to("organisation.id")),
        "kind": Words(ContributionKind),
        "purpose": column("text", null=True),
        "pledged_on": column("date"),
        "pledged_vnd": column("bigint", null=True),
        "pledged_places": column("int", null=True),
        "due_on": column("date", null=True),
        "received_on": column("date", null=True),
        "received_vnd": column("bigint", null=True),
        "received_places": column("int", null=True),
        "withdrawn_on": column("date", null=True),
        "withdraw_reason": column("text", null=True),
    },
    sa.CheckConstraint("case kind when 'money' then pledged_vnd else pledged_places end > 0", name="pledge"),
    sa.CheckConstraint("num_nonnulls(pledged_vnd, pledged_places) = 1", name="one_measure"),
    sa.CheckConstraint(
        "num_nulls(case kind when 'money' then received_places else received_vnd end) = 1", name="same_measure"
    ),
    sa.Index("ix_contribution_model", "support_model_id", "recorded_at", "id"),
    sa.Index("ix_contribution_organisation", "organisation_id", "recorded_at", "id"),
    life=GIVING,
    of="model",
)
CONTRIBUTIONS = kept_reads(
    CONTRIBUTION,
    CONTRIBUTION_ROW,
    life=GIVING,
    joins={
        "support_model": "{c}.id = {t}.support_model_id",
        "organisation": "{c}.id = {t}.organisation_id",
    },
    filters={
        "support_model_id": "{t}.support_model_id = {v}::uuid",
        "organisation_id": "{t}.organisation_id = {v}::uuid",
    },
)

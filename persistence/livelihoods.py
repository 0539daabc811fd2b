"""Training, jobs and households: tables and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.household.noun import HOUSEHOLD, HouseholdProgramme, Poverty
from domain.job.noun import JOB, JOB_CHECK, IncomeBand, JobEnd
from domain.job.rules import JOB_LIFE
from domain.livelihood.fields import Stage
from domain.vocational.noun import VOCATIONAL, TrainingFunding
from domain.vocational.rules import VOCATIONAL_LIFE
from persistence.cases import listed
from persistence.columns import column, to
from persistence.keeping import Words, kept_reads, kept_table
from persistence.needs import HISTORY

STAGE = "where the person stood on the first day; never follows later facts"
VOCATIONAL_ROW = kept_table(
    "vocational_support",
    "Vocational support of persons",
    {
        "need_id": column("uuid", to("need.id"), null=True),
        "stage": Words(Stage),
        "trade": column("text", null=True),
        "school_id": column("uuid", to("organisation.id"), null=True),
        "school_name": column("text", null=True),
        "advised_on": column("date"),
        "enrolled_on": column("date", null=True),
        "finished_on": column("date", null=True),
        "certified_on": column("date", null=True),
        "certificate_number": column("text", null=True),
        "dropped_on": column("date", null=True),
        "reason": column("text", null=True, comment="of the latest move"),
        "funding": Words(TrainingFunding, null=True),
        "funding_rule": column("text", null=True, comment="id@version of the rule of that day"),
        "cost_vnd": column("bigint", null=True, comment="đồng; 0 = free"),
        "warnings": listed("what an officer should look at; it stops nothing"),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
        "history": listed(HISTORY),
    },
    sa.CheckConstraint("cost_vnd >= 0", name="cost"),
    sa.CheckConstraint("school_id is null or school_name is null", name="one_school"),
    sa.CheckConstraint("(state = 'dropped') = (dropped_on is not null)", name="dropped_has_day"),
    sa.CheckConstraint(
        "state not in ('enrolled', 'finished', 'certified') or enrolled_on is not null", name="enrolled"
    ),
    sa.CheckConstraint("state not in ('finished', 'certified') or finished_on is not null", name="finished"),
    sa.CheckConstraint("state <> 'certified' or certified_on is not null", name="certified"),
    life=VOCATIONAL_LIFE,
)
JOB_ROW = kept_table(
    "job_placement",
    "Jobs sought and found",
    {
        "need_id": column("uuid", to("need.id"), null=True),
        "stage": Words(Stage),
        "sought_on": column("date"),
        "placed_on": column("date", null=True),
        "occupation": column("text", null=True),
        "employer_id": column("uuid", to("organisation.id"), null=True),
        "employer_name": column("text", null=True),
        "income_band": Words(IncomeBand, null=True),
        "ended_on": column("date", null=True),
        "end_reason": Words(JobEnd, null=True),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
        "history": listed(HISTORY),
    },
    sa.CheckConstraint("employer_id is null or employer_name is null", name="one_employer"),
    sa.CheckConstraint("state <> 'placed' or placed_on is not null", name="placed_has_day"),
    sa.CheckConstraint("(state = 'ended') = (ended_on is not null)", name="ended_has_day"),
    sa.CheckConstraint("(ended_on is null) = (end_reason is null)", name="end_has_reason"),
    life=JOB_LIFE,
)
JOB_CHECK_ROW = kept_table(
    "job_check",
    "Whether somebody is still in work after some months",
    {
        "job_placement_id": column("uuid", to("job_placement.id")),
        "months": column("int"),
        "checked_on": column("date"),
        "in_work": column("bool"),
        "income_band": Words(IncomeBand, null=True),
    },
    sa.CheckConstraint("months > 0", name="months"),
    sa.Index(
        "uq_job_check_months",
        "job_placement_id",
        "months",
        unique=True,
        postgresql_where=sa.text("voided_at is null"),
    ),
)
HOUSEHOLD_ROW = kept_table(
    "household_status",
    "Poverty status and programmes of a household by year",
    {
        "year": column("int"),
        "poverty": Words(Poverty),
        "certificate_number": column("text", null=True),
        "reviewed_on": column("date", null=True),
        "programmes": Words(HouseholdProgramme, many=True, default="'{}'"),
        "enrolled_on": column("date", null=True),
        "note": column("text", null=True),
    },
    sa.CheckConstraint("year between 2000 and 2100", name="year"),
    sa.Index(
        "uq_household_status_year",
        "person_id",
        "year",
        unique=True,
        postgresql_where=sa.text("voided_at is null"),
    ),
)
NEED_OF = {"need": "{c}.id = {t}.need_id"}
VOCATIONALS = kept_reads(
    VOCATIONAL,
    VOCATIONAL_ROW,
    life=VOCATIONAL_LIFE,
    joins=NEED_OF,
    filters={"advised_from": "{t}.advised_on >= {v}::date", "advised_to": "{t}.advised_on <= {v}::date"},
)
JOBS = kept_reads(
    JOB,
    JOB_ROW,
    life=JOB_LIFE,
    joins=NEED_OF | {"checks": "{c}.job_placement_id = {t}.id and {c}.voided_at is null"},
    filters={"placed_from": "{t}.placed_on >= {v}::date", "placed_to": "{t}.placed_on <= {v}::date"},
)
JOB_CHECKS = kept_reads(JOB_CHECK, JOB_CHECK_ROW, joins={"job_placement": "{c}.id = {t}.job_placement_id"})
HOUSEHOLDS = kept_reads(HOUSEHOLD, HOUSEHOLD_ROW, filters={"programme": "{t}.programmes @> array[{v}::text]"})

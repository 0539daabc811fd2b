"""`node(id)`: anything by its id. Ids are UUIDs unique across nouns, so each awaited type is asked in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.graphql.keeping import pascal
from api.kept import DOORS
from domain.account.noun import ACCOUNT, APPOINTMENT
from domain.account.use_cases import accounts, appointments
from domain.acts import Context
from domain.case.noun import CASE
from domain.case.use_cases import cases
from domain.course.noun import COURSE
from domain.course.use_cases import courses
from domain.decision.noun import DECISION
from domain.decision.use_cases import decisions
from domain.exports.noun import EXPORT_JOB
from domain.exports.use_cases import exports
from domain.handover.noun import HANDOVER
from domain.handover.use_cases import handovers
from domain.imports.noun import IMPORT_JOB
from domain.imports.use_cases import imports
from domain.notice.noun import NOTICE
from domain.notice.sending import notices
from domain.person.noun import IDENTIFIER, PERSON, PHONE, RESIDENCE, RESPONSIBILITY
from domain.person.use_cases import identifiers, persons, phones, residences, responsibilities
from domain.reading import Answer
from domain.refusals import Refusal
from domain.review.noun import ROUND
from domain.review.use_cases import rounds
from domain.task.noun import TASK
from domain.task.use_cases import tasks
from domain.units.noun import UNIT
from domain.units.use_cases import units

if TYPE_CHECKING:
    from uuid import UUID

    from api.graphql.road import Question

NODES = {
    "Person": (persons, PERSON),
    "Unit": (units, UNIT),
    "Residence": (residences, RESIDENCE),
    "PersonIdentifier": (identifiers, IDENTIFIER),
    "PersonPhone": (phones, PHONE),
    "Responsibility": (responsibilities, RESPONSIBILITY),
    "Account": (accounts, ACCOUNT),
    "Appointment": (appointments, APPOINTMENT),
    "ManagementCase": (cases, CASE),
    "ManagementDecision": (decisions, DECISION),
    "TreatmentCourse": (courses, COURSE),
    "DischargeNotice": (notices, NOTICE),
    "ReviewRound": (rounds, ROUND),
    "Handover": (handovers, HANDOVER),
    "Task": (tasks, TASK),
    "ImportJob": (imports, IMPORT_JOB),
    "ExportJob": (exports, EXPORT_JOB),
    **{pascal(door.one): (door.kept.read, door.kept.noun) for door in DOORS},
}
"""GraphQL type → the read and noun behind it."""


async def any_node(ctx: Context, question: Question, id: UUID) -> Answer:
    """The first awaited type that has the id in reach. Raises `not_found`."""
    for name in question.awaited(tuple(NODES)):
        read, noun = NODES[name]
        try:
            return await read(ctx, question.of_type(name).one(noun, id))
        except Refusal as no:
            if no.code not in ("not_found", "forbidden"):
                raise
    raise Refusal("not_found")

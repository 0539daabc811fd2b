"""A field has three facts with three owners joined only by its name (reads.md): here the three are held together.

Its class stands in domain/<noun>/noun.py, its column in persistence/<noun>.py, its wire type in api/schemas/<noun>.py.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from enum import StrEnum
from types import NoneType
from typing import get_args, get_origin

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type, is_non_null_type
from pydantic import BaseModel
from sqlalchemy import Computed

import api.schemas
from api.asking import PageQuery
from api.graphql.schema import schema
from api.schemas import accounts, persons
from domain.access.policy import Role
from domain.account.noun import AccountKind, AccountState
from domain.course.noun import CourseKind, CourseOutcome, CourseSetting, OrderKind
from domain.household.noun import Poverty
from domain.job.noun import IncomeBand, JobEnd, JobState
from domain.livelihood.fields import Stage
from domain.loan.facts import Borrower, LoanPurpose
from domain.loan.noun import LineState, LoanListState, LoanState
from domain.need.noun import NeedKind, NeedState
from domain.notice.noun import NoticeKind, NoticeState
from domain.nouns import NOUNS
from domain.person.identity import IdentityKind
from domain.person.model import BirthPrecision, Gender, IdentifierStatus, PhoneOwner, ResidenceKind
from domain.plan.noun import PlanState, StepOwner, StepState
from domain.reading import Kind
from domain.review.noun import RequestState, ReviewOutcome, RoundState
from domain.units.noun import LineageKind, UnitLevel
from domain.vocational.noun import TrainingFunding, VocationalState
from persistence.reads import SEALED_PLACES
from persistence.registry import READS

CORE = schema._schema
for module in pkgutil.iter_modules(api.schemas.__path__):
    importlib.import_module(f"api.schemas.{module.name}")
SHAPES = {
    made.__name__: made
    for name, module in list(sys.modules.items())
    if name.startswith("api.schemas.")
    for made in vars(module).values()
    if isinstance(made, type) and issubclass(made, BaseModel)
}
SHORTER = {"unit_lineage": "Lineage", "person_identifier": "IdentifierFacts", "person_phone": "PhoneFacts"}
"""Shapes of REST that do not carry their noun's full name."""


def pascal(name):
    return "".join(part.title() for part in name.split("_"))


GRAPHQL = {name: pascal(name) for name in NOUNS}
REST = {name: SHAPES.get(SHORTER.get(name, pascal(name)), SHAPES.get(f"{pascal(name)}Facts")) for name in NOUNS}
for shape in filter(None, REST.values()):
    shape.model_rebuild()


def listing(name):
    """The query of a noun's list and its `where`; the stricter one where two exist."""
    short = {"unit_lineage": "Lineage", "journal_entry": "Journal", "calendar_day": "Calendar"}.get(name, pascal(name))
    return SHAPES.get(f"{short}Search", SHAPES.get(f"{short}Query")), SHAPES.get(f"{short}Filter")


LISTED = sorted(name for name in NOUNS if listing(name)[1])
SPELLED = {
    "unit": {"q": {"words"}},
    "person": {"q": {"words", "words_begun", "word_begun"}},
    "journal_entry": {None: {"subject_id"}},
}
"""Filters that a caller writes otherwise than the domain names them; None: given by the path."""
CHECKED = {
    ("need", "kind"): NeedKind,
    ("need", "state"): NeedState,
    ("reintegration_plan", "state"): PlanState,
    ("plan_step", "owner"): StepOwner,
    ("plan_step", "state"): StepState,
    ("vocational_support", "stage"): Stage,
    ("vocational_support", "state"): VocationalState,
    ("vocational_support", "funding"): TrainingFunding,
    ("job_placement", "state"): JobState,
    ("job_placement", "stage"): Stage,
    ("job_placement", "income_band"): IncomeBand,
    ("job_placement", "end_reason"): JobEnd,
    ("job_check", "income_band"): IncomeBand,
    ("household_status", "poverty"): Poverty,
    ("loan_list", "state"): LoanListState,
    ("loan_list_line", "state"): LineState,
    ("loan_support", "borrower"): Borrower,
    ("loan_support", "purpose"): LoanPurpose,
    ("loan_support", "state"): LoanState,
    ("person", "gender"): Gender,
    ("person", "born_precision"): BirthPrecision,
    ("person_identifier", "kind"): IdentityKind,
    ("person_identifier", "status"): IdentifierStatus,
    ("person_phone", "belongs_to"): PhoneOwner,
    ("residence", "kind"): ResidenceKind,
    ("unit", "level"): UnitLevel,
    ("unit_lineage", "kind"): LineageKind,
    ("account", "kind"): AccountKind,
    ("account", "state"): AccountState,
    ("treatment_course", "kind"): CourseKind,
    ("treatment_course", "order_kind"): OrderKind,
    ("treatment_course", "setting"): CourseSetting,
    ("treatment_course", "outcome"): CourseOutcome,
    ("discharge_notice", "kind"): NoticeKind,
    ("discharge_notice", "treatment"): CourseKind,
    ("discharge_notice", "order_kind"): OrderKind,
    ("discharge_notice", "state"): NoticeState,
    ("discharge_notice", "gender"): Gender,
    ("discharge_notice", "born_precision"): BirthPrecision,
    ("discharge_notice", "id_kind"): IdentityKind,
    ("review_round", "state"): RoundState,
    ("review_request", "state"): RequestState,
    ("reviewed_person", "treatment"): CourseKind,
    ("reviewed_person", "order_kind"): OrderKind,
    ("reviewed_person", "outcome"): ReviewOutcome,
    ("reviewed_person", "gender"): Gender,
    ("reviewed_person", "born_precision"): BirthPrecision,
}
nouns = pytest.mark.parametrize("name", sorted(NOUNS))


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def inner(annotation):
    """The type inside Annotated, Optional and list."""
    if isinstance(annotation, type) and not get_origin(annotation):
        return annotation
    parts = [part for part in get_args(annotation) if part is not NoneType]
    return inner(parts[0])


def columns(name):
    return {column.name for column in READS[name].row.__table__.columns}


def test_every_noun_has_all_its_faces():
    assert set(NOUNS) == set(READS)
    assert [name for name, shape in REST.items() if shape is None] == []
    assert [name for name, spoken in GRAPHQL.items() if spoken not in CORE.type_map] == []
    assert len(LISTED) >= 6
    for name, reads in READS.items():
        assert reads.noun is NOUNS[name]


@nouns
def test_the_declaration_is_the_shape_of_rest(name):
    noun = NOUNS[name]
    assert set(REST[name].model_fields) == {*noun.fields, *noun.relations, "masked"}


@nouns
def test_the_declaration_is_the_shape_of_graphql(name):
    noun = NOUNS[name]
    assert set(CORE.type_map[GRAPHQL[name]].fields) == {camel(f) for f in (*noun.fields, *noun.relations, "masked")}


@nouns
def test_every_field_has_a_column_or_says_how_it_is_made(name):
    reads = READS[name]
    assert set(reads.sealed) == set(NOUNS[name].sealed)
    computed, sealed = set(reads.columns), set(reads.sealed)
    assert computed & sealed == set()
    assert set(NOUNS[name].fields) - computed - sealed <= columns(name)
    assert computed | sealed <= set(NOUNS[name].fields), "made for a field that nobody can ask for"


@nouns
def test_every_relation_has_a_join_and_its_own_noun(name):
    noun = NOUNS[name]
    assert set(READS[name].joins) == set(noun.relations)
    for spelled, relation in noun.relations.items():
        annotation = REST[name].model_fields[spelled].annotation
        assert inner(annotation).__name__.removesuffix("Facts") in {
            GRAPHQL[relation.noun],
            REST[relation.noun].__name__.removesuffix("Facts"),
        }
        field = CORE.type_map[GRAPHQL[name]].fields[camel(spelled)]
        wanted = GRAPHQL[relation.noun]
        assert get_named_type(field.type).name == (f"{wanted}Connection" if relation.many else wanted)
        assert not is_non_null_type(field.type), "a struck relation is null (rulings 20)"
        assert set(field.args) == ({"first", "after"} if relation.many else set())


@nouns
def test_every_order_has_keys_that_no_row_lacks(name):
    """A null sort key would drop rows behind the cursor; keys of one order go one way, for the row comparison."""
    assert set(READS[name].orders) == set(NOUNS[name].orders)
    table = READS[name].row.__table__
    for order in NOUNS[name].orders:
        keys = READS[name].keys(order)
        assert len({key.descending for key in keys}) == 1
        assert keys[-1].sql == "{t}.id"
        for key in keys:
            column = table.columns[key.sql.removeprefix("{t}.")]
            assert not column.nullable, f"{name}.{column.name}"


@nouns
def test_every_filter_has_a_class_and_sql(name):
    noun, reads = NOUNS[name], READS[name]
    assert all(isinstance(kind, Kind) for kind in noun.filters.values())
    made = {*reads.filters, *reads.candidates}
    assert made <= set(noun.filters)
    plain = set(noun.filters) - made
    assert plain <= columns(name)
    types = {reads.row.__table__.columns[column].type.__class__.__name__ for column in plain}
    assert types <= {"Text"}, "without SQL of its own a filter is an equality of texts"


@pytest.mark.parametrize("name", LISTED)
def test_what_callers_may_filter_by_is_what_the_noun_declares(name):
    query, where = listing(name)
    assert query is not None
    spelled = SPELLED.get(name, {})
    given = set(where.model_fields)
    meant = {domain for one in given for domain in spelled.get(one, {one})} | spelled.get(None, set())
    assert meant == set(NOUNS[name].filters)
    assert set(query.model_fields) - PageQuery.SHARED == given


def test_a_list_in_a_url_has_no_personal_filter():
    """Personal data never stands in a URL (rulings 12)."""
    plain = set(persons.PersonQuery.model_fields) - PageQuery.SHARED
    kinds = {NOUNS["person"].filters[name] for name in plain}
    assert kinds <= {Kind.OPEN, Kind.IDENTITY}
    assert plain & {"q", "born_on", "born_year", "national_id", "phone"} == set()


@nouns
def test_what_is_sealed_can_be_opened_again(name):
    for field, sealed in READS[name].sealed.items():
        table, column = SEALED_PLACES[sealed.place]
        owner = READS[table].row.__table__
        assert {f"{column}_sealed", f"{column}_tail", f"{column}_blind"} <= {c.name for c in owner.columns}
        assert f"{column}_sealed" in sealed.blob
        assert f"{column}_tail" in sealed.tail
        assert field not in columns(name), "a sealed value has no column in clear"


@nouns
def test_everything_but_id_and_masked_may_be_left_out(name):
    for spelled, field in REST[name].model_fields.items():
        assert field.is_required() == (spelled in ("id", "masked")), spelled


@pytest.mark.parametrize(("place", "enum"), CHECKED.items(), ids=str)
def test_a_closed_list_is_the_same_in_database_domain_and_both_doors(place, enum):
    name, field = place
    table = READS[name].row.__table__
    checks = [str(c.sqltext) for c in table.constraints if getattr(c, "name", None) == f"ck_{table.name}_{field}"]
    assert len(checks) == 1, f"{table.name} does not check {field}"
    assert set(re.findall(r"'(\w+)'", checks[0])) == {word.value for word in enum}
    assert inner(REST[name].model_fields[field].annotation) is enum
    spoken = get_named_type(CORE.type_map[GRAPHQL[name]].fields[camel(field)].type)
    assert isinstance(spoken, GraphQLEnumType)
    assert set(spoken.values) == {word.value for word in enum}


def test_enums_are_lower_case_words_on_both_doors():
    for name, type_ in CORE.type_map.items():
        if isinstance(type_, GraphQLEnumType) and not name.startswith("__"):
            assert all(value == value.lower() for value in type_.values), name


def test_every_body_of_rest_is_an_input_of_graphql():
    """Both doors take the same commands (rulings 19)."""
    for shapes in (persons, accounts):
        for shape in vars(shapes).values():
            if isinstance(shape, type) and issubclass(shape, BaseModel) and getattr(shape, "COMMAND", None):
                spoken = CORE.type_map[shape.__name__]
                assert isinstance(spoken, GraphQLInputObjectType)
                assert set(spoken.fields) == {camel(field) for field in shape.model_fields}


def test_roles_travel_as_the_policy_names_them():
    assert set(CORE.type_map["Role"].values) == {role.value for role in Role}
    assert issubclass(Role, StrEnum)


def test_a_generated_column_is_never_written():
    """Sort keys follow their name by the database's own hand."""
    for name in ("person", "responsibility", "unit"):
        column = READS[name].row.__table__.columns["name_sort_key"]
        assert isinstance(column.server_default, Computed) or column.computed is not None


def test_no_column_could_hold_a_splice_mark():
    """Neither text nor jsonb of PostgreSQL holds NUL; plain json would keep the escape as written (reads.md)."""
    for reads in READS.values():
        kinds = {column.type.__class__.__name__ for column in reads.row.__table__.columns}
        assert "JSON" not in kinds, reads.table

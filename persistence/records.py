"""Transactions on the register under a scope: three messages, one connection, one pool (rulings 9, scope.md §3).

`begin; select app_enter(…)` sets role and settings from the database's own facts about the actor; then statements; then
`commit`. Nothing session-wide is ever set.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any
from uuid import UUID

import asyncpg

from documents.rendering import rendered_minutes
from domain.acts import Context, StaleActor
from domain.law.documents import FormKey
from domain.reading import Answer, Asked, Road, Scope, Selection, tag
from domain.refusals import Refusal
from persistence.account_records import Accounts
from persistence.actors import ActorBook
from persistence.case_records import Cases
from persistence.change_records import Changes
from persistence.circles import Circle
from persistence.clients import Clients
from persistence.club_figures import ClubFigures
from persistence.club_records import Clubs
from persistence.counselling_counts import Counselling
from persistence.course_records import Courses
from persistence.document_records import Documents
from persistence.export_records import Exports
from persistence.granting import Grants
from persistence.handover_records import Handovers
from persistence.import_records import Imports
from persistence.keeping import KeptRows
from persistence.law_records import LawRecords
from persistence.livelihood_records import Livelihood
from persistence.loan_records import Loans
from persistence.model_records import Models
from persistence.need_records import Needs
from persistence.notice_records import Notices
from persistence.outreach_records import Outreach
from persistence.paper_records import Papers
from persistence.person_records import Persons
from persistence.pools import acquired, lost
from persistence.projections import Plan, Source, plan, splice
from persistence.reads import SEALED_PLACES
from persistence.reconciliations import Reconciliations
from persistence.referral_records import Referrals
from persistence.registry import READS
from persistence.review_records import Reviews
from persistence.scoping import wall_of_write
from persistence.sealing import CursorSeal, SealBroken, Sealer
from persistence.sign_ins import SignIns
from persistence.support_figures import SupportFigures
from persistence.task_records import Tasks
from persistence.unit_records import Units
from persistence.webhook_records import Webhooks

PLAIN = re.compile(r"[0-9A-Za-z_.:\-{},]*")
STALE = "DT001"


@dataclass(frozen=True)
class Register:
    """The store: one pool, the keys that open what is sealed, the actors seen lately."""

    pool: asyncpg.Pool
    sealer: Sealer
    cursors: CursorSeal
    actors: ActorBook
    stir: Callable[[], None] = lambda: None
    """Told after each commit of an act (persistence/change_hub.py)."""
    development: bool = False
    """Whether webhooks may go to one's own machine (domain/webhook/address.py)."""

    @asynccontextmanager
    async def reading(self, ctx: Context, within: Scope) -> AsyncIterator[Records]:
        """Reads. The journal row of a refused read stays: missing and hidden leave the same trace (rulings 5)."""
        async with self._opened(ctx, within) as records:
            try:
                yield records
            except Refusal:
                if records.entered:
                    await records.connection.execute("commit")
                raise
            except (asyncpg.QueryCanceledError, asyncpg.DeadlockDetectedError) as error:
                raise Refusal("overloaded") from error  # it waited too long, as while areas are drawn anew
            if records.entered and await records.connection.execute("commit") != "COMMIT":
                raise Refusal("internal")  # a part of it failed: what the journal did not keep is not told

    @asynccontextmanager
    async def records(self, ctx: Context, within: Scope) -> AsyncIterator[Records]:
        """One act: kept whole or not at all."""
        async with self._opened(ctx, within) as records:
            await records.enter("auto")
            try:
                yield records
                await records.connection.execute("commit" if records.kept else "rollback")
            except asyncpg.PostgresError as error:
                raise refusal_of(error) from error
            if records.kept:
                self.stir()

    @asynccontextmanager
    async def instant(self, ctx: Context, within: Scope) -> AsyncIterator[Any]:
        """The present, held for a list that is sent as it is read."""
        from persistence.export_streams import held  # it reads with what stands here

        async with held(self, ctx, within) as instant:
            yield instant

    async def note(self, ctx: Context, act: str, noun: str, ids: tuple[UUID, ...], outcome: str) -> None:
        """A journal row of its own: what was denied, absent, or only checked."""
        within = Scope(Road.UNIT, ctx.actor.level, ctx.actor.unit_no, ctx.actor.last_no, act)
        async with self._opened(ctx, within) as records:
            await records.enter("auto")
            await records.connection.execute(
                "insert into journal_entry (act, noun, outcome, subject_ids) values ($1, $2, $3, $4)",
                act,
                noun,
                outcome,
                list(ids),
            )
            await records.connection.execute("commit")

    async def again(self, ctx: Context) -> Context:
        """The same request under the actor as the database knows it now."""
        actor = await self.actors.fresh(ctx.actor.session_id, ctx.actor.appointment_id)
        return replace(ctx, actor=actor)

    async def own(self, ctx: Context) -> Any:
        """The account of who asks, by its own id (rulings: everyone reads their own)."""
        async with SignIns(self.pool).opened(ctx.request_id) as sign_in:
            return await sign_in.by_id(ctx.actor.account_id)

    def blind(self, kind: str, normalised: str) -> bytes:
        """The keyed blind index of a number: equality without the number (rulings 10)."""
        return self.sealer.blind(kind, normalised)

    async def printed(self, form: FormKey, facts: Mapping[str, Any], format: str, at: datetime) -> bytes:
        """Minutes from facts that were read, made in a thread: layout is work for the processor."""
        return await asyncio.to_thread(rendered_minutes, form, facts, format, at=at)

    def after(self, ctx: Context, cursor: str, selection: Selection, signature: bytes) -> tuple[str, ...]:
        """The sort keys in a cursor. Raises `bad_cursor` for another actor's, another scope's, another question's."""
        try:
            mark, *keys = json.loads(self.cursors.open(cursor, _bound(ctx, signature)))
        except (SealBroken, ValueError) as broken:
            raise Refusal("bad_cursor") from broken
        if mark != tag(selection):
            raise Refusal("bad_cursor")
        return tuple(keys)

    @asynccontextmanager
    async def _opened(self, ctx: Context, within: Scope) -> AsyncIterator[Records]:
        async with acquired(self.pool) as connection:
            try:
                yield Records(connection, self, ctx, within)
            finally:
                if not lost(connection) and connection.is_in_transaction():
                    await connection.execute("rollback")


def opening(ctx: Context, within: Scope, *, mode: str = "auto") -> str:
    """The first message. Every word is ours or matches PLAIN, for it travels as text."""
    actor = ctx.actor
    words = (
        str(actor.session_id),
        str(actor.appointment_id),
        actor.fingerprint,
        within.road.value,
        "true" if within.hi == actor.unit_no and within.lo == within.hi else "false",
        ctx.request_id,
        ctx.purpose or "",
        str(ctx.subject or ""),
        mode,
    )
    return f"begin; select app_enter({', '.join(map(quoted, words))})"


def quoted(word: str) -> str:
    if not PLAIN.fullmatch(word):
        raise ValueError("a word of the opening message is not plain")
    return f"'{word}'"


class Records:
    """One open transaction; repositories hang on it by noun."""

    def __init__(self, connection: Any, register: Register, ctx: Context, within: Scope) -> None:
        self.connection = connection
        self.register = register
        self.ctx = ctx
        self.within = within
        self.entered = ""
        """The planner mode under which the transaction was opened or goes on; nothing is sent before it is known."""
        self.kept = True
        self.extras: dict[str, Any] = {}
        """Values shown once in the answer of this act and never stored (an activation code, its consequences)."""

    def rows(self, noun: str) -> KeptRows:
        """Storage of a noun that is kept in the usual way."""
        return KeptRows(self.connection, self.ctx, READS[noun])

    @property
    def grants(self) -> Grants:
        return Grants(self.connection)

    @property
    def persons(self) -> Persons:
        return Persons(self.connection, self.register.sealer, self.ctx)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.connection, self.ctx)

    @property
    def cases(self) -> Cases:
        return Cases(self.connection, self.ctx)

    @property
    def changes(self) -> Changes:
        return Changes(self.connection, self.register.cursors, self.ctx, self.enter)

    @property
    def clubs(self) -> Clubs:
        return Clubs(self.connection, self.ctx, self.enter)

    @property
    def club_figures(self) -> ClubFigures:
        return ClubFigures(self.connection, self.ctx, self.enter)

    @property
    def courses(self) -> Courses:
        return Courses(self.connection, self.ctx, self.enter)

    @property
    def models(self) -> Models:
        return Models(self.connection)

    @property
    def circle(self) -> Circle:
        return Circle(self.connection, self.ctx)

    @property
    def clients(self) -> Clients:
        return Clients(self.connection, self.ctx)

    @property
    def counselling(self) -> Counselling:
        return Counselling(self.connection, self.ctx, self.enter)

    @property
    def papers(self) -> Papers:
        return Papers(self.connection, self.register.sealer, self.ctx)

    @property
    def support_figures(self) -> SupportFigures:
        return SupportFigures(self.connection, self.ctx, self.enter)

    @property
    def livelihood(self) -> Livelihood:
        return Livelihood(self.connection, self.ctx, self.enter)

    @property
    def loans(self) -> Loans:
        return Loans(self.connection, self.ctx)

    @property
    def needs(self) -> Needs:
        return Needs(self.connection)

    @property
    def notices(self) -> Notices:
        return Notices(self.connection, self.register.sealer, self.ctx)

    @property
    def reconciliations(self) -> Reconciliations:
        return Reconciliations(self.connection, self.ctx, self.enter)

    @property
    def outreach(self) -> Outreach:
        return Outreach(self.connection)

    @property
    def referrals(self) -> Referrals:
        return Referrals(self.connection, self.ctx)

    @property
    def reviews(self) -> Reviews:
        return Reviews(self.connection, self.register.sealer, self.ctx)

    @property
    def imports(self) -> Imports:
        return Imports(self.connection, self.register.sealer, self.ctx)

    @property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.connection, self.register.sealer)

    @property
    def exports(self) -> Exports:
        return Exports(self.connection, self.register.sealer, self.ctx)

    @property
    def units(self) -> Units:
        return Units(self.connection)

    @property
    def law(self) -> LawRecords:
        return LawRecords(self.connection)

    @property
    def lawbook(self) -> LawRecords:
        return LawRecords(self.connection)

    @property
    def handovers(self) -> Handovers:
        return Handovers(self.connection, self.register.sealer, self.ctx)

    @property
    def documents(self) -> Documents:
        return Documents(self.connection, self.register.sealer, self.ctx)

    @property
    def tasks(self) -> Tasks:
        return Tasks(self.connection)

    async def enter(self, mode: str) -> None:
        """The opening message, in the planner mode of the statement that follows; later the mode alone, if it differs.

        Raises StaleActor.
        """
        if self.entered == mode:
            return
        if self.entered:
            await self.connection.execute(f"set local plan_cache_mode = {mode}")
        else:
            try:
                await self.connection.execute(opening(self.ctx, self.within, mode=mode))
            except asyncpg.PostgresError as error:
                if error.sqlstate == STALE:
                    await self.connection.execute("rollback")  # the reads of a document may come back to this one
                    raise StaleActor from error
                raise
        self.entered = mode

    async def read(self, asked: Asked, *, within: Scope, act: str) -> Answer | None:
        made = plan(asked.selection, within.road, within.level, act)
        await self.enter(made.mode)
        facts = {"lo": within.lo, "hi": within.hi, "grantees": self.ctx.actor.grantees, "today": self.ctx.today}
        facts["unread"] = within.unread
        try:
            row = await self.connection.fetchrow(made.sql, *arguments(made, asked.values, facts))
        except asyncpg.PostgresError as error:
            raise refusal_of(error) from error
        if row is None:
            return None
        body = self._filled(row[0], asked.signature) if made.spliced else row[0]
        return Answer(body, row[1], row[2])

    def _filled(self, body: bytes, signature: bytes) -> bytes:
        sealer, cursors, bound = self.register.sealer, self.register.cursors, _bound(self.ctx, signature)

        def fill(kind: bytes, payload: bytes) -> bytes:
            if kind == b"c":
                return _quoted(cursors.seal(payload, context=bound))
            if kind == b"x":
                return json.dumps(self.extras.get(payload.decode())).encode()
            table, column = SEALED_PLACES[payload[0]]
            row = UUID(bytes=payload[1:17])
            return _quoted(sealer.open(payload[17:], table=table, row=row, column=column))

        return splice(body, fill)

    async def onto(self, road: Road, within: Scope) -> Scope:
        """Go on along another road in the same transaction, within the same units."""
        await self.connection.execute(
            "select set_config('app.road', $1, true), set_config('role', 'road_' || $1, true)", road.value
        )
        return replace(within, road=road)

    async def version(self, noun: str, id: UUID, *, within: Scope) -> int | None:
        """The version under lock, so that check and change are one."""
        reads = READS[noun]
        wall, bounds = wall_of_write(reads, within)
        sql = f"select t.version from {reads.table} t where t.id = $1 and {wall} for no key update"
        found = await self.connection.fetchval(sql, id, *bounds)
        return None if found is None else int(found)

    async def remembered(self, key: str, digest: bytes) -> UUID | None:
        """What a key stood for. Of two requests with one key at once the second is told that the first still runs.

        The lock comes first, in a statement of its own: the next one's snapshot then holds whatever a winner committed.
        """
        mine = f"{self.ctx.actor.account_id}|{key}"
        if not await self.connection.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", mine):
            raise Refusal("still_running")
        row = await self.connection.fetchrow("select digest, subject_id from idempotency where key = $1", key)
        if row is None:
            return None
        if row["digest"] != digest:
            raise Refusal("id_taken" if key.startswith("id:") else "key_reused")
        return UUID(str(row["subject_id"]))

    async def remember(self, key: str, digest: bytes, noun: str, id: UUID) -> None:
        await self.connection.execute(
            "insert into idempotency (key, digest, noun, subject_id) values ($1, $2, $3, $4)", key, digest, noun, id
        )

    async def journal(self, act: str, noun: str, id: UUID, outcome: str) -> None:
        """The journal row and the outbox row of an act, in its own transaction."""
        await self.connection.execute(_told(noun), act, noun, outcome, id)

    async def subjects(self, noun: str, id: UUID) -> tuple[UUID, ...]:
        """Whom a row is about, as the journal names them."""
        reads = READS[noun]
        sql = f"select {reads.whose('t')} from {reads.table} t where t.id = $1"
        return tuple(row[0] for row in await self.connection.fetch(sql, id))


@lru_cache(64)
def _told(noun: str) -> str:
    reads = READS[noun]
    unit = "t.unit_no" if "unit_no" in reads.row.model_fields else "null::int"
    row = f"(select {unit} from {reads.table} t where t.id = $4)"
    return (
        "with j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
        f" select $1, $2, $3, array(select {reads.whose('t')} from {reads.table} t where t.id = $4), 1)"
        f" insert into outbox (noun, subject_id, act, unit_no) select $2, $4, $1, {row} where $3 = 'done'"
    )


def _quoted(text: str) -> bytes:
    """A text as JSON, as json.dumps spells it."""
    return encode_basestring_ascii(text).encode()


def arguments(made: Plan, values: tuple[Any, ...], facts: dict[str, Any]) -> Iterable[Any]:
    def fact(source: Source) -> Any:
        return values[source] if isinstance(source, int) else facts[source]

    return [fact(source) for source in made.arguments]


def _bound(ctx: Context, signature: bytes) -> bytes:
    return ctx.actor.account_id.bytes + ctx.actor.epoch + signature


CONSTRAINTS = {
    "uq_person_identifier_active": "identifier_on_file",
    "uq_person_identifier_one_active": "one_active_identifier",
    "uq_account_user_name": "user_name_taken",
    "ex_appointment_overlap": "appointment_overlaps",
    "pk_idempotency": "still_running",
    "uq_management_case_open": "case_open",
    "uq_management_decision_number": "number_taken",
    "uq_management_decision_draft": "draft_open",
    "uq_management_decision_in_force": "decision_in_force",
    "uq_case_assessment_case": "assessed_already",
    "uq_reintegration_plan_agreed": "plan_in_force",
    "uq_job_check_months": "checked_already",
    "uq_household_status_year": "year_on_file",
    "uq_loan_list_line_person": "line_on_file",
    "uq_club_membership_open": "membership_open",
    "uq_progress_evaluation_month": "evaluated_already",
    "uq_import_mapping_name": "name_taken",
    "uq_client_link_live": "linked_already",
    "uq_support_model_kind_code": "code_taken",
    "ex_model_member_head": "head_taken",
}


def refusal_of(error: Any) -> Exception:
    """What the database refuses, in our words; its own text is never passed on."""
    name = getattr(error, "constraint_name", None) or ""
    if name in CONSTRAINTS:
        return Refusal(CONSTRAINTS[name])
    if name.endswith("_source_source_ref"):
        return Refusal("source_ref_taken")
    if isinstance(error, asyncpg.UniqueViolationError) and name.startswith("pk_"):
        return Refusal("id_taken")
    if isinstance(error, asyncpg.LockNotAvailableError):
        return Refusal("still_running")
    if isinstance(error, asyncpg.DeadlockDetectedError | asyncpg.SerializationError | asyncpg.QueryCanceledError):
        return Refusal("overloaded")
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return Refusal("forbidden")
    return error  # type: ignore[no-any-return]

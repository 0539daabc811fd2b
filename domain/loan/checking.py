"""`loan-supports:check`: what a loan would come to, line by line, before anybody applies for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.loan.eligibility import Eligibility, eligibility, known
from domain.loan.facts import Borrower, LoanFacts
from domain.loan.noun import LOAN
from domain.loan.repository import Whose
from domain.person.noun import PERSON
from domain.refusals import Refusal, flawed


@dataclass(frozen=True)
class CheckLoan:
    """A loan as it would be asked for. What is left out of `facts` is looked up, or stays unknown."""

    facts: LoanFacts
    person_id: UUID | None = None
    enterprise_id: UUID | None = None


async def check_loan(ctx: Context, given: CheckLoan) -> dict[str, Any]:
    """Every line with rule, article and verdict. A read of the person's file: the journal names them.

    Raises `not_found` for a person out of reach, `invalid` for a programme nobody knows.
    """
    return await steadily(ctx, lambda now: _check(now, given))


async def _check(ctx: Context, given: CheckLoan) -> dict[str, Any]:
    try:
        within = scope_of(ctx.actor, "write_loan", via=ctx.via)
        async with ctx.store.records(ctx, within) as records:
            if given.person_id is not None:
                await _read_person(records, given.person_id, within)
            book = (await records.law.in_force()).book
            if given.facts.programme is not None and not known(book, given.facts.programme):
                raise flawed("/programme", "unknown_programme")
            facts = await _filled(records, book, given, within)
            return told(eligibility(book, facts))
    except Refusal as no:
        if no.code in DENIED or no.code == "not_found":
            ids = (given.person_id,) if given.person_id else ()
            await ctx.store.note(
                ctx, f"check_{LOAN.name}", PERSON.name, ids, "denied" if no.code in DENIED else "absent"
            )
        raise


async def _read_person(records: Any, id: UUID, within: Any) -> None:
    if await records.rows(LOAN.name).person(id, within=within) is None:
        raise Refusal("not_found")
    await records.journal(f"check_{LOAN.name}", PERSON.name, id, "read")


async def _filled(records: Any, book: Any, given: CheckLoan, within: Any) -> LoanFacts:
    """The facts with what the register knows; what the caller says of a decision on paper goes first."""
    programme = eligibility(book, given.facts).programme
    whose = Whose(given.person_id, given.enterprise_id)
    about = await records.loans.about(whose, programme, given.facts.loan_on, within=within)
    of_person = given.facts.borrower != Borrower.ENTERPRISE
    return replace(
        given.facts,
        programme=programme,
        decided_on=given.facts.decided_on or (about.decided_on if of_person else None),
        born_on=given.facts.born_on or (about.born_on if of_person else None),
        listed=given.facts.listed or about.listed,
        owed=(*given.facts.owed, *about.owed),
    )


def told(found: Eligibility) -> dict[str, Any]:
    """The answer as plain values, with the whole of it as one sentence."""
    lines = [line.as_data() for line in found.lines]
    return {
        "programme": found.programme,
        "loan_on": found.loan_on,
        "verdict": found.verdict.value if found.programme else "no_programme",
        "lines": lines,
        "sentence_vi": "; ".join(f"{line['vi']} ({line['article']['vi']}): {line['verdict']}" for line in lines),
        "sentence_en": "; ".join(f"{line['en']} ({line['article']['en']}): {line['verdict']}" for line in lines),
    }

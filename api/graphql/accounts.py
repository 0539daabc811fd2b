"""GraphQL: accounts and appointments."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.road import ask
from api.graphql.types import AccountNode, AppointmentNode, Connection, Given
from api.schemas.accounts import AccountFilter, AccountPatch, AppointmentEnd, NewAccount, NewAppointment
from domain.account import use_cases as account
from domain.account.model import OfAccount
from domain.account.noun import ACCOUNT, APPOINTMENT


@strawberry.type
class AccountQueries:
    @strawberry.field
    def accounts(
        self, first: int = 50, after: str | None = None, where: AccountFilter | None = None
    ) -> Connection[AccountNode] | None:
        """Accounts of one's unit and the units below."""
        return ask(lambda ctx, q: account.accounts(ctx, q.page(ctx, ACCOUNT)), first=first, after=after, where=where)

    @strawberry.field
    def account(self, id: UUID) -> AccountNode | None:
        """One account."""
        return ask(lambda ctx, q: account.accounts(ctx, q.one(ACCOUNT, id)))

    @strawberry.field
    def appointment(self, id: UUID) -> AppointmentNode | None:
        """One appointment."""
        return ask(lambda ctx, q: account.appointments(ctx, q.one(APPOINTMENT, id)))


@strawberry.type
class AccountActs:
    @strawberry.mutation
    def create_account(self, new: NewAccount, given: Given | None = None) -> AccountNode | None:
        """An account with its first appointment."""
        return ask(lambda ctx, q: account.create_account(ctx, new.command(), q.one(ACCOUNT)), given=given)

    @strawberry.mutation
    def amend_account(self, id: UUID, patch: AccountPatch, given: Given | None = None) -> AccountNode | None:
        """Correct an account (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: account.amend_account(ctx, patch.command(id, q.provided("patch")), q.one(ACCOUNT)),
            given=given,
        )

    @strawberry.mutation
    def close_account(self, id: UUID, given: Given | None = None) -> AccountNode | None:
        """Close an account (needs given.ifMatch)."""
        return ask(lambda ctx, q: account.close_account(ctx, OfAccount(id), q.one(ACCOUNT)), given=given)

    @strawberry.mutation
    def renew_credentials(self, id: UUID, given: Given | None = None) -> AccountNode | None:
        """A new activation code or secret (needs given.ifMatch)."""
        return ask(lambda ctx, q: account.renew_credentials(ctx, OfAccount(id), q.one(ACCOUNT)), given=given)

    @strawberry.mutation
    def appoint(self, account_id: UUID, new: NewAppointment, given: Given | None = None) -> AppointmentNode | None:
        """Give a role at a unit strictly below one's own."""
        return ask(
            lambda ctx, q: account.appoint(ctx, new.command(account_id=account_id), q.one(APPOINTMENT)), given=given
        )

    @strawberry.mutation
    def end_appointment(self, id: UUID, end: AppointmentEnd, given: Given | None = None) -> AppointmentNode | None:
        """End an appointment (needs given.ifMatch)."""
        return ask(lambda ctx, q: account.end_appointment(ctx, end.command(id=id), q.one(APPOINTMENT)), given=given)

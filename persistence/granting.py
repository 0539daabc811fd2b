"""Who else sees a person: grants that follow from assignments, memberships and addressed referrals (rulings 2).

Written under `road_transfer`, for a grant gives sight to somebody outside the caller's own rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.ids import new_id
from persistence.transfer import transferring
from persistence.writing import as_json

GIVE = (
    "with d as materialized (select * from jsonb_to_recordset($1::jsonb) d(id uuid, person_id uuid, grantee int,"
    " reason text, origin_id uuid, classes text[], valid_from timestamptz, valid_to timestamptz)),"
    " g as (update access_grant a set grantee = d.grantee, classes = d.classes, valid_from = d.valid_from,"
    " valid_to = d.valid_to from d where a.origin_id = d.origin_id"
    " and (a.grantee, a.classes, a.valid_from, a.valid_to)"
    " is distinct from (d.grantee, d.classes, d.valid_from, d.valid_to))"
    " insert into access_grant"
    " (id, person_id, grantee, reason, origin_id, classes, valid_from, valid_to, name_sort_key)"
    " select d.id, p.id, d.grantee, d.reason, d.origin_id, d.classes, d.valid_from, d.valid_to, p.name_sort_key"
    " from d join person p on p.id = d.person_id"
    " where not exists (select from access_grant o where o.origin_id = d.origin_id)"
    " on conflict (origin_id) do update set grantee = excluded.grantee, classes = excluded.classes,"
    " valid_from = excluded.valid_from, valid_to = excluded.valid_to"
)
"""One that is there is changed where it stands: an insert that ends as an update would tell the grantee all of the
person anew."""
POST = (
    "exists (select from appointment p where p.account_id = $1 and p.valid_from <= now()"
    " and coalesce(p.valid_to, 'infinity') > now()"
    " and p.unit_no between $2 and (select last_no from unit where no = $2){role})"
)
POST_OF = f"select {POST.format(role='')}"
ACCOUNT = (
    f"select a.no from account a where a.id = $1 and a.state = 'active' and {POST.format(role=' and p.role = $3')}"
)
ORGANISATION = (
    "select o.no from unit o join unit c on c.no = $3 where o.id = $1 and o.level = 'organisation' and o.unit_type = $2"
    " and o.no between c.no and c.last_no and o.valid_to is null"
)


async def give(connection: Any, grants: Sequence[Mapping[str, Any]]) -> None:
    """Grants of many rows, each with an origin of its own."""
    async with transferring(connection):
        await connection.execute(GIVE, as_json(grants))


class Grants:
    """Access that stands and falls with the row it comes from."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def settle(
        self,
        reason: str,
        origin: UUID,
        *,
        person_id: UUID,
        grantee: int,
        classes: Sequence[str],
        since: datetime,
        until: datetime | None,
    ) -> None:
        """Make the grant of a row as it now stands; until when it lasts is null while it has no end."""
        grant = {
            "id": new_id(),
            "person_id": person_id,
            "grantee": grantee,
            "reason": reason,
            "origin_id": origin,
            "classes": list(classes),
            "valid_from": since,
            "valid_to": until or "infinity",
        }
        await self._give(grant)

    async def _give(self, grant: Mapping[str, Any]) -> None:
        await give(self.connection, [grant])

    async def end(self, origin: UUID, at: datetime) -> UUID | None:
        """Cut the access that came from a row, at this instant; one that has ended stays ended. To whom it was.

        Who ends their own sight of a person still reads the answer of that act, and nothing after it: of all
        transactions it alone began before the instant named.
        """
        async with transferring(self.connection):
            person: UUID | None = await self.connection.fetchval(
                "update access_grant set valid_to = greatest($2, now() + interval '1 microsecond')"
                " where origin_id = $1 and valid_to > $2 returning person_id",
                origin,
                at,
            )
        return person

    async def end_of_case(self, case_id: UUID, at: datetime) -> None:
        """A case that has ended needs no counsellor of its own: its assignments open nothing any more."""
        async with transferring(self.connection):
            await self.connection.execute(
                "update access_grant g set valid_to = $2 from case_assignment a"
                " where a.case_id = $1 and g.origin_id = a.id and g.valid_to > $2",
                case_id,
                at,
            )

    async def works_in(self, account_id: UUID, unit_no: int) -> bool:
        """Whether an account holds any post of today in a unit or inside it."""
        return bool(await self.connection.fetchval(POST_OF, account_id, unit_no))

    async def carer_account(self, account_id: UUID, role: str, unit_no: int) -> int | None:
        """The number under which something is granted to an account alone: one that holds the role in this unit."""
        no = await self.connection.fetchval(ACCOUNT, account_id, unit_no, role)
        return None if no is None else -int(no)

    async def carer_organisation(self, unit_id: UUID, type_: str, unit_no: int) -> int | None:
        """The number under which something is granted to an organisation inside a unit."""
        no = await self.connection.fetchval(ORGANISATION, unit_id, type_, unit_no)
        return None if no is None else int(no)

"""Every kind of import, by name. A new kind is a file here and a line below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.imports.kind import ImportKind
from domain.imports.kinds.cases import CASES
from domain.imports.kinds.contacts import CONTACTS
from domain.imports.kinds.courses import COURSES
from domain.imports.kinds.decisions import DECISIONS
from domain.imports.kinds.loans import LOANS
from domain.imports.kinds.memberships import MEMBERSHIPS
from domain.imports.kinds.persons import PERSONS
from domain.imports.kinds.staff import STAFF
from domain.imports.kinds.vocational import VOCATIONAL
from domain.imports.kinds.volunteers import VOLUNTEERS
from domain.imports.kinds.work import WORK

KINDS: Final[Mapping[str, ImportKind]] = {
    kind.name: kind
    for kind in (
        PERSONS,
        COURSES,
        CASES,
        DECISIONS,
        MEMBERSHIPS,
        CONTACTS,
        VOCATIONAL,
        WORK,
        LOANS,
        VOLUNTEERS,
        STAFF,
    )
}

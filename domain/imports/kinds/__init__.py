"""Every kind of import, by name. A new kind is a file here and a line below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.imports.kind import ImportKind
from domain.imports.kinds.cases import CASES
from domain.imports.kinds.courses import COURSES
from domain.imports.kinds.persons import PERSONS

KINDS: Final[Mapping[str, ImportKind]] = {kind.name: kind for kind in (PERSONS, COURSES, CASES)}

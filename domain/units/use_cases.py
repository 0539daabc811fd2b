"""Units and their succession: read by everyone signed in."""

from __future__ import annotations

from domain.acts import Read
from domain.units.noun import LINEAGE, UNIT

units = Read(UNIT, "read_unit")
lineages = Read(LINEAGE, "read_unit")

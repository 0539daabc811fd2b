"""A sheet: what an official paper says and where, before it is laid out. Every value is plain text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

BlockKind = Literal["basis", "para", "article", "field", "act"]


@dataclass(frozen=True)
class Block:
    """One paragraph of the body: `article` and `field` have a label; `act` is the centred word of enactment."""

    kind: BlockKind
    text: str
    label: str = ""


@dataclass(frozen=True)
class Sheet:
    """The parts of a paper by Decree 30/2020, Appendix I."""

    form: str
    """Which form this is, with its decree."""
    mark: str
    """What is unsure about the form; empty once confirmed."""
    over: str
    """The body above the issuing one; of a People's Committee the first line of its own name."""
    over_bold: bool
    issuer: str
    number: str
    place_date: str
    kind: str
    subject: str
    authority: str
    """Who decides, in capitals over the grounds; empty for papers that decide nothing."""
    addressee: str
    body: tuple[Block, ...]
    recipients: tuple[str, ...]
    signer_title: str
    signer: str

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

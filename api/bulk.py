"""Many bodies in one request: each is read by itself, so that one that cannot be read leaves the others alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.asking import digest_of, validated
from api.schemas.adherence import AdherenceBulk, AdherenceReport
from api.schemas.notices import NewNotice, NoticeBulk
from domain.bulk import Row
from domain.refusals import Refusal

SINGLE = "POST /v1/discharge-notices"
"""A row is told apart as the single request would be: sent alone or among others, it is the same."""
REPORT = "POST /v1/adherence-reports"


def rows_sent(bulk: NoticeBulk) -> list[Row]:
    """The rows of a JSON body."""
    return [_row(sent, NewNotice, SINGLE) for sent in bulk.notices]


def reports_sent(bulk: AdherenceBulk) -> list[Row]:
    """The rows of a JSON body."""
    return [_row(sent, AdherenceReport, REPORT) for sent in bulk.reports]


def _row(sent: Any, shape: Any, single: str) -> Row:
    digest = digest_of(single, {}, sent)
    try:
        return Row(validated(shape, sent).command(), digest)
    except Refusal as no:
        return Row(no, digest)


def rows_read(notices: Sequence[NewNotice]) -> list[Row]:
    """The rows of a GraphQL argument, which its types have read."""
    return [Row(new.command(), digest_of(SINGLE, {}, new.model_dump(mode="json"))) for new in notices]


def reports_read(reports: Sequence[AdherenceReport]) -> list[Row]:
    """The rows of a GraphQL argument."""
    return [Row(said.command(), digest_of(REPORT, {}, said.model_dump(mode="json"))) for said in reports]

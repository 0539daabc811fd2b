"""Many bodies in one request: each is read by itself, so that one that cannot be read leaves the others alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.asking import digest_of, validated
from api.schemas.notices import NewNotice, NoticeBulk
from domain.notice.bulk import Row
from domain.refusals import Refusal

SINGLE = "POST /v1/discharge-notices"
"""A row is told apart as the single request would be: sent alone or among others, it is the same."""


def rows_sent(bulk: NoticeBulk) -> list[Row]:
    """The rows of a JSON body."""
    return [_row(sent) for sent in bulk.notices]


def _row(sent: Any) -> Row:
    digest = digest_of(SINGLE, {}, sent)
    try:
        return Row(validated(NewNotice, sent).command(), digest)
    except Refusal as no:
        return Row(no, digest)


def rows_read(notices: Sequence[NewNotice]) -> list[Row]:
    """The rows of a GraphQL argument, which its types have read."""
    return [Row(new.command(), digest_of(SINGLE, {}, new.model_dump(mode="json"))) for new in notices]

"""A session with the client that openapi-python-client makes of openapi.yaml: what an integrator's first hour looks like.

Run by tests/contract/test_generated_clients.py as `python python_session.py URL TOKEN`; prints what it did as JSON.
"""

from __future__ import annotations

import json
import sys
from uuid import uuid4

from diemtua_client import AuthenticatedClient
from diemtua_client.api.persons import amend_person, create_person, get_person, list_persons, search_persons
from diemtua_client.models import NewPerson, Person, PersonPage, PersonPatch, PersonSearch, Problem


def session(url: str, token: str) -> dict[str, object]:
    client = AuthenticatedClient(base_url=url, token=token)
    key, new = str(uuid4()), NewPerson(full_name="Nguyễn Thị Mái Ấm")
    made = create_person.sync_detailed(client=client, body=new, idempotency_key=key)
    again = create_person.sync_detailed(client=client, body=new, idempotency_key=key)
    assert isinstance(made.parsed, Person)
    assert isinstance(again.parsed, Person)
    for place in range(4):
        create_person.sync(client=client, body=NewPerson(full_name=f"Lê Văn {'ABCD'[place]}"))
    seen = get_person.sync_detailed(made.parsed.id, client=client, fields="full_name,occupation")
    patch = PersonPatch(occupation="thợ may")
    changed = amend_person.sync(made.parsed.id, client=client, body=patch, if_match=seen.headers["etag"])
    stale = amend_person.sync(made.parsed.id, client=client, body=patch, if_match=seen.headers["etag"])
    assert isinstance(changed, Person)
    assert isinstance(stale, Problem)
    found = search_persons.sync(client=client, body=PersonSearch(q="mai am"))
    assert isinstance(found, PersonPage)
    return {
        "statuses": [made.status_code, again.status_code],
        "same": made.parsed.id == again.parsed.id,
        "occupation": changed.occupation,
        "stale": [stale.code, stale.status],
        "pages": pages(client),
        "found": [person.full_name for person in found.data],
    }


def pages(client: AuthenticatedClient) -> list[int]:
    """The sizes of all pages, two rows each; no row comes twice."""
    sizes, ids, cursor = [], set(), {}
    while True:
        page = list_persons.sync(client=client, limit=2, **cursor)
        assert isinstance(page, PersonPage)
        sizes.append(len(page.data))
        assert not ids & {person.id for person in page.data}
        ids |= {person.id for person in page.data}
        if page.page.next_ is None:
            return sizes
        cursor = {"cursor": page.page.next_}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(session(*sys.argv[1:]), default=str))

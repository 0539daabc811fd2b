"""Every operation × role × relation through both doors: exactly what the policy says comes back, and nothing else."""

from __future__ import annotations

import os
from collections import Counter, defaultdict

import pytest

from domain.access.policy import Role
from tests.access.asking import every, sample, sent
from tests.access.judging import PASSED, expected, faults, journal_faults
from tests.access.operations import OPERATIONS
from tests.access.register import tokens

REQUESTS = 5000
SEED = 20260301
DOORS = ("rest", "graphql")
PROVE = os.environ.get("DIEMTUA_PROVE") == "1"


@pytest.fixture(scope="module")
async def run(register, log):
    """The requests of the run, with what came back and what the journal kept."""
    requests = list(every(register)) if PROVE else sample(register, REQUESTS, SEED)
    done = [(request, expected(register, request), await sent(register, request)) for request in requests]
    kept = defaultdict(list)
    for row in await register.world.admin.fetch("select * from journal_entry"):
        kept[row["request_id"]].append(row)
    return done, kept


def told(found, of):
    kinds = Counter(fault.split(":")[0].split(" of ")[0] for fault in found)
    return f"{len(found)} of {of}: " + "\n".join([*found[:25], *(f"{n} x {kind}" for kind, n in kinds.most_common(40))])


async def test_the_run_covers_every_operation_door_and_role(run):
    done, _ = run
    met = {(request.operation.name, request.how.door, request.post.role) for request, _, _ in done}
    assert met == {(operation.name, door, role) for operation in OPERATIONS for door in DOORS for role in Role}
    kin = {request.relation for request, _, _ in done if request.relation != "any"}
    assert kin == {"own", "below", "above", "sibling", "former", "granted", "elsewhere", "missing"}


async def test_the_run_meets_every_kind_of_answer(run):
    """Not one answer all over: reads and checked writes, refusals of right, of sight, of absence."""
    done, _ = run
    met = Counter((wanted.status, wanted.code) for _, wanted, _ in done)
    assert set(met) == {
        (PASSED, None),
        (200, None),
        (403, "forbidden"),
        (403, "purpose_required"),
        (403, "powers_not_included"),
        (404, "not_found"),
        (409, "already_voided"),
        (422, "invalid"),
    }
    assert min(met[200, None], met[403, "forbidden"], met[404, "not_found"]) > 500, met


async def test_every_answer_is_what_the_policy_says_and_carries_no_canary(register, run):
    done, _ = run
    found = [fault for request, wanted, outcome in done for fault in faults(register, request, outcome, wanted)]
    assert not found, told(found, len(done))
    assert len(done) >= REQUESTS


async def test_every_answer_about_a_person_has_its_row_in_the_journal(run):
    """And every denial and absence: none missing, none too many, with the ids that were shown or asked for."""
    done, kept = run
    found = [
        fault
        for request, wanted, outcome in done
        for fault in journal_faults(request, wanted, kept.get(outcome.request_id, []))
    ]
    assert not found, told(found, len(done))


async def test_no_canary_is_written_to_the_log(register, run, log):
    done, _ = run
    written = log.getvalue()
    assert written.count('"event":"request"') >= len(done)
    known = {outcome.request_id for _, _, outcome in done} | {str(u.account_id) for u in register.world.users.values()}
    assert (tokens(written) & register.canaries) - known == set()

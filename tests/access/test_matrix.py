"""Every operation × role × relation through both doors: exactly what the policy says comes back, and nothing else.

By default one request of every cell (operation × door × role × relation), at least 5,000; with DIEMTUA_PROVE=1 the
whole product of operations, posts, targets, roads, purposes and relations (figures S1, S2, S10).
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest

from domain.access.policy import Role
from tests.access.asking import Request, every, sample, sent
from tests.access.gates import ALL
from tests.access.judging import PASSED, Expected, expected, faults, journal_faults
from tests.access.register import tokens

REQUESTS = 5000
SEED = 20260301
DOORS = ("rest", "graphql")
PROVE = os.environ.get("DIEMTUA_PROVE") == "1"


def doors(operation):
    """Bytes have one door."""
    return DOORS if operation.root else DOORS[:1]


@dataclass
class Run:
    """What the requests of one run came to."""

    asked: list[tuple[Request, Expected, str]] = field(default_factory=list)
    """Each request with what the journal shall keep of it, and its id."""
    found: list[str] = field(default_factory=list)
    met: Counter[Any] = field(default_factory=Counter)


@pytest.fixture(scope="module")
async def run(register, log):
    """Each answer is judged as it comes; of the bodies nothing is kept."""
    done = Run()
    for request in every(register) if PROVE else sample(register, REQUESTS, SEED):
        wanted = expected(register, request)
        outcome = await sent(register, request)
        done.found += faults(register, request, outcome, wanted)
        done.met[wanted.status, wanted.code] += 1
        done.asked.append((request, Expected(wanted.status, journal=wanted.journal), outcome.request_id))
    return done


def told(found, of):
    kinds = Counter(fault.split(":")[0].split(" of ")[0] for fault in found)
    return f"{len(found)} of {of}: " + "\n".join([*found[:25], *(f"{n} x {kind}" for kind, n in kinds.most_common(40))])


async def test_the_run_covers_every_operation_door_and_role(run):
    met = {(request.operation.name, request.how.door, request.post.role) for request, _, _ in run.asked}
    assert met == {(operation.name, door, role) for operation in ALL for door in doors(operation) for role in Role}
    kin = {request.relation for request, _, _ in run.asked if request.relation != "any"}
    assert kin == {"own", "below", "above", "sibling", "former", "granted", "elsewhere", "missing"}
    assert len(run.asked) >= REQUESTS


async def test_the_run_meets_every_kind_of_answer(run):
    """Not one answer all over: reads and checked writes, refusals of right, of sight, of absence."""
    needed = {
        (PASSED, None),
        (200, None),
        (403, "forbidden"),
        (403, "purpose_required"),
        (403, "powers_not_included"),
        (404, "not_found"),
        (409, "already_voided"),
        (422, "invalid"),
    }
    assert needed <= set(run.met) <= needed | {(409, "appointment_overlaps")}
    assert min(run.met[200, None], run.met[403, "forbidden"], run.met[404, "not_found"]) > 500, run.met


async def test_every_answer_is_what_the_policy_says_and_carries_no_canary(run):
    assert not run.found, told(run.found, len(run.asked))


async def test_every_answer_about_a_person_has_its_row_in_the_journal(register, run):
    """And every denial and absence: none missing, none too many, with the ids that were shown or asked for."""
    kept = defaultdict(list)
    for row in await register.world.admin.fetch("select request_id, noun, outcome, subject_ids from journal_entry"):
        kept[row["request_id"]].append(row)
    found = [fault for request, wanted, id in run.asked for fault in journal_faults(request, wanted, kept.get(id, []))]
    assert not found, told(found, len(run.asked))


async def test_no_canary_is_written_to_the_log(register, run, log):
    written = log.getvalue()
    assert written.count('"event":"request"') >= len(run.asked)
    known = {id for _, _, id in run.asked} | {str(user.account_id) for user in register.world.users.values()}
    assert (tokens(written) & register.canaries) - known == set()

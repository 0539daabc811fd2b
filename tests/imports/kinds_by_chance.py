"""What the parity of kinds about the support is tried with: facts and moves by chance, good ones and bad ones."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.api.test_support_models import made as new_model
from tests.case_work import Desk as Cases
from tests.case_work import at
from tests.club_work import ago, running_club

LONG = "x" * 301


def contact(chance, _n):
    return {
        "held_at": chance.choice(
            (f"{ago(chance.randrange(1, 300))}T09:30:00+07:00",) * 4 + (f"{ago(-9)}T09:30:00+07:00",)
        ),
        "channel": chance.choice(("phone", "face_to_face")),
        "topics": chance.choice((["legal"], ["social"], ["family", "health"], ["legal", "legal"])),
        "place": chance.choice((None, "home")),
        "client_group": chance.choice((None, "after_rehab")),
        "minutes": chance.choice((None, 30, 30, 45, 60, 0, 601)),
        "next_on": chance.choice((None, None, None, ago(0), ago(400), ago(-500))),
        "referral_consent": chance.choice((None, True, False)),
    }, []


def training(chance, _n):
    advised, enrolled = chance.randrange(90, 200), chance.randrange(30, 120)
    told = {
        "advised_on": ago(chance.choice((advised, advised, advised, -3))),
        "trade": chance.choice((None, "May", "May", "Nấu ăn", "  hàn   điện ", "x" * 201)),
        "school_name": chance.choice((None, "Trường  nghề", "Lớp học", LONG)),
        "funding": chance.choice((None, "own_means", "sponsor", "state_short_course")),
        "cost_vnd": chance.choice((None, 0, 3_000_000)),
    }
    moves = [("enrolled", {"enrolled_on": ago(enrolled)})]
    if chance.random() < 0.4:
        moves.append(("finished", {"finished_on": ago(chance.randrange(1, 60))}))
    return told, moves if chance.random() < 0.7 else []


def job(chance, _n):
    sought = chance.randrange(90, 200)
    told = {
        "sought_on": ago(chance.choice((sought, sought, -2))),
        "occupation": chance.choice((None, "Thợ may", "Bảo vệ", "Phụ  bếp", "x" * 201)),
        "employer_name": chance.choice((None, None, "Công ty May", LONG)),
        "income_band": chance.choice((None, "from_3_to_5")),
    }
    moves = [("placed", {"placed_on": ago(chance.randrange(30, 120))})]
    if chance.random() < 0.5:
        moves.append(("ended", {"ended_on": ago(chance.randrange(1, 50)), "end_reason": "moved"}))
    return told, moves if chance.random() < 0.8 else []


def membership(chance, _n):
    asked, agreed, joined = chance.randrange(90, 200), chance.randrange(60, 95), chance.randrange(20, 65)
    told = {"asked_on": ago(chance.choice((asked, asked, asked, -3))), "role": chance.choice((None, "group_leader"))}
    by = chance.choice(("person", "person", "representative", None))
    on = {"since": ago(agreed)}
    moves = [("agreed", on | {"agreed_by": by}), ("invited", on), ("joined", {"since": ago(joined)})]
    ended = [
        ("left", {"since": ago(chance.choice((5, 5, 300))), "reason": chance.choice(("Đi làm xa", None, "y" * 501))})
    ]
    return told, chance.choice(([], moves[:1], moves[:2], moves, moves, moves, moves + ended))


def loan(chance, _n):
    paid = chance.randrange(30, 90)
    asked, months = chance.choice((50_000_000, 500_000_000)), chance.choice((24, 36, 36, None))
    told = {
        "borrower": chance.choice(("person", "person", "household")),
        "representative": chance.choice((None, None, "Lê Văn Đại")),
        "programme": chance.choice(("q08", "q08", "q08", "q99")),
        "purpose": chance.choice((None, "production")),
        "asked_on": ago(chance.choice((200, 200, 200, -2))),
        "asked_vnd": asked,
        "months": months,
    }
    moves = [
        ("applied", {"applied_on": ago(150), "programme": told["programme"], "asked_vnd": asked}),
        ("approved", {"decided_on": ago(chance.choice((120, 120, 160))), "amount_vnd": asked, "months": months}),
        ("disbursed", {"disbursed_on": ago(paid)}),
        ("overdue", {"overdue_on": ago(chance.randrange(1, 40)), "overdue_vnd": chance.choice((None, 1_000_000))}),
    ]
    return told, moves[: chance.choice((0, 1, 2, 3, 4, 4))]


def volunteer(chance, n):
    since, until = chance.randrange(50, 300), chance.choice((None, None, 40, 400))
    period = {"role": chance.choice(("member", "captain")), "since": ago(since), "until": until and ago(until)}
    training = {"topic": chance.choice(("Kỹ năng  tư vấn", LONG)), "on": ago(chance.choice((30, 30, -4))), "hours": 8}
    told = {
        "full_name": chance.choice((f"Trần Văn {'ABCDEGHIKLM'[n % 11]}", f"  Lê   Thị B{n}", LONG)),
        "periods": [period],
        "trainings": chance.choice(([], [], [training])) or None,
        "note": chance.choice((None, "Cựu chiến binh")),
    }
    return told, []


def seat(chance, n):
    return {
        "full_name": chance.choice((f"Trần Văn C{n}", f"  Lê   Thị D{n}", "x" * 201)),
        "role": chance.choice(("secretary", "treasurer", "member")),
        "task_areas": chance.choice((None, ["counselling"], ["family", "loans"])),
        "body": chance.choice((None, "Hội Cựu  chiến binh", "x" * 201)),
        "valid_from": ago(chance.randrange(100, 300)),
        "valid_to": chance.choice((None, None, ago(20), ago(400))),
        "end_reason": chance.choice((None, "Chuyển công tác")),
    }, []


def paper(chance, n):
    return {
        "number": chance.choice((f"{n + 1}", f"0{n + 1}")),
        "symbol": chance.choice((None, "QĐ-UBND")),
        "decided_on": chance.choice(("2026-09-10", "2026-09-10", ago(-5))),
        "signer_name": chance.choice(("Trần  Văn Ký", "Trần Văn Ký", LONG)),
        "signer_title": chance.choice((None, "Chủ tịch")),
    }, []


class Tried(NamedTuple):
    """A kind, the door of its single writes, its table."""

    path: str
    table: str
    make: Any
    about: str = "person"


KINDS = {
    "contacts": Tried("counselling-contacts", "counselling_contact", contact),
    "vocational": Tried("vocational-supports", "vocational_support", training),
    "work": Tried("job-placements", "job_placement", job),
    "memberships": Tried("club-memberships", "club_membership", membership, "club"),
    "loans": Tried("loan-supports", "loan_support", loan),
    "volunteers": Tried("volunteers", "volunteer", volunteer, "model"),
    "staff": Tried("model-members", "model_member", seat, "model"),
    "decisions": Tried("management-decisions", "management_decision", paper, "case"),
}
RENAMED = {
    "school_name": "school",
    "employer_name": "employer",
    "number": "decision_number",
    "symbol": "decision_symbol",
}
DAYS = {"agreed": "agreed_on", "invited": "", "joined": "joined_on", "left": "left_on"}


def cells(kind, told, moves):
    """The row of the file: what is told, what is told with the moves, and the state come to."""
    given = told | {name: value for _to, facts in moves for name, value in facts.items()}
    if kind == "memberships":
        given |= {DAYS[to]: facts["since"] for to, facts in moves}
    if kind == "volunteers":
        (period,), (training,) = told["periods"], told["trainings"] or [{}]
        given |= period | {
            "training": training.get("topic"),
            "trained_on": training.get("on"),
            "hours": training.get("hours"),
        }
    left_out = {"", "periods", "trainings"} | ({"since"} if kind == "memberships" else set())
    row = {RENAMED.get(name, name): cell(value) for name, value in given.items() if name not in left_out}
    return row | ({"state": moves[-1][0]} if moves else {})


def cell(value):
    if isinstance(value, bool):
        return "có" if value else "không"
    return "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)


async def ground(world, kind, refs):
    """Whose the rows are: by reference what a request names, and what the row of the file does."""
    about = KINDS[kind].about
    if about == "model":
        model = (await new_model(world, name="Đội tình nguyện", founded_on=ago(300)))["id"]
        return {ref: ({"support_model_id": model}, {"support_model": model}) for ref in refs}
    people = {ref: await world.person("hoa", source="parity", source_ref=ref) for ref in refs}
    if about == "case":
        desk = Cases(world, at("2026-09-05"))
        cases = {ref: (await desk.propose(await desk.open(person)))["id"] for ref, person in people.items()}
        return {ref: ({"case_id": id}, {"person_ref": ref}) for ref, id in cases.items()}
    club = (await running_club(world)).id if about == "club" else None
    named, column = ({"club_id": club}, {"club": club}) if club else ({}, {})
    return {ref: ({"person_id": str(id)} | named, {"person_ref": ref} | column) for ref, id in people.items()}

"""Loans: the list confirmed line by line, eligibility explained, and every paid loan recorded, over the cap or not."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from tests.case_work import Desk, at
from tests.livelihood import M, ago, amended, flaws, look_after, made, moved, try_move


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai", born_on=date(1990, 1, 1))


async def new_list(world, *people, programme="q08", **more):
    row = await made(world, "loan-lists", programme=programme, made_on=ago(9), made_by="Công an phường", **more)
    lines = [await made(world, "loan-list-lines", person_id=str(one), loan_list_id=row["id"]) for one in people]
    return row, lines


async def confirmed(world, person, **more):
    """A confirmed line of the person."""
    row, (line,) = await new_list(world, person, **more)
    line = await moved(world, "loan-list-lines", line, "confirmed", answered_on=ago(8))
    await moved(world, "loan-lists", row, "confirmed", confirmed_on=ago(8))
    return line


async def loan(world, person=None, **more):
    told = {"borrower": "person", "asked_on": ago(7), "asked_vnd": 50 * M, "purpose": "business"}
    whose = {"person_id": str(person)} if person else {}
    return await made(world, "loan-supports", **(whose | told | more))


async def paid(world, row, amount=50 * M, months=36, day=1):
    """On to the day of the payment."""
    if row["state"] == "need":
        row = await moved(world, "loan-supports", row, "applied", applied_on=ago(6), programme=row["programme"])
    row = await moved(world, "loan-supports", row, "approved", decided_on=ago(3), amount_vnd=amount, months=months)
    return await moved(world, "loan-supports", row, "disbursed", disbursed_on=ago(day))


def codes(row):
    return [warning["code"] for warning in row["warnings"]]


# -- the list


async def test_a_list_is_confirmed_when_every_line_was_answered(world, person):
    other = await world.person("hoa", "Lê Văn Ba")
    row, (first, second) = await new_list(world, person, other)
    await moved(world, "loan-list-lines", first, "confirmed", answered_on=ago(2))
    reply = await try_move(world, "loan-lists", row, "confirmed", confirmed_on=ago(1))
    assert (reply.status_code, reply.json()["code"], reply.json()["missing"]) == (409, "lines_waiting", 1)
    reply = await try_move(world, "loan-list-lines", second, "rejected", answered_on=ago(2))
    assert reply.json()["missing"] == ["reason"]
    await moved(world, "loan-list-lines", second, "rejected", answered_on=ago(2), reason="đã chuyển đi nơi khác")
    row = await moved(world, "loan-lists", row, "confirmed", confirmed_on=ago(1), confirmed_number="15/XN-UBND")
    assert row["transitions"] == []
    read = (await world.get("officer", f"/v1/loan-lists/{row['id']}?include=lines")).json()
    assert sorted(line["state"] for line in read["lines"]) == ["confirmed", "rejected"]


async def test_a_confirmed_list_is_closed(world, person):
    line = await confirmed(world, person)
    reply = await try_move(world, "loan-list-lines", line, "waiting", reason="nhầm")
    assert (reply.status_code, reply.json()["code"]) == (409, "list_closed")
    body = {"person_id": str(await world.person("hoa")), "loan_list_id": line["loan_list_id"]}
    assert (await world.call("officer", "POST", "/v1/loan-list-lines", body)).json()["code"] == "list_closed"


async def answered(world, row, answers, user="officer", version=None, **more):
    body = {"answered_on": ago(1), "answers": answers} | more
    match = f'"{version or row["version"]}"'
    return await world.call(user, "POST", f"/v1/loan-lists/{row['id']}/answers", body, If_Match=match)


async def test_many_lines_are_answered_at_one_sitting_all_or_none(world, person):
    other = await world.person("hoa", "Lê Văn Ba")
    row, (first, second) = await new_list(world, person, other)
    yes, no = {"line_id": first["id"], "to": "confirmed"}, {"line_id": second["id"], "to": "rejected"}
    assert flaws(await answered(world, row, [yes, no])) == [("/answers/1/reason", "required")]
    assert flaws(await answered(world, row, [yes, yes])) == [("/answers", "repeated")]
    stranger = {"line_id": str(person), "to": "confirmed"}
    assert flaws(await answered(world, row, [yes, stranger])) == [("/answers/1/line_id", "not_of_this_list")]
    waiting = await world.admin.fetchval("select count(*) from loan_list_line where state = 'waiting'")
    assert waiting == 2
    reply = await answered(
        world, row, [yes, no | {"reason": "đang chấp hành án"}], confirm=True, confirmed_number="16/XN"
    )
    assert reply.status_code == 200, reply.text
    assert (reply.json()["state"], reply.json()["confirmed_number"]) == ("confirmed", "16/XN")


async def test_a_sitting_needs_the_lists_version_and_two_at_once_answer_once(world, person):
    row, (line,) = await new_list(world, person)
    yes = [{"line_id": line["id"], "to": "confirmed"}]
    replies = await asyncio.gather(*(answered(world, row, yes) for _ in range(2)))
    assert sorted(reply.status_code for reply in replies) == [200, 412]


async def test_a_person_stands_on_a_list_once_and_on_the_list_of_their_own_commune(world, person):
    row, _lines = await new_list(world, person)
    again = await world.call(
        "officer", "POST", "/v1/loan-list-lines", {"person_id": str(person), "loan_list_id": row["id"]}
    )
    assert (again.status_code, again.json()["code"]) == (409, "line_on_file")
    body = {"person_id": str(await world.person("binh")), "loan_list_id": row["id"]}
    assert (await world.call("neighbour", "POST", "/v1/loan-list-lines", body)).status_code == 422
    assert flaws(await world.call("area_officer", "POST", "/v1/loan-list-lines", body)) == [
        ("/loan_list_id", "of_another_unit")
    ]


async def test_who_records_loans_by_import_confirms_no_list(world, person):
    row, (line,) = await new_list(world, person)
    reply = await try_move(world, "loan-list-lines", line, "confirmed", "import_client", answered_on=ago(1))
    assert reply.status_code == 403
    assert (
        await answered(world, row, [{"line_id": line["id"], "to": "confirmed"}], "import_client")
    ).status_code == 403


async def test_a_programme_nobody_knows_has_no_list(world):
    reply = await world.call("officer", "POST", "/v1/loan-lists", {"programme": "q99", "made_on": ago(1)})
    assert flaws(reply) == [("/programme", "unknown_programme")]


# -- the life of a loan


async def test_a_loan_goes_from_the_need_over_the_list_to_the_last_payment(world, person):
    need = await made(world, "needs", person_id=str(person), kind="loan", found_on=ago(20))
    row = await loan(world, person, need_id=need["id"], months=36, law_abiding=True)
    assert (row["state"], row["programme"], row["warnings"]) == ("need", "q08", [])
    line = await confirmed(world, person)
    row = await moved(world, "loan-supports", row, "listed", loan_list_line_id=line["id"])
    row = await moved(world, "loan-supports", row, "applied", applied_on=ago(5))
    row = await paid(world, row)
    assert codes(row) == ["decision_age"]
    row = await moved(world, "loan-supports", row, "overdue", overdue_on=ago(0), overdue_vnd=1_500_000)
    row = await moved(world, "loan-supports", row, "repaying", repaying_on=ago(0))
    row = await moved(world, "loan-supports", row, "closed", closed_on=ago(0))
    assert row["amount_vnd"] == 50 * M
    assert [move["to"] for move in row["history"]] == [
        "need", "listed", "applied", "approved", "disbursed", "overdue", "repaying", "closed",
    ]  # fmt: skip


@pytest.mark.parametrize(("amount", "warned"), [(200 * M, False), (200 * M + 1, True), (10**15, True)])
async def test_a_paid_loan_over_the_cap_is_recorded_with_a_warning_and_never_refused(world, person, amount, warned):
    row = await paid(world, await loan(world, person, asked_vnd=amount), amount=amount)
    assert (row["state"], row["amount_vnd"]) == ("disbursed", amount)
    assert ("cap" in codes(row)) is warned
    if warned:
        cap = next(warning for warning in row["warnings"] if warning["code"] == "cap")
        assert cap["rule"] == "loan.q08.person_cap@1"
        assert cap["article"]["vi"] == "Quyết định 08/2026/QĐ-TTg"


async def test_a_corrected_amount_is_held_against_the_cap_again(world, person):
    row = await paid(world, await loan(world, person), amount=500 * M)
    assert "cap" in codes(row)
    row = (await amended(world, "loan-supports", row, amount_vnd=50 * M)).json()
    assert "cap" not in codes(row)


@pytest.mark.parametrize(("day", "programme"), [("2026-04-30", "q29"), ("2026-05-01", "q08")])
async def test_the_programme_is_that_of_the_day(world, person, day, programme):
    row = await loan(world, person, asked_on=day)
    assert row["programme"] == programme


async def test_money_goes_past_32_bits_through_both_doors_and_is_a_whole_number(world):
    told = {
        "borrower": "enterprise",
        "enterprise_name": "Công ty An Bình",
        "asked_on": ago(3),
        "programme": "job",
        "jobs": 60,
    }
    row = await loan(world, asked_vnd=10_000 * M, **told)
    assert row["asked_vnd"] == 10_000 * M
    query = f'{{ loanSupport(id: "{row["id"]}") {{ askedVnd borrower person {{ id }} }} }}'
    found = (await world.ask("officer", query))["data"]["loanSupport"]
    assert (found["askedVnd"], found["borrower"], found["person"]) == (10_000 * M, "enterprise", None)
    act = (
        'mutation { recordLoanSupport(new: {borrower: enterprise, enterpriseName: "Công ty B", askedOn: "2026-06-01",'
        " askedVnd: 9000000000}) { askedVnd programme } }"
    )
    assert (await world.ask("officer", act))["data"]["recordLoanSupport"] == {"askedVnd": 9_000 * M, "programme": "q08"}
    for wrong in (1.5, "50000000", True, -1):
        body = {"borrower": "enterprise", "enterprise_name": "C", "asked_on": ago(1), "asked_vnd": wrong}
        assert (await world.call("officer", "POST", "/v1/loan-supports", body)).status_code == 422, wrong


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"borrower": "person", "person_id": None}, ("/person_id", "required")),
        ({"borrower": "enterprise", "enterprise_name": "A"}, ("/person_id", "not_for_this_kind")),
        ({"borrower": "enterprise", "person_id": None}, ("/enterprise_name", "required")),
        ({"borrower": "person", "staff": 10}, ("/staff", "not_for_this_kind")),
        ({"borrower": "person", "representative": "bà Tư"}, ("/representative", "not_for_this_kind")),
        ({"programme": "q99"}, ("/programme", "unknown_programme")),
        ({"months": 0}, ("/months", "out_of_range")),
    ],
)
async def test_what_does_not_fit_the_borrower_is_refused_with_its_place(world, person, change, flaw):
    body = {"person_id": str(person), "borrower": "person", "asked_on": ago(1)} | change
    body = {name: value for name, value in body.items() if value is not None}
    assert flaw in flaws(await world.call("officer", "POST", "/v1/loan-supports", body))


async def test_only_a_confirmed_line_of_the_same_person_and_programme_puts_a_loan_on_the_list(world, person):
    row = await loan(world, person)
    _list, (waiting,) = await new_list(world, person)
    assert flaws(await try_move(world, "loan-supports", row, "listed", loan_list_line_id=waiting["id"])) == [
        ("/loan_list_line_id", "line_not_confirmed")
    ]
    others = await confirmed(world, await world.person("hoa"))
    assert flaws(await try_move(world, "loan-supports", row, "listed", loan_list_line_id=others["id"])) == [
        ("/loan_list_line_id", "of_another_person")
    ]
    job_list = await confirmed(world, person, programme="job")
    assert flaws(await try_move(world, "loan-supports", row, "listed", loan_list_line_id=job_list["id"])) == [
        ("/loan_list_line_id", "of_another_programme")
    ]
    assert (await try_move(world, "loan-supports", row, "listed")).json()["missing"] == ["loan_list_line_id"]


async def test_what_is_owed_counts_against_the_next_loan_and_not_against_itself(world, person):
    first = await paid(world, await loan(world, person), amount=150 * M)
    assert "cap" not in codes(first)
    second = await paid(world, await loan(world, person), amount=60 * M)
    assert "cap" in codes(second)
    await moved(world, "loan-supports", first, "closed", closed_on=ago(0))
    third = await paid(world, await loan(world, person), amount=60 * M, day=0)
    assert "cap" not in codes(third)


# -- eligibility


async def checked(world, user="officer", **told):
    body = {"borrower": "person", "loan_on": "2026-06-01", "amount_vnd": 50 * M, "months": 36, "purpose": "business"}
    return await world.call(user, "POST", "/v1/loan-supports:check", body | told)


def stands(reply):
    assert reply.status_code == 200, reply.text
    return {line["code"]: line["verdict"] for line in reply.json()["lines"]}


async def test_eligibility_is_explained_line_by_line_from_the_register(world):
    desk = Desk(world, at("2026-03-20"))
    case, decision = await desk.decided(completed_on="2026-03-31", paper_decided_on="2026-03-20")
    told = {"person_id": case["person_id"], "law_abiding": True}
    before = await checked(world, **told)
    assert stands(before) | {"list": "not_met"} == stands(before)
    assert (before.json()["programme"], before.json()["verdict"]) == ("q08", "not_met")
    row = await made(world, "loan-lists", programme="q08", made_on="2026-05-10")
    line = await made(world, "loan-list-lines", person_id=case["person_id"], loan_list_id=row["id"])
    await moved(world, "loan-list-lines", line, "confirmed", answered_on="2026-05-15")
    after = await checked(world, **told)
    assert set(stands(after).values()) == {"met"}
    assert after.json()["verdict"] == "met"
    age = next(line for line in after.json()["lines"] if line["code"] == "decision_age")
    assert age["rule"] == "loan.q08.decision_age@1"
    assert age["vi"] == "quyết định ngày 20/03/2026, còn tính đến hết 20/03/2036"
    assert "Quyết định 08/2026/QĐ-TTg" in after.json()["sentence_vi"]
    assert decision["state"] == "signed"


@pytest.mark.parametrize(
    ("decided", "holds"), [("2016-05-30", "not_met"), ("2016-06-01", "met"), ("2016-06-02", "met")]
)
async def test_a_decision_on_paper_can_be_told(world, person, decided, holds):
    reply = await checked(world, person_id=str(person), decided_on=decided)
    assert stands(reply)["decision_age"] == holds


async def test_the_rules_an_answer_names_are_read_in_the_rule_book(world, person):
    lines = (await checked(world, person_id=str(person))).json()["lines"]
    for line in lines:
        rule, version = line["rule"].split("@")
        rows = (await world.get("officer", f"/v1/rules?rule={rule}&in_force_on=2026-06-01")).json()["data"]
        assert int(version) in {row["rule_version"] for row in rows}, rule


async def test_checking_records_nothing_but_who_looked_at_whom(world, person):
    assert (await checked(world, person_id=str(person))).status_code == 200
    assert await world.admin.fetchval("select count(*) from loan_support") == 0
    row = await world.admin.fetchrow("select outcome, subject_ids from journal_entry where act = 'check_loan_support'")
    assert (row["outcome"], row["subject_ids"]) == ("read", [person])


async def test_a_person_out_of_reach_is_not_found_and_an_unknown_programme_refused(world, person):
    assert (await checked(world, person_id=str(await world.person("binh")))).status_code == 404
    assert flaws(await checked(world, person_id=str(person), programme="q99")) == [("/programme", "unknown_programme")]


async def test_before_the_first_programme_the_answer_says_there_is_none(world, person):
    reply = await checked(world, person_id=str(person), loan_on="2010-01-01")
    assert (reply.json()["verdict"], reply.json()["lines"]) == ("no_programme", [])


async def test_both_doors_explain_alike(world, person):
    rest = (await checked(world, person_id=str(person))).json()
    query = (
        f'{{ loanEligibility(of: {{personId: "{person}", borrower: person, loanOn: "2026-06-01", amountVnd: {50 * M},'
        " months: 36, purpose: business}) { programme verdict sentenceVi lines { code verdict rule article { vi } } } }"
    )
    told = (await world.ask("officer", query))["data"]["loanEligibility"]
    assert (told["programme"], told["verdict"], told["sentenceVi"]) == ("q08", rest["verdict"], rest["sentence_vi"])
    assert [line["rule"] for line in told["lines"]] == [line["rule"] for line in rest["lines"]]


# -- who sees and does what


@pytest.mark.parametrize(
    "user", ["police", "police_head", "club_board", "health_station", "rehab_centre", "province_officer"]
)
async def test_who_has_no_part_in_loans_is_refused(world, person, user):
    for path in ("loan-supports", "loan-lists", "loan-list-lines"):
        assert (await world.get(user, f"/v1/{path}")).status_code == 403
    assert (await checked(world, user, person_id=str(person))).status_code == 403


async def test_a_volunteer_reads_the_loan_of_the_assigned_and_writes_none(world, person):
    row = await loan(world, person)
    assert (await world.get("volunteer", "/v1/loan-supports")).json()["data"] == []
    await look_after(world, person)
    assert [found["id"] for found in (await world.get("volunteer", "/v1/loan-supports")).json()["data"]] == [row["id"]]
    body = {"person_id": str(person), "borrower": "person", "asked_on": ago(1)}
    assert (await world.call("volunteer", "POST", "/v1/loan-supports", body)).status_code == 403
    assert (await checked(world, "volunteer", person_id=str(person))).status_code == 403


async def test_an_enterprises_loan_is_nobodys_and_of_the_commune_alone(world, person):
    row = await loan(world, borrower="enterprise", enterprise_name="Công ty An Bình")
    await look_after(world, person)
    assert (await world.get("volunteer", f"/v1/loan-supports/{row['id']}")).status_code == 404
    assert (await world.get("neighbour", f"/v1/loan-supports/{row['id']}")).status_code == 404
    assert (await world.get("area_officer", f"/v1/loan-supports/{row['id']}")).status_code == 200
    subject = await world.admin.fetchval("select subject_ids from journal_entry where act = 'record_loan_support'")
    assert [str(id) for id in subject] == [row["id"]]

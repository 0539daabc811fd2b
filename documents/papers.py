"""The four papers of a case: from facts to a sheet. Which facts each needs stands in domain/document/forms.py."""

from __future__ import annotations

from collections.abc import Callable

from documents.dates import written_text
from documents.sheet import Block, Sheet
from documents.wording import (
    LAWS,
    PATHWAYS,
    TERM_ARTICLES,
    Facts,
    addressed,
    called,
    capital,
    decision_named,
    grounds,
    kind_of,
    named,
    numbered,
    period,
    person_fields,
    place_date,
    term,
)
from domain.law.documents import DOCUMENTS, FormKey
from domain.text import upper

UNCHECKED = "Biểu mẫu chưa đối chiếu Công báo"
COUNCIL = "ỦY BAN NHÂN DÂN"
RECIPIENTS = {
    "person_or_representative": "Người có tên tại Điều 1 (hoặc người đại diện)",
    "commune_police_head": "Trưởng Công an {unit}",
    "labour_officer": "Công chức phụ trách lao động, xã hội",
    "rehab_centre": "Cơ sở cai nghiện ma túy",
    "assigned_supporters": "Tổ chức, cá nhân được phân công hỗ trợ",
}
KEPT = "Lưu: VT, HS."


def sheet(form: FormKey, facts: Facts, *, confirmed: bool) -> Sheet:
    """The paper of a form. The facts must be complete."""
    return TASKS[form](form, facts, "" if confirmed else UNCHECKED)


def form_named(form: FormKey) -> str:
    decree = DOCUMENTS[form.instrument].number
    return f"Mẫu số {form.number}, Phụ lục {form.appendix}, Nghị định số {decree}"


def _decision(form: FormKey, facts: Facts, mark: str) -> Sheet:
    decision, person, unit = facts["decision"], facts["person"], facts["decision"]["issuer"]
    return Sheet(
        form=form_named(form),
        mark=mark,
        over=COUNCIL,
        over_bold=True,
        issuer=upper(called(unit)),
        number=f"Số: {numbered(decision['number'], decision['symbol'])}",
        place_date=place_date(unit, decision["decided_on"]),
        kind="QUYẾT ĐỊNH",
        subject="Về việc quản lý sau cai nghiện ma túy tại nơi cư trú",
        authority=f"CHỦ TỊCH {COUNCIL} {upper(called(unit))}",
        addressee="",
        body=(
            *grounds(form.instrument),
            *_on_proposal(facts),
            Block("act", "QUYẾT ĐỊNH:"),
            Block("article", f"Quản lý sau cai nghiện ma túy tại nơi cư trú đối với {addressed(person)}:", "Điều 1."),
            *person_fields(person),
            Block("field", term(decision.get("months"), decision["from"], decision["to"]), "Thời hạn quản lý"),
            Block("field", _place(decision), "Nơi thực hiện quản lý"),
            *_articles(decision, named(person)),
        ),
        recipients=(*_recipients(decision, unit), KEPT),
        signer_title=upper(decision["signer_title"]),
        signer=decision["signer_name"],
    )


def _place(decision: Facts) -> str:
    """The unit that carries the decision out; the issuer's own name is written whole."""
    issuer = decision["issuer"]
    return capital(called(issuer)) if decision["place"] == issuer["name"] else str(decision["place"])


def _on_proposal(facts: Facts) -> list[Block]:
    proposal, unit = facts.get("proposal") or {}, facts["unit"]
    if not proposal.get("number") or not proposal.get("proposed_on"):
        return [Block("basis", f"Theo đề nghị của Trưởng Công an {called(unit)}.")]
    paper = f"văn bản số {numbered(proposal['number'])} {written_text(proposal['proposed_on'])}"
    return [Block("basis", f"Theo đề nghị của Trưởng Công an {called(unit)} tại {paper}.")]


def _articles(decision: Facts, person: str) -> list[Block]:
    """Measures, who is responsible (D163 Art 134(2); D116 Art 78(2)), coming into force; numbered as they stand."""
    texts = []
    if decision.get("measures"):
        texts.append([Block("para", f"Biện pháp quản lý, hỗ trợ: {decision['measures']}")])
    fields = (
        ("Người, cơ quan chịu trách nhiệm", decision["responsible"]),
        ("Đại diện gia đình", decision.get("family_representative")),
        ("Phân công nhiệm vụ", decision.get("tasks")),
    )
    texts.append(
        [Block("para", "Phân công thực hiện:"), *(Block("field", text, label) for label, text in fields if text)]
    )
    ends = "các tổ chức, cá nhân được phân công và " + person
    texts.append(
        [Block("para", f"Quyết định này có hiệu lực kể từ ngày ký. {capital(ends)} chịu trách nhiệm thi hành.")]
    )
    return [
        Block("article", block.text, f"Điều {place}.") if not rank else block
        for place, blocks in enumerate(texts, 2)
        for rank, block in enumerate(blocks)
    ]


def _recipients(decision: Facts, unit: Facts) -> tuple[str, ...]:
    words = decision.get("recipients") or ("person_or_representative", "commune_police_head")
    return tuple(f"{RECIPIENTS[word].format(unit=called(unit))};" for word in words)


def _certificate(form: FormKey, facts: Facts, mark: str) -> Sheet:
    paper, decision, unit = facts["certificate"], facts["decision"], facts["unit"]
    person = facts["person"]
    return Sheet(
        form=form_named(form),
        mark=mark,
        over=COUNCIL,
        over_bold=True,
        issuer=upper(called(unit)),
        number=f"Số: {numbered(paper['number'])}",
        place_date=place_date(unit, paper["dated"]),
        kind="GIẤY XÁC NHẬN",
        subject="Chấp hành xong quyết định quản lý sau cai nghiện ma túy",
        authority=f"CHỦ TỊCH {COUNCIL} {upper(called(unit))}",
        addressee="",
        body=(
            *grounds(form.instrument),
            Block("act", "XÁC NHẬN:"),
            *person_fields(person),
            Block(
                "para",
                f"Đã chấp hành xong {decision_named(decision)} của Chủ tịch Ủy ban nhân dân"
                f" {called(decision['issuer'])} về việc quản lý sau cai nghiện ma túy.",
            ),
            Block("field", capital(period(decision["from"], decision["to"])), "Thời gian chấp hành"),
            Block("para", f"{capital(named(person))} được đưa ra khỏi danh sách quản lý sau cai nghiện ma túy."),
        ),
        recipients=(f"{capital(addressed(person))} có tên nêu trên;", f"Công an {called(unit)};", KEPT),
        signer_title=upper(paper["signer_title"]),
        signer=paper["signer_name"],
    )


def _transfer(form: FormKey, facts: Facts, mark: str) -> Sheet:
    paper, decision, person = facts["transfer"], facts["decision"], facts["person"]
    old, new = paper["from_unit"], paper["to_unit"]
    return Sheet(
        form=form_named(form),
        mark=mark,
        over=f"CÔNG AN {upper(called(facts['province']))}",
        over_bold=False,
        issuer=f"CÔNG AN {upper(called(old))}",
        number=f"Số: {numbered(paper['number'])}",
        place_date=place_date(old, paper["dated"]),
        kind="THÔNG BÁO",
        subject="Về việc người sau cai nghiện ma túy thay đổi nơi cư trú",
        authority="",
        addressee=f"Kính gửi: Công an {called(new)}",
        body=(
            Block("para", f"Công an {called(old)} thông báo người đang được quản lý sau cai nghiện ma túy:"),
            *person_fields(person),
            Block(
                "para",
                f"Được quản lý sau cai nghiện ma túy theo {decision_named(decision)} của Chủ tịch Ủy ban nhân dân"
                f" {called(decision['issuer'])}, thời hạn {period(decision['from'], decision['to'])}.",
            ),
            Block("field", capital(written_text(paper["left_on"])), "Rời nơi cư trú cũ"),
            Block("field", paper["new_address"], "Nơi cư trú mới"),
            Block(
                "para",
                f"Đề nghị Công an {called(new)} tiếp nhận để tiếp tục quản lý, hỗ trợ"
                f" {named(person)} trong thời hạn còn lại theo quy định.",
            ),
        ),
        recipients=("Như trên;", f"Chủ tịch Ủy ban nhân dân {called(old)};", KEPT),
        signer_title=upper(paper.get("signer_title") or f"Trưởng Công an {kind_of(old)}"),
        signer=paper["signer_name"],
    )


def _proposal(form: FormKey, facts: Facts, mark: str) -> Sheet:
    paper, case, person, unit = facts["proposal"], facts["case"], facts["person"], facts["unit"]
    law = DOCUMENTS[LAWS[form.instrument]].number
    return Sheet(
        form=form_named(form),
        mark=mark,
        over=f"CÔNG AN {upper(called(facts['province']))}",
        over_bold=False,
        issuer=f"CÔNG AN {upper(called(unit))}",
        number=f"Số: {numbered(paper['number'])}",
        place_date=place_date(unit, paper["proposed_on"]),
        kind="ĐỀ NGHỊ",
        subject="Xem xét quyết định quản lý sau cai nghiện ma túy",
        authority="",
        addressee=f"Kính gửi: Chủ tịch Ủy ban nhân dân {called(unit)}",
        body=(
            Block(
                "para",
                f"Căn cứ {TERM_ARTICLES[form.instrument]} Luật Phòng, chống ma túy số {law}, Công an {called(unit)}"
                f" đề nghị Chủ tịch Ủy ban nhân dân {kind_of(unit)} xem xét, quyết định quản lý sau cai nghiện ma túy"
                " đối với:",
            ),
            *person_fields(person),
            Block(
                "field", f"Hoàn thành {PATHWAYS[case['pathway']]} {written_text(case['completed_on'])}", "Lý do đề nghị"
            ),
            Block("field", capital(period(paper["from"], paper["to"])), "Thời gian quản lý đề nghị"),
            Block("field", paper["measures"], "Biện pháp quản lý, hỗ trợ đề nghị"),
        ),
        recipients=("Như trên;", KEPT),
        signer_title=upper(paper.get("signer_title") or f"Trưởng Công an {kind_of(unit)}"),
        signer=paper["proposed_by"],
    )


Maker = Callable[[FormKey, Facts, str], Sheet]
TASKS: dict[FormKey, Maker] = {
    FormKey("D116", "II", "50"): _proposal,
    FormKey("D116", "II", "51"): _decision,
    FormKey("D116", "II", "53"): _transfer,
    FormKey("D116", "II", "54"): _certificate,
    FormKey("D163", "V", "52"): _proposal,
    FormKey("D163", "V", "53"): _decision,
    FormKey("D163", "V", "54"): _transfer,
    FormKey("D163", "V", "56"): _certificate,
}

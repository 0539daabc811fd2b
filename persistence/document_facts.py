"""What the forms print of a case, in one statement; names are those of domain/document/forms.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNIT = "(select json_build_object('type', u.unit_type, 'name', u.name) from unit u where {which})"
HOME = """from residence r where r.person_id = p.id and (r.valid_to is null)
    order by array_position(array['permanent', 'temporary', 'current'], r.kind), r.valid_from desc limit 1"""
PERSON = f"""json_build_object(
  'full_name', p.full_name, 'aliases', p.aliases, 'gender', p.gender, 'born_on', p.born_on,
  'born_precision', p.born_precision, 'native_place', p.native_place, 'occupation', p.occupation,
  'residence', (select r.address {HOME}),
  'residence_units', (select json_agg(json_build_object('type', u.unit_type, 'name', u.name) order by u.no desc)
    from unit u where u.id = (select r.unit_id {HOME})
      or u.no = (select w.province_no from unit w where w.id = (select r.unit_id {HOME}))),
  'identifier', (select json_build_object('id', i.id, 'kind', i.kind, 'sealed', i.number_sealed,
      'issued_on', i.issued_on, 'issued_by', i.issued_by)
    from person_identifier i where i.person_id = p.id and i.status = 'active'
    order by array_position(array['personal_id', 'old_id_12', 'old_id_9', 'passport'], i.kind), i.recorded_at desc
    limit 1))"""
DECISION = f"""json_build_object(
  'number', d.number, 'symbol', d.symbol, 'decided_on', d.decided_on, 'signer_name', d.signer_name,
  'signer_title', d.signer_title, 'issuer', {UNIT.format(which="u.id = d.issuer_id")}, 'from', d.start_on,
  'to', d.end_on, 'months', d.months, 'stated', d.stated_to is not null, 'measures', d.measures,
  'responsible', d.responsible, 'family_representative', d.family_representative, 'tasks', d.tasks,
  'recipients', d.recipients, 'place', hu.name, 'content', d.content)"""
PROPOSAL = """(select json_build_object('number', o.number, 'proposed_on', o.proposed_on,
    'proposed_by', o.proposed_by, 'measures', o.measures, 'from', o.from_on, 'to', o.to_on)
  from case_proposal o where o.case_id = t.id and o.answer is null order by o.recorded_at desc limit 1)"""
OLD = "case h.kind when 'give' then h.asking_unit_id else h.asked_unit_id end"
NEW = "case h.kind when 'give' then h.asked_unit_id else h.asking_unit_id end"
LEFT_ON = "coalesce(h.left_on, (h.left_at at time zone 'Asia/Ho_Chi_Minh')::date)"
ADDRESS = (
    "(select r.address from residence r where r.person_id = h.person_id and r.valid_to is null"
    f" and r.unit_id = {NEW} order by r.valid_from desc limit 1)"
)
TRANSFER = (
    f"select json_build_object('from_unit', {UNIT.format(which=f'u.id = {OLD}')},"
    f" 'to_unit', {UNIT.format(which=f'u.id = {NEW}')}, 'left_on', {LEFT_ON}, 'new_address', {ADDRESS})::text"
    f" from handover h join unit o on o.id = {OLD} where h.person_id = $1 and o.no between $2 and $3"
    " and h.state not in ('declined', 'withdrawn', 'expired') order by h.told_at desc limit 1"
)
"""The move of a person out of a unit of the caller's: the row itself stands on the other side of the border."""
FACTS = (
    "select t.id, d.id, t.person_id, t.unit_no, d.content_hash, json_build_object("
    f"'person', {PERSON}, 'decision', {DECISION}, 'proposal', {PROPOSAL},"
    " 'unit', json_build_object('type', hu.unit_type, 'name', hu.name),"
    f" 'province', {UNIT.format(which='u.no = t.province_no')},"
    " 'case', json_build_object('pathway', t.pathway, 'completed_on', t.completed_on),"
    " 'certificate', json_build_object('number', t.certificate_number, 'dated', t.certificate_on,"
    " 'signer_name', t.certificate_signer))::text as facts"
    " from management_case t join person p on p.id = t.person_id join unit hu on hu.no = t.unit_no"
    " left join lateral (select m.* from management_decision m where m.case_id = t.id and m.state <> 'withdrawn'"
    "   and (m.id = $1 or t.id = $1) order by m.id = $1 desc, m.id = t.decision_id desc nulls last,"
    "   m.recorded_at desc limit 1) d on true"
    " where t.id = coalesce((select m.case_id from management_decision m where m.id = $1), $1) and {wall}"
)
OF_CONTENT = (
    "number",
    "symbol",
    "decided_on",
    "from",
    "to",
    "months",
    "measures",
    "responsible",
    "family_representative",
    "tasks",
    "place",
)
"""What a signed decision says of itself, under the names of its content."""


def facts_from(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row's facts, with the words that were signed where the decision is signed, and who acts by law."""
    facts = dict(row)
    decision = dict(facts["decision"])
    content = decision.pop("content")
    if content:
        decision |= {name: content[name] for name in OF_CONTENT if name in content}
        decision |= {"signer_name": content["signer"]["name"], "signer_title": content["signer"]["title"]}
        facts["person"] = dict(facts["person"]) | _signed_of(content["person"])
    if decision.pop("stated"):
        decision["months"] = None  # the dates typed on the paper hold; months by rule may say otherwise
    decision["recipients"] = [told["recipient"] for told in decision["recipients"] or ()]
    facts["decision"] = decision
    facts["certificate"] = dict(facts["certificate"]) | {"signer_title": "Chủ tịch"}
    return facts


def _signed_of(person: Mapping[str, Any]) -> dict[str, Any]:
    return {name: person[name] for name in ("full_name", "born_on", "gender", "occupation") if person.get(name)}

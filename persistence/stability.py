"""Whether a support model is stable and effective, as SQL: five conditions by rules of the book, each with its reason.

The definition is written in docs/models.md. `{t}` is the model, `{today}` the local day of the request.
"""

from __future__ import annotations

from domain.model_member.noun import HEADS

HEAD = "(" + ", ".join(f"'{role.value}'" for role in HEADS) + ")"
ON_BOARD = (
    "select m.role in "
    + HEAD
    + " as head from model_member m where m.support_model_id = {t}.id and m.voided_at is null"
    " and m.valid_from <= {today} and coalesce(m.valid_to >= {today}, true)"
    " union all select p ->> 'role' in " + HEAD + " from volunteer v"
    " cross join lateral jsonb_array_elements(v.periods) p"
    " where v.support_model_id = {t}.id and v.voided_at is null and (p ->> 'since')::date <= {today}"
    " and coalesce((p ->> 'until')::date >= {today}, true)"
)
"""Seats held today: of the board, or of the team of volunteers."""
LATEST = (
    "select v.rating, v.reviewed_on from model_review v where v.support_model_id = {t}.id and v.voided_at is null"
    " order by v.reviewed_on desc, v.recorded_at desc limit 1"
)


def ruled(code: str, more: str = "") -> str:
    """The number of a rule in force today; null where the book is silent."""
    return (
        f"(select (r.value ->> 'n')::int from law_rule r where r.rule = '{code}'{more}"
        " and coalesce(r.valid_from <= {today}, true) and coalesce(r.valid_to >= {today}, true) limit 1)"
    )


AGE, MONTHS, REVIEWED = ruled("model.age"), ruled("model.activity"), ruled("model.review")
LEAST = ruled("model.board", " and r.scope ->> 'kind' = {t}.kind")
NEEDED = "case {t}.meeting_rhythm when 'weekly' then 4 when 'twice_a_month' then 2 else 1 end"
"""How often a model is to be active in a month: as it meets itself; whoever meets more rarely counsels in between."""
REASONS = f"""(
  select jsonb_build_array(
    jsonb_build_object('condition', 'active', 'met', {{t}}.state = 'active', 'state', {{t}}.state),
    jsonb_build_object('condition', 'age',
      'met', coalesce({{t}}.founded_on <= {{today}} - make_interval(months => a.age), false),
      'founded_on', {{t}}.founded_on, 'months', a.age),
    jsonb_build_object('condition', 'board', 'met', coalesce(b.head, false) and b.seats >= coalesce(a.least, 1),
      'head', coalesce(b.head, false), 'seats', b.seats, 'least', a.least),
    jsonb_build_object('condition', 'activity', 'met', coalesce(w.steady, false), 'needed', {NEEDED},
      'months', coalesce(w.months, '[]')),
    jsonb_build_object('condition', 'review',
      'met', coalesce(v.rating <> 'weak' and v.reviewed_on >= {{today}} - make_interval(months => a.reviewed), false),
      'rating', v.rating, 'reviewed_on', v.reviewed_on, 'months', a.reviewed)) as conditions
  from (select {AGE} as age, {LEAST} as least, {MONTHS} as months, {REVIEWED} as reviewed) a
  cross join (select count(*) as seats, bool_or(s.head) as head from ({ON_BOARD}) s) b
  cross join lateral (
    select bool_and(x.meetings + x.contacts >= {NEEDED}) as steady,
           jsonb_agg(jsonb_build_object('month', to_char(x.month, 'YYYY-MM'), 'meetings', x.meetings,
                                        'contacts', x.contacts) order by x.month) as months
    from model_activity({{t}}.id, {{today}}, a.months) x) w
  left join ({LATEST}) v on true)"""
"""Every condition with what it was judged by: `[{{condition, met, …}}]`."""
ALL_MET = "(select bool_and((c ->> 'met')::bool) from jsonb_array_elements({stability}) c)"
"""By conditions that were worked out once."""
STABLE = ALL_MET.replace("{stability}", REASONS)

"""Every row of the rule book, pinned: what it answers on its first and last day, and that it is silent outside them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.law.rows import RULES, shipped_book
from domain.law.rule import Rule
from domain.law.rule_book import RuleBook

# id, version, first day, last day (inclusive, .. is open), value, mark, basis, scope
PINNED = [
    ("term.voluntary_community", 1, "2022-01-01", "2026-06-30", "12 months", "C", "Art. 40(1) Drug Prevention Law 73/2021/QH14", {}),
    ("term.voluntary_community", 2, "2026-07-01", "..", "12 months", "C", "Art. 42(1) Drug Prevention Law 120/2025/QH15", {}),
    ("term.voluntary_facility_public", 1, "2022-01-01", "2026-06-30", "12 months", "C", "Art. 40(1) Drug Prevention Law 73/2021/QH14", {}),
    ("term.voluntary_facility_public", 2, "2026-07-01", "..", "12 months", "C", "Art. 42(1) Drug Prevention Law 120/2025/QH15", {}),
    ("term.voluntary_facility_private", 1, "2022-01-01", "2026-06-30", "12 months", "C", "Art. 40(1) Drug Prevention Law 73/2021/QH14", {}),
    ("term.voluntary_facility_private", 2, "2026-07-01", "..", "12 months", "C", "Art. 42(1) Drug Prevention Law 120/2025/QH15", {}),
    ("term.substitution_treatment", 1, "2022-01-01", "2026-06-30", "12 months", "C", "Art. 40(1) Drug Prevention Law 73/2021/QH14", {}),
    ("term.substitution_treatment", 2, "2026-07-01", "..", "12 months", "C", "Art. 42(1) Drug Prevention Law 120/2025/QH15", {}),
    ("term.compulsory_minor", 1, "2022-01-01", "2026-06-30", "12 months", "C", "Art. 40(1) Drug Prevention Law 73/2021/QH14", {}),
    ("term.compulsory_minor", 2, "2026-07-01", "..", "12 months", "C", "Art. 42(1) Drug Prevention Law 120/2025/QH15", {}),
    ("term.compulsory_adult", 1, "2022-01-01", "2026-06-30", "24 months", "C", "Art. 40(2) Drug Prevention Law 73/2021/QH14", {}),
    ("term.compulsory_adult", 2, "2026-07-01", "..", "24 months", "C", "Art. 42(2) Drug Prevention Law 120/2025/QH15", {}),
    ("completion.paper", 1, "2022-01-01", "2026-06-30", "26a", "C", "Art. 32(3) Decree 116/2021/NĐ-CP", {"pathway": "voluntary_community"}),
    ("completion.paper", 2, "2026-07-01", "..", "28", "C", "Art. 93(4) Decree 163/2026/NĐ-CP", {"pathway": "voluntary_community"}),
    ("completion.paper", 3, "2022-01-01", "2026-06-30", "26b", "C", "Art. 38(2) Decree 116/2021/NĐ-CP", {"pathway": "voluntary_facility_public"}),
    ("completion.paper", 4, "2026-07-01", "..", "30", "C", "Art. 97(2) Decree 163/2026/NĐ-CP", {"pathway": "voluntary_facility_public"}),
    ("completion.paper", 5, "2022-01-01", "2026-06-30", "26b", "C", "Art. 38(2) Decree 116/2021/NĐ-CP", {"pathway": "voluntary_facility_private"}),
    ("completion.paper", 6, "2026-07-01", "..", "30", "C", "Art. 94(3) Decree 163/2026/NĐ-CP", {"pathway": "voluntary_facility_private"}),
    ("completion.paper", 7, "2022-01-01", "2026-06-30", "46", "C", "Art. 62(2) Decree 116/2021/NĐ-CP", {"pathway": "compulsory_minor"}),
    ("completion.paper", 8, "2026-07-01", "..", "50", "C", "Art. 123(2) Decree 163/2026/NĐ-CP", {"pathway": "compulsory_minor"}),
    ("completion.paper", 9, "2022-01-01", "2026-06-30", "46", "C", "Art. 62(2) Decree 116/2021/NĐ-CP", {"pathway": "compulsory_adult"}),
    ("completion.paper", 10, "2026-07-01", "..", "50", "C", "Art. 123(2) Decree 163/2026/NĐ-CP", {"pathway": "compulsory_adult"}),
    ("term.legacy_compulsory", 1, "2009-01-01", "2021-12-31", "12–24 months", "C", "Art. 33 Law amending the Drug Prevention Law 16/2008/QH12, Decree 94/2009/NĐ-CP", {}),
    ("term.legacy_voluntary", 1, "..", "2021-12-31", "none", "L", "Art. 33 Law amending the Drug Prevention Law 16/2008/QH12, Decree 94/2009/NĐ-CP", {}),
    ("term.turned_adult", 1, "2022-01-01", "..", "keeps_minor_term", "L", "Art. 33, 40(2) Drug Prevention Law 73/2021/QH14, Art. 36, 42(2) Drug Prevention Law 120/2025/QH15", {}),
    ("term.end_on_day_off", 1, "..", "..", "stays", "U", "Art. 148(5) Civil Code 91/2015/QH13", {}),
    ("term.social_protection_time", 1, "2026-07-01", "..", "counts", "C", "Art. 124(4) Decree 163/2026/NĐ-CP", {}),
    ("transition.under_management_2022", 1, "2022-01-01", "..", "former_law_to_the_end", "C", "Art. 55(1)(b) Drug Prevention Law 73/2021/QH14", {}),
    ("transition.under_management_2026", 1, "2026-07-01", "..", "keep_dates_new_procedure", "L", "Art. 151(1) Decree 163/2026/NĐ-CP, Art. 56 Drug Prevention Law 120/2025/QH15", {}),
    ("notice.lead.compulsory", 1, "2022-01-01", "2026-06-30", "at least 15 days before", "C", "Art. 62(1) Decree 116/2021/NĐ-CP", {}),
    ("notice.lead.all_rehab", 1, "2026-07-01", "..", "at least 30 days before", "C", "Art. 93(2), 94(2), 97(1), 123(1) Decree 163/2026/NĐ-CP", {}),
    ("notice.lead.substitution", 1, "2022-01-01", "..", "none_stated", "C", "Art. 134(1) Decree 163/2026/NĐ-CP", {}),
    ("self_report.after_return", 1, "2022-01-01", "2026-06-30", "at most 5 working days", "C", "Art. 62(5) Decree 116/2021/NĐ-CP", {}),
    ("self_report.private_centre", 1, "2026-07-01", "..", "at most 2 days", "C", "Art. 33(3)(b) Drug Prevention Law 120/2025/QH15", {}),
    ("dossier.deadline", 1, "2022-01-01", "2026-06-30", "at most 3 working days", "C", "Art. 77(1) Decree 116/2021/NĐ-CP", {}),
    ("form.decree", 1, "2022-01-01", "2026-06-30", "D116", "C", "Decree 116/2021/NĐ-CP", {}),
    ("form.decree", 2, "2026-07-01", "..", "D163", "C", "Decree 163/2026/NĐ-CP", {}),
    ("proposal.deadline", 1, "2026-07-01", "..", "at most 2 working days", "C", "Art. 134(1) Decree 163/2026/NĐ-CP", {}),
    ("proposal.deadline", 2, "2026-07-01", "..", "at most 2 working days", "U", "House default (the law is silent)", {"pathway": "substitution_treatment"}),
    ("decision.deadline", 1, "2022-01-01", "2026-06-30", "at most 2 working days", "C", "Art. 78(1) Decree 116/2021/NĐ-CP", {}),
    ("decision.warning", 1, "2026-07-01", "..", "at most 2 working days", "U", "House default (the law is silent)", {}),
    ("decision.latest", 1, "2026-07-01", "..", "at least 24 hours before", "L", "Art. 134, 123(2)(b) Decree 163/2026/NĐ-CP", {}),
    ("decision.alarm", 1, "2026-07-01", "..", "at least 48 hours before", "U", "House default (the law is silent)", {}),
    ("reconciliation.grace", 1, "..", "..", "at most 14 days", "U", "House default (the law is silent)", {}),
    ("decision.handover", 1, "2026-07-01", "..", "within the 24 hours before", "C", "Art. 93(4), 94(3), 97(2), 123(2) Decree 163/2026/NĐ-CP", {}),
    ("decision.recipients", 1, "2022-01-01", "2026-06-30", "person_or_representative commune_police_head labour_officer", "C", "Art. 78(3) Decree 116/2021/NĐ-CP", {}),
    ("decision.recipients", 2, "2026-07-01", "..", "person_or_representative rehab_centre assigned_supporters commune_police_head", "C", "Art. 134(3) Decree 163/2026/NĐ-CP", {}),
    ("completion_copy.private", 1, "2026-07-01", "..", "at most 24 hours", "C", "Art. 33(3)(a) Drug Prevention Law 120/2025/QH15", {}),
    ("move.notice", 1, "2022-01-01", "2026-06-30", "at most 5 working days", "C", "Art. 43(2) Drug Prevention Law 73/2021/QH14, Art. 79(1)(c) Decree 116/2021/NĐ-CP", {}),
    ("move.notice", 2, "2026-07-01", "..", "at most 24 hours", "C", "Art. 48(2) Drug Prevention Law 120/2025/QH15, Art. 136(1)(b) Decree 163/2026/NĐ-CP", {}),
    ("move.new_assignment", 1, "2026-07-01", "..", "required", "C", "Art. 136(1)(b) Decree 163/2026/NĐ-CP", {}),
    ("absence.unreported.counts", 1, "2022-01-01", "2026-06-30", "does_not_count", "C", "Art. 79(1)(b) Decree 116/2021/NĐ-CP", {}),
    ("absence.unreported.counts", 2, "2026-07-01", "..", "does_not_count", "C", "Art. 136(1)(a) Decree 163/2026/NĐ-CP", {}),
    ("absence.quota.each", 1, "2009-12-15", "2021-12-31", "at most 30 days", "L", "Art. 13 Decree 94/2009/NĐ-CP", {}),
    ("absence.quota.total", 1, "2009-12-15", "2021-12-31", "one_third_of_term", "L", "Art. 13 Decree 94/2009/NĐ-CP", {}),
    ("prison.effect", 1, "2022-01-01", "2026-06-30", "removed", "C", "Art. 43(3)(b) Drug Prevention Law 73/2021/QH14", {}),
    ("prison.effect", 2, "2026-07-01", "..", "interrupted", "C", "Art. 47(1), 48(4)(b) Drug Prevention Law 120/2025/QH15", {}),
    ("interruption.reading", 1, "2026-07-01", "..", "officer_chooses", "U", "Art. 47(1), 24(7) Drug Prevention Law 120/2025/QH15", {}),
    ("relapse.next_measure.adult", 1, "2022-01-01", "2026-06-30", "compulsory", "C", "Art. 32(4) Drug Prevention Law 73/2021/QH14", {}),
    ("relapse.next_measure.adult", 2, "2026-07-01", "..", "compulsory", "C", "Art. 35(1)(d) Drug Prevention Law 120/2025/QH15", {}),
    ("relapse.next_measure.minor", 1, "2022-01-01", "2026-06-30", "not_a_ground", "C", "Art. 33(1) Drug Prevention Law 73/2021/QH14", {}),
    ("relapse.next_measure.minor", 2, "2026-07-01", "..", "compulsory", "C", "Art. 36(1)(d) Drug Prevention Law 120/2025/QH15", {}),
    ("end.certificate", 1, "2022-01-01", "2026-06-30", "on the day itself", "C", "Art. 81 Decree 116/2021/NĐ-CP", {}),
    ("end.certificate", 2, "2026-07-01", "..", "within the 3 working days before", "C", "Art. 138 Decree 163/2026/NĐ-CP", {}),
    ("removal.decision", 1, "2026-07-01", "..", "required", "C", "Art. 135(6) Decree 163/2026/NĐ-CP, Art. 48 Drug Prevention Law 120/2025/QH15", {}),
    ("removal.reason.term_served", 1, "2009-01-01", "..", "completed", "C", "Decree 94/2009/NĐ-CP, Art. 43(3)(a) Drug Prevention Law 73/2021/QH14, Art. 48(4)(a) Drug Prevention Law 120/2025/QH15", {}),
    ("removal.reason.imprisonment", 1, "2009-01-01", "2021-12-31", "removed", "L", "Decree 94/2009/NĐ-CP", {}),
    ("removal.reason.imprisonment", 2, "2022-01-01", "..", "prison.effect", "C", "Art. 43(3)(b) Drug Prevention Law 73/2021/QH14, Art. 48(4)(b) Drug Prevention Law 120/2025/QH15", {}),
    ("removal.reason.compulsory_education_facility", 1, "2026-07-01", "..", "interrupted", "L", "Art. 48(4)(b) Drug Prevention Law 120/2025/QH15", {}),
    ("removal.reason.reformatory", 1, "2026-07-01", "..", "interrupted", "L", "Art. 48(4)(b) Drug Prevention Law 120/2025/QH15", {}),
    ("removal.reason.addiction_determined", 1, "2026-07-01", "..", "removed", "C", "Art. 48(4)(b) Drug Prevention Law 120/2025/QH15", {}),
    ("removal.reason.compulsory_order", 1, "2022-01-01", "2026-06-30", "removed", "L", "Art. 32(4) Drug Prevention Law 73/2021/QH14", {}),
    ("removal.reason.moved_residence", 1, "2009-01-01", "..", "list_only", "C", "Art. 43(3)(c) Drug Prevention Law 73/2021/QH14, Art. 48(4)(c) Drug Prevention Law 120/2025/QH15", {}),
    ("removal.reason.deceased", 1, "2009-01-01", "..", "removed", "C", "Art. 43(3)(d) Drug Prevention Law 73/2021/QH14, Art. 48(4)(d) Drug Prevention Law 120/2025/QH15", {}),
    ("removal.reason.court_declared_missing", 1, "2009-01-01", "..", "removed", "C", "Art. 43(3)(d) Drug Prevention Law 73/2021/QH14, Art. 48(4)(d) Drug Prevention Law 120/2025/QH15", {}),
    ("removal.reason.reduced", 1, "2009-01-01", "2021-12-31", "completed", "C", "Decree 94/2009/NĐ-CP", {}),
    ("removal.reason.exempted", 1, "2009-01-01", "2021-12-31", "removed", "C", "Decree 94/2009/NĐ-CP", {}),
    ("assessment.after_end", 1, "2011-06-01", "..", "12 months", "L", "Circular 05/2011/TT-BLĐTBXH", {}),
    ("rehab.length", 1, "2022-01-01", "2026-06-30", "6–12 months", "C", "Art. 30(2), 31(1) Drug Prevention Law 73/2021/QH14", {"measure": "voluntary"}),
    ("rehab.length", 2, "2022-01-01", "2026-06-30", "6–12 months", "C", "Art. 33(3) Drug Prevention Law 73/2021/QH14", {"measure": "compulsory_minor"}),
    ("rehab.length", 3, "2022-01-01", "2026-06-30", "12–24 months", "L", "Art. 95 Law on handling administrative violations 15/2012/QH13", {"measure": "compulsory_adult"}),
    ("rehab.length", 4, "2026-07-01", "..", "24 months", "C", "Art. 29(1) Drug Prevention Law 120/2025/QH15", {"turn": "first"}),
    ("rehab.length", 5, "2026-07-01", "..", "36 months", "C", "Art. 29(1) Drug Prevention Law 120/2025/QH15", {"turn": "later"}),
    ("pay.counsellor.cap", 1, "2022-01-01", "2026-06-30", "at most 0.6 (factor)", "C", "Art. 34(4)(a) Decree 116/2021/NĐ-CP, Art. 8(3) Circular 62/2022/TT-BTC", {}),
    ("pay.counsellor.cap", 2, "2026-07-01", "..", "at most 0.6 (factor)", "C", "Art. 130(4) Decree 163/2026/NĐ-CP", {}),
    ("base_salary", 1, "2019-07-01", "2023-06-30", "1,490,000 VND", "L", "Source not yet checked", {}),
    ("base_salary", 2, "2023-07-01", "2024-06-30", "1,800,000 VND", "L", "Source not yet checked", {}),
    ("base_salary", 3, "2024-07-01", "2026-06-30", "2,340,000 VND", "C", "Source not yet checked", {}),
    ("base_salary", 4, "2026-07-01", "..", "2,530,000 VND", "C", "Decree 161/2026/NĐ-CP", {}),
    ("loan.q08.person_cap", 1, "2026-05-01", "..", "at most 200,000,000 VND", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.enterprise_cap", 1, "2026-05-01", "..", "at most 2,000,000,000 VND", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.max_months", 1, "2026-05-01", "..", "at most 120 months", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.decision_age", 1, "2026-05-01", "..", "at most 120 months", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.staff_share", 1, "2026-05-01", "..", "at least 0.1 (factor)", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q29.person_cap", 1, "2014-06-15", "2026-04-30", "at most 20,000,000 VND", "U", "Decision 29/2014/QĐ-TTg", {}),
    ("loan.q29.household_cap", 1, "2014-06-15", "2026-04-30", "at most 30,000,000 VND", "U", "Decision 29/2014/QĐ-TTg", {}),
    ("loan.q29.max_months", 1, "2014-06-15", "2026-04-30", "at most 60 months", "U", "Decision 29/2014/QĐ-TTg", {}),
    ("loan.job.worker_cap", 1, "2019-11-08", "2025-12-31", "at most 100,000,000 VND", "C", "Decree 74/2019/NĐ-CP", {}),
    ("loan.job.worker_cap", 2, "2026-01-01", "..", "at most 200,000,000 VND", "C", "Decree 338/2025/NĐ-CP", {}),
    ("loan.job.max_months", 1, "2019-11-08", "2025-12-31", "at most 120 months", "C", "Decree 74/2019/NĐ-CP", {}),
    ("loan.job.max_months", 2, "2026-01-01", "..", "at most 120 months", "C", "Decree 338/2025/NĐ-CP", {}),
    ("training.funding", 1, "2016-01-01", "..", "short_course", "L", "Decision 46/2015/QĐ-TTg, Circular 152/2016/TT-BTC", {"source": "state_short_course"}),
    ("training.funding", 2, "2022-11-19", "..", "without_trade_or_unsuitable", "C", "Art. 9 Circular 62/2022/TT-BTC", {"source": "rehab_budget"}),
    ("training.length", 1, "2016-01-01", "..", "at most 3 months", "L", "Decision 46/2015/QĐ-TTg", {"source": "state_short_course"}),
    ("training.amount", 1, "2016-12-01", "..", "at most 2,000,000 VND", "U", "Circular 152/2016/TT-BTC", {"source": "state_short_course"}),
    ("training.age", 1, "2016-12-01", "..", "180–660 months", "L", "Circular 152/2016/TT-BTC", {"gender": "female"}),
    ("training.age", 2, "2016-12-01", "..", "180–720 months", "L", "Circular 152/2016/TT-BTC", {"gender": "male"}),
    ("need.idle", 1, "..", "..", "at most 30 days", "U", "House default (the law is silent)", {}),
    ("work.check", 1, "..", "..", "3 months", "U", "House default (the law is silent)", {"turn": "first"}),
    ("work.check", 2, "..", "..", "6 months", "U", "House default (the law is silent)", {"turn": "second"}),
    ("work.check", 3, "..", "..", "12 months", "U", "House default (the law is silent)", {"turn": "third"}),
    ("loan.programme.q08", 1, "2026-05-01", "..", "post_rehab", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.programme.q29", 1, "2014-06-15", "2026-04-30", "post_rehab", "U", "Decision 29/2014/QĐ-TTg", {}),
    ("loan.programme.job", 1, "2015-09-01", "2025-12-31", "worker", "C", "Decree 61/2015/NĐ-CP, Decree 74/2019/NĐ-CP", {}),
    ("loan.programme.job", 2, "2026-01-01", "..", "worker", "C", "Decree 338/2025/NĐ-CP", {}),
    ("loan.q08.household_cap", 1, "2026-05-01", "..", "at most 200,000,000 VND", "U", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.age", 1, "2026-05-01", "..", "at least 144 months", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.purposes", 1, "2026-05-01", "..", "vocational_training production business job_creation", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.list", 1, "2026-05-01", "..", "required", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.law_abiding", 1, "2026-05-01", "..", "required", "L", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.training_outstanding", 1, "2026-05-01", "..", "none_for_the_same_purpose", "L", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.training_certificate", 1, "2026-05-01", "..", "required", "L", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.rate", 1, "2026-05-01", "..", "poor_household_rate", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q08.overdue_rate", 1, "2026-05-01", "..", "1.3 (factor)", "C", "Decision 08/2026/QĐ-TTg", {}),
    ("loan.q29.rate", 1, "2014-06-15", "2026-04-30", "poor_household_rate", "U", "Decision 29/2014/QĐ-TTg", {}),
    ("loan.q29.max_months", 2, "2014-06-15", "2016-12-31", "at most 36 months", "C", "Decision 29/2014/QĐ-TTg", {"phase": "pilot"}),
    ("loan.job.enterprise_cap", 1, "2019-11-08", "2025-12-31", "at most 2,000,000,000 VND", "C", "Decree 74/2019/NĐ-CP", {}),
    ("loan.job.enterprise_cap", 2, "2026-01-01", "..", "at most 10,000,000,000 VND", "C", "Decree 338/2025/NĐ-CP", {}),
    ("loan.job.per_job_cap", 1, "2019-11-08", "2025-12-31", "at most 100,000,000 VND", "C", "Decree 74/2019/NĐ-CP", {}),
    ("loan.job.per_job_cap", 2, "2026-01-01", "..", "at most 200,000,000 VND", "C", "Decree 338/2025/NĐ-CP", {}),
    ("loan.job.age", 1, "2026-01-01", "..", "at least 180 months", "C", "Decree 338/2025/NĐ-CP", {}),
    ("loan.job.rate", 1, "2019-11-08", "2025-12-31", "near_poor_household_rate", "C", "Decree 74/2019/NĐ-CP", {}),
    ("loan.job.rate", 2, "2026-01-01", "..", "1.27 (factor)", "C", "Decree 338/2025/NĐ-CP", {}),
    ("loan.job.overdue_rate", 1, "2019-11-08", "2025-12-31", "1.3 (factor)", "C", "Decree 74/2019/NĐ-CP", {}),
    ("loan.job.collateral", 1, "2019-11-08", "2025-12-31", "at least 100,000,000 VND", "C", "Decree 74/2019/NĐ-CP", {}),
    ("report.closing", 1, "2019-03-01", "..", "day_15_to_day_14", "L", "Decree 09/2019/NĐ-CP", {}),
    ("report.closing.stat", 1, "2011-06-01", "..", "first_to_last_day", "L", "Circular 05/2011/TT-BLĐTBXH", {}),
    ("report.due.commune", 1, "2011-06-01", "..", "at most 3 (day of the month)", "L", "Circular 05/2011/TT-BLĐTBXH", {}),
    ("report.due.district", 1, "2011-06-01", "2025-06-30", "at most 7 (day of the month)", "L", "Circular 05/2011/TT-BLĐTBXH", {}),
    ("report.due.province", 1, "2011-06-01", "..", "at most 15 (day of the month)", "L", "Circular 05/2011/TT-BLĐTBXH", {}),
    ("breach.notice", 1, "2026-01-01", "..", "at most 72 hours", "C", "Art. 23(1) Personal Data Protection Law 91/2025/QH15", {}),
    ("dsr.acknowledge", 1, "2026-01-01", "..", "at most 2 working days", "L", "Art. 5 Decree 356/2025/NĐ-CP", {}),
    ("dsr.view", 1, "2026-01-01", "..", "at most 10 days", "L", "Art. 5 Decree 356/2025/NĐ-CP", {}),
    ("dsr.object", 1, "2026-01-01", "..", "at most 15 days", "L", "Art. 5 Decree 356/2025/NĐ-CP", {}),
    ("dsr.delete", 1, "2026-01-01", "..", "at most 20 days", "L", "Art. 5 Decree 356/2025/NĐ-CP", {}),
    ("org.level.district", 1, "..", "2025-06-30", "exists", "C", "Law on local government 72/2025/QH15", {}),
    ("model.age", 1, "1996-01-01", "..", "at least 6 months", "U", "House default (the law is silent)", {}),
    ("model.activity", 1, "1996-01-01", "..", "at least 3 months", "U", "House default (the law is silent)", {}),
    ("model.review", 1, "1996-01-01", "..", "at most 12 months", "U", "House default (the law is silent)", {}),
    ("model.board", 1, "1996-01-01", "..", "at least 5 persons", "U", "House default (the law is silent)", {"kind": "club"}),
    ("model.board", 2, "1996-01-01", "..", "at least 2 persons", "U", "House default (the law is silent)", {"kind": "counselling_point"}),
    ("model.board", 3, "1996-01-01", "..", "at least 3 persons", "U", "House default (the law is silent)", {"kind": "volunteer_team"}),
    ("pay.volunteer", 1, "2019-01-01", "2025-06-30", "0.6 (factor)", "L", "Resolution 34/2018/NQ-HĐND (An Giang)", {"province": "89", "role": "captain"}),
    ("pay.volunteer", 2, "2019-01-01", "2025-06-30", "0.5 (factor)", "L", "Resolution 34/2018/NQ-HĐND (An Giang)", {"province": "89", "role": "deputy"}),
    ("pay.volunteer", 3, "2019-01-01", "2025-06-30", "0.4 (factor)", "L", "Resolution 34/2018/NQ-HĐND (An Giang)", {"province": "89", "role": "member"}),
    ("club.evaluation", 1, "1996-01-01", "..", "at most 5 (day of the month)", "U", "House default (the law is silent)", {}),
    ("referral.due", 1, "..", "..", "at most 14 days", "U", "House default (the law is silent)", {"state": "draft"}),
    ("referral.due", 2, "..", "..", "at most 14 days", "U", "House default (the law is silent)", {"state": "sent"}),
    ("referral.due", 3, "..", "..", "at most 14 days", "U", "House default (the law is silent)", {"state": "received"}),
    ("referral.expiry", 1, "..", "..", "at most 60 days", "U", "House default (the law is silent)", {"state": "sent"}),
    ("referral.expiry", 2, "..", "..", "at most 60 days", "U", "House default (the law is silent)", {"state": "received"}),
    ("referral.expiry", 3, "..", "..", "at most 90 days", "U", "House default (the law is silent)", {"state": "accepted"}),
    ("referral.expiry", 4, "..", "..", "at most 60 days", "U", "House default (the law is silent)", {"state": "no_show"}),
    ("referral.follow_up", 1, "..", "..", "14 days", "U", "House default (the law is silent)", {"turn": "1"}),
    ("referral.follow_up", 2, "..", "..", "45 days", "U", "House default (the law is silent)", {"turn": "2"}),
    ("referral.follow_up", 3, "..", "..", "90 days", "U", "House default (the law is silent)", {"turn": "3"}),
    ("referral.follow_up", 4, "..", "..", "90 days", "U", "House default (the law is silent)", {"turn": "later"}),
]  # fmt: skip
IDS = [f"{row[0]}@{row[1]}" for row in PINNED]
ONE_DAY = timedelta(days=1)


def days_of(first: str, last: str) -> list[date]:
    """The first and last day of a row; for an open side a day far inside it."""
    return [
        date(2000, 1, 1) if first == ".." else date.fromisoformat(first),
        date(2040, 1, 1) if last == ".." else date.fromisoformat(last),
    ]


def answer(rule: Rule | None) -> str:
    if rule is None:
        return "silent"
    return f"{rule.ref} {rule.value.text().en} | {rule.confidence} | {rule.basis_text().en}"


def answers(book: RuleBook) -> list[str]:
    """What a book answers to every pinned question."""
    return [answer(book.find(row[0], day, **row[7])) for row in PINNED for day in days_of(row[2], row[3])]


@pytest.mark.parametrize("row", PINNED, ids=IDS)
def test_a_rule_answers_on_its_first_and_last_day(row, book: RuleBook) -> None:
    name, version, first, last, value, mark, basis, scope = row
    for day in days_of(first, last):
        assert answer(book.rule(name, day, **scope)) == f"{name}@{version} {value} | {mark} | {basis}"


@pytest.mark.parametrize("row", PINNED, ids=IDS)
def test_a_rule_is_silent_the_day_before_its_first_and_the_day_after_its_last(row, book: RuleBook) -> None:
    name, version, first, last, _, _, _, scope = row
    outside = [] if first == ".." else [date.fromisoformat(first) - ONE_DAY]
    outside += [] if last == ".." else [date.fromisoformat(last) + ONE_DAY]
    found = [book.find(name, day, **scope) for day in outside]
    assert all(other is None or other.version != version for other in found)


def test_every_row_is_pinned_once() -> None:
    assert sorted(IDS) == sorted(str(rule.ref) for rule in RULES)


@pytest.mark.parametrize("gone", RULES, ids=[str(rule.ref) for rule in RULES])
def test_taking_any_row_away_changes_an_answer(gone: Rule) -> None:
    poorer = RuleBook(rule for rule in RULES if rule is not gone)
    assert answers(poorer) != answers(shipped_book())


def test_no_row_of_electronic_monitoring_or_tests_is_in_this_register(book: RuleBook) -> None:
    assert not [rule.id for rule in book if rule.id.startswith(("emonitor", "positive_test"))]


def test_every_row_has_a_title_in_both_languages_and_names_its_event(book: RuleBook) -> None:
    assert all(rule.title.vi and rule.title.en and rule.selector for rule in book)


def test_every_row_that_is_not_certain_says_why_or_cites_a_source(book: RuleBook) -> None:
    assert all(rule.note for rule in book if rule.confidence == "U")
    assert all(rule.legal_basis for rule in book)

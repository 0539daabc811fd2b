"""Why a date is what it is: the chain from fact to rule to calendar, as data and as a sentence in two languages."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from domain.law.documents import AUTHORITIES
from domain.law.rule import Rule
from domain.law.wording import Bilingual, Language, day_text, listed
from domain.law.working_days import Skipped


class StepKind(StrEnum):
    """What a link of the chain rests on."""

    FACT = "fact"
    RULE = "rule"
    CALENDAR = "calendar"
    LEDGER = "ledger"
    RESULT = "result"


class Step(NamedTuple):
    """One link: its words and the values it rests on (plain JSON values)."""

    kind: StepKind
    text: Bilingual
    data: tuple[tuple[str, Any], ...] = ()


class Explanation(NamedTuple):
    """The chain of one computed date."""

    steps: tuple[Step, ...]

    def sentence(self, language: Language) -> str:
        """The chain as one sentence."""
        return "; ".join(step.text.in_(language) for step in self.steps) + "."

    def as_data(self) -> list[dict[str, Any]]:
        """The chain as plain JSON values."""
        return [
            {"kind": step.kind.value, "vi": step.text.vi, "en": step.text.en, **dict(step.data)} for step in self.steps
        ]

    def and_then(self, *steps: Step) -> Explanation:
        return Explanation((*self.steps, *steps))


def fact_step(vi: str, en: str, **data: Any) -> Step:
    return Step(StepKind.FACT, Bilingual(vi, en), tuple(data.items()))


def result_step(vi: str, en: str, **data: Any) -> Step:
    return Step(StepKind.RESULT, Bilingual(vi, en), tuple(data.items()))


def rule_step(rule: Rule) -> Step:
    """The rule with its value, who acts, and its article; a mark other than certain is said."""
    value, basis, actor = rule.value.text(), rule.basis_text(), AUTHORITIES[rule.authority]
    doubt = _DOUBTS[rule.confidence.value]
    return Step(
        StepKind.RULE,
        Bilingual(
            f"{rule.title.vi}: {value.vi} ({actor.vi}; {basis.vi}){doubt.vi}",
            f"{rule.title.en}: {value.en} ({actor.en}; {basis.en}){doubt.en}",
        ),
        (("rule", rule.id), ("version", rule.version), ("confidence", rule.confidence.value)),
    )


def calendar_steps(skipped: Iterable[Skipped], make_ups: Iterable[Skipped], version: str) -> tuple[Step, ...]:
    """What the working calendar took away and gave back; nothing when it did neither."""
    off, worked = tuple(skipped), tuple(make_ups)
    steps = []
    if off:
        steps.append(_days(off, Bilingual("không tính", "not counted"), version))
    if worked:
        steps.append(_days(worked, Bilingual("tính cả ngày làm bù", "counted as make-up day"), version))
    return tuple(steps)


_DOUBTS = {
    "C": Bilingual("", ""),
    "L": Bilingual(" [khả năng cao, chưa đối chiếu]", " [likely, not yet checked]"),
    "U": Bilingual(" [chưa kiểm chứng]", " [not verified]"),
}


def _days(days: tuple[Skipped, ...], lead: Bilingual, version: str) -> Step:
    text = listed([_day(day) for day in days])
    data = [{"day": day.day.isoformat(), "reason": day.reason.value, "name": day.name._asdict()} for day in days]
    return Step(
        StepKind.CALENDAR,
        Bilingual(f"{lead.vi} {text.vi}", f"{lead.en}: {text.en}"),
        (("days", data), ("calendar", version)),
    )


def _day(skipped: Skipped) -> Bilingual:
    day, doubt = day_text(skipped.day), _DOUBTS[skipped.confidence.value]
    return Bilingual(f"{day.vi} ({skipped.name.vi}){doubt.vi}", f"{day.en} ({skipped.name.en}){doubt.en}")

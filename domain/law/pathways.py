"""The six forms of treatment that lead to post-rehabilitation management (dossier §3.6)."""

from __future__ import annotations

from enum import StrEnum

from domain.law.wording import Bilingual


class Pathway(StrEnum):
    """How a person completed treatment. The term hangs on this and on the decision, never on age alone."""

    VOLUNTARY_COMMUNITY = "voluntary_community"
    VOLUNTARY_FACILITY_PUBLIC = "voluntary_facility_public"
    VOLUNTARY_FACILITY_PRIVATE = "voluntary_facility_private"
    SUBSTITUTION_TREATMENT = "substitution_treatment"
    COMPULSORY_MINOR = "compulsory_minor"
    COMPULSORY_ADULT = "compulsory_adult"

    @property
    def compulsory(self) -> bool:
        return self in {Pathway.COMPULSORY_MINOR, Pathway.COMPULSORY_ADULT}

    @property
    def name_in_words(self) -> Bilingual:
        return _NAMES[self]


_NAMES = {
    Pathway.VOLUNTARY_COMMUNITY: Bilingual(
        "cai nghiện tự nguyện tại gia đình, cộng đồng", "voluntary treatment at home or in the community"
    ),
    Pathway.VOLUNTARY_FACILITY_PUBLIC: Bilingual(
        "cai nghiện tự nguyện tại cơ sở công lập", "voluntary treatment in a public facility"
    ),
    Pathway.VOLUNTARY_FACILITY_PRIVATE: Bilingual(
        "cai nghiện tự nguyện tại cơ sở tư nhân", "voluntary treatment in a private facility"
    ),
    Pathway.SUBSTITUTION_TREATMENT: Bilingual("điều trị bằng thuốc thay thế", "substitution treatment"),
    Pathway.COMPULSORY_MINOR: Bilingual(
        "cai nghiện bắt buộc, người từ đủ 12 đến dưới 18 tuổi", "compulsory treatment ordered between 12 and 17"
    ),
    Pathway.COMPULSORY_ADULT: Bilingual(
        "cai nghiện bắt buộc theo biện pháp xử lý hành chính", "compulsory treatment as an administrative measure"
    ),
}

"""The further languages of the gallery: what is shipped, with a Korean catalogue of the made-up hall."""

from broker.model.hall_languages import FurtherLanguage
from broker.runtime.languages.catalogue import CATALOGUES
from broker.runtime.languages.lexicon import CHINESE, ENGLISH, SIMPLIFIED, Language
from broker.runtime.languages.offered import read_language

_KOREAN_OF_THE_HALL = {
    "Binjiang Government Service Centre": "빈장구 행정 서비스 센터",
    "Kiosk 1": "1호 발급기",
    "For individuals": "개인 업무",
    "For companies": "기업 업무",
    "Jobs and training": "취업과 교육",
    "Employment rights": "근로자 권익",
    "Household & ID": "호적과 신분증",
    "Pension": "양로보험",
    "Health insurance": "의료보험",
    "Real estate": "부동산 등기",
    "Social security card": "사회보장카드",
    "Business setup": "기업 설립",
    "Housing fund": "주택공적금",
    "Vehicles & licences": "차량과 면허",
    "Yearly confirmation of eligibility for residents' basic pension":
        "도시 및 농촌 주민 기본 양로보험 수급 자격 연간 확인",
    "ID card (original)": "신분증 원본",
    "Two recent photos, white ground": "최근 증명사진 2장(흰 배경)",
    "Proof that your last employment has ended": "이전 직장의 퇴직 증명서",
    "Agent: own ID card and letter of authority": "대리인: 본인 신분증과 위임장",
    "Done while you wait": "현장에서 바로 처리",
    "Proof of life can be done by phone": "수급 자격 확인은 휴대폰으로 가능합니다",
    "counter 3": "3번 문의 창구",
    "Aged 60 or over": "만 60세 이상 어르신",
    "Person with a disability": "장애인",
    "Pregnant or with an infant": "임신부, 영아 동반",
    "Armed forces, veterans and families": "현역·퇴역 군인과 가족",
}  # fmt: skip
_shipped = read_language("ko", FurtherLanguage(name="한국어"), CATALOGUES)
KOREAN = Language("ko", "한국어", {**_shipped.words, **{("", en): ko for en, ko in _KOREAN_OF_THE_HALL.items()}})
TRADITIONAL = read_language("zh-hant", FurtherLanguage(name="繁體中文"), CATALOGUES)
THREE = (CHINESE, ENGLISH, KOREAN)
SIX = (SIMPLIFIED, ENGLISH, KOREAN, TRADITIONAL, Language("ja", "日本語"), Language("vi", "Tiếng Việt"))
"""As many as a hall can have."""

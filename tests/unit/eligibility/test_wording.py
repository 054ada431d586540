"""Which other words say the same: a rewording weighs little, so nothing real may pass for one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.eligibility.align import align
from monitor.eligibility.deltas import DeltaOp
from monitor.eligibility.tree import parse
from monitor.eligibility.turned import is_turned
from monitor.eligibility.wording import same_wording

_SAME = [
    ("Age >= 18", "Aged >= 18"),
    ("Aged 18 years or older", "Age 18 years or older"),
    ("Cat 3 years old", "Cat 3 years of age"),
    ("Cats 3 months old", "Cats 3 months of age"),
    ("Heart failure of NYHA class III or IV", "NYHA class III or IV heart failure"),
    ("Failure of class 3 or 4", "Class 3 or 4 failure"),
    ("Failure of III or IV", "III or IV failure"),
    ("Arthritis of type B or C", "Type B or C arthritis"),
    ("No failure of the heart within 3 months", "No heart failure within 3 months"),
    ("History of failure of the heart", "History of heart failure"),
    ("Loss of weight; fever", "Weight loss; fever"),
    ("Severe chronic failure of the heart", "Heart severe chronic failure"),
    ("Loss of a very large amount blood sugar", "Very large amount blood sugar loss"),
    ("A patient has tumours", "The participants have a tumor"),
    ("the haemoglobin of patients", "haemoglobin of patient"),
    ("oedema, oesophagitis, diarrhoea", "edema, esophagitis, diarrhea"),
    ("leukaemia", "leukemia"),
    ("randomised", "randomized"),
    ("randomising", "randomizing"),
    ("stabilise", "stabilize"),
    ("behaviour", "behavior"),
    ("tumours", "tumors"),
    ("behavioural therapy", "behavioral therapy"),
    ("favoured", "favored"),
    ("allergies", "allergy"),
    ("patients", "people"),
    ("volunteers", "individuals"),
    ("dogs", "dog"),
    ("These dogs", "dogs"),
    ("chilhdood asthma", "childhood asthma"),
    ("embarasses", "embarrasses"),
    ("dog's food", "the dog's food"),
]
_OTHER = [
    ("Patients who smoke", "Patients who smoked"),
    ("Receiving insulin", "Received insulin"),
    ("has a dog", "had a dog"),
    ("a new dog", "an old dog"),
    ("Dog old", "Dog age"),
    ("cancer of the lung or liver", "lung cancer or liver"),
    ("cancer of the lung or liver", "lung or liver cancer"),
    ("cancer of the lung and liver", "lung and liver cancer"),
    ("liver, disease of the kidney", "liver, kidney disease"),
    ("liver or disease of the kidney", "liver or kidney disease"),
    ("liver and disease of the kidney", "liver and kidney disease"),
    ("disease of the kidney, liver", "kidney disease, liver"),
    ("disease of the kidney/liver", "kidney disease/liver"),
    ("loss of use of a hand", "use loss of a hand"),
    ("failure of no heart", "no heart failure"),
    ("no failure of the heart", "failure of no heart"),
    ("mother of the child", "child of the mother"),
    ("dog of the cat", "cat dog of"),
    ("allergic to dogs of Ada", "Ada allergic to dogs"),
    ("treatment with milk of goats", "goats treatment with milk"),
    ("loss of weight in spring", "weight in spring loss"),
    ("very old big loss of weight", "weight very old big loss"),
    ("loss of one two three four five six seven", "one two three four five six seven loss"),
    ("type of class III or fever", "class III or fever type"),
    ("type of fever or III", "fever or III type"),
    ("type of or III", "or III type"),
    ("type of III or", "III or type"),
    ("history of (mild) asthma", "(mild) asthma history"),
    ("asthma before fever", "fever before asthma"),
    ("acute asthma", "chronic asthma"),
    ("asthma", "asthma asthma"),
    ("class", "clas"),
    ("gas", "ga"),
    ("bus", "bu"),
    ("pus", "pu"),
    ("virus", "viru"),
    ("axis", "axi"),
    ("bias", "bia"),
    ("pathos", "patho"),
    ("ties", "ty"),
    ("dose", "dos"),
    ("marble", "marbel"),
    ("planets", "planest in"),
    ("typical", "atypical"),
    ("converse", "conserve"),
    ("abcdefgh", "abdcefhg"),
    ("abcdefgh", "abxdefgh"),
    ("abcdefgh", "abhdefgc"),
    ("abcdefgh", "bacdefgh"),
    ("hour", "hor"),
    ("four", "for"),
    ("5 mg", "5 g"),
    ("5 dogs", "6 dogs"),
    ("> 5 dogs", ">= 5 dogs"),
    ("cats + dogs", "cats dogs"),
    ("-5 dogs", "5 dogs"),
]


@pytest.mark.parametrize(("one", "other"), _SAME)
def test_other_words_that_say_the_same(one: str, other: str) -> None:
    assert same_wording(one, other)
    assert same_wording(other, one)


@pytest.mark.parametrize(("one", "other"), _OTHER)
def test_words_that_say_something_else(one: str, other: str) -> None:
    assert not same_wording(one, other)
    assert not same_wording(other, one)


@pytest.mark.parametrize(
    "holding",
    [
        "no",
        "not",
        "without",
        "unable",
        "absence",
        "lack",
        "free",
        "negative",
        "eligible",
        "failed",
        "refused",
        "except",
        "excluded",
        "unless",
        "other",
        "however",
        "only",
        "if",
        "but",
        "and",
        "or",
        "either",
        "both",
        "any",
        "all",
        "each",
        "at",
        "least",
        "most",
        "more",
        "less",
        "than",
        "over",
        "under",
        "above",
        "below",
        "up",
        "to",
        "of",
        "from",
        "between",
        "within",
        "before",
        "after",
        "prior",
        "during",
        "since",
        "until",
        "with",
        "in",
        "on",
        "by",
        "for",
        "as",
        "who",
        "which",
        "that",
        "have",
        "had",
        "is",
        "are",
        "was",
        "be",
        "been",
        "must",
        "may",
        "can",
        "will",
        "should",
        "do",
        "did",
        "isn't",
        "<",
        ">=",
        ",",
        ";",
        "(",
    ],
)
def test_no_word_that_holds_others_is_turned_about(holding: str) -> None:
    assert not is_turned(["loss", holding, "of", "weight"], ["weight", "loss", holding])
    assert not is_turned(["loss", "of", holding, "weight"], [holding, "weight", "loss"])


def test_three_words_may_go_behind_and_six_before() -> None:
    front, behind = ["a1", "b1", "c1"], ["d1", "e1", "f1", "g1", "h1", "i1"]

    assert is_turned([*front, "of", *behind], [*behind, *front])
    assert is_turned([*behind, *front], [*front, "of", *behind])
    assert not is_turned(["x1", *front, "of", *behind], [*behind, "x1", *front])
    assert not is_turned([*front, "of", *behind, "x1"], [*behind, "x1", *front])
    assert is_turned(["x1", *front, "of", *behind, "y1"], ["x1", *behind, *front, "y1"])


# --- nothing real passes for a rewording --------------------------------------------------------

_ILLS = ("asthma", "anemia", "stroke", "epilepsy", "gout")
_DRUGS = ("insulin", "warfarin", "aspirin", "digoxin")
_RULES = st.builds(
    "{age} >= {years} years and {no} failure of the {organ} in NYHA class {low} or {high} {or_} {ill}"
    " within {weeks} weeks before {drug} at {dose} mg".format,
    age=st.sampled_from(["Age", "Aged"]),
    years=st.integers(1, 99),
    no=st.sampled_from(["no", "never", "without"]),
    organ=st.sampled_from(["heart", "kidney"]),
    low=st.sampled_from(["II", "III"]),
    high=st.just("IV"),
    or_=st.sampled_from(["or", "and"]),
    ill=st.sampled_from(_ILLS),
    weeks=st.integers(1, 52),
    drug=st.sampled_from(_DRUGS),
    dose=st.integers(1, 500),
)
_REAL = [
    (r"\d+(?= years)", lambda n: str(int(n) + 1)),
    (r"\d+(?= weeks)", lambda n: str(int(n) + 1)),
    (r"\d+(?= mg)", lambda n: str(int(n) + 1)),
    (r"years", lambda _: "months"),
    (r"weeks", lambda _: "days"),
    (r"mg", lambda _: "g"),
    (r">=", lambda _: ">"),
    (r">=", lambda _: "<="),
    (r"within", lambda _: "over"),
    (r"before", lambda _: "after"),
    (r"\b(?:no|never|without)\b", lambda _: "known"),
    (r" (?:no|never|without)\b", lambda _: ""),
    (r"(?<=I )or(?= IV)", lambda _: "and"),
    (r"(?<=IV )(?:or|and)", lambda word: "and" if word == "or" else "or"),
    (r"\bI+\b", lambda word: word + "I" if word == "II" else "I"),
    ("|".join(_ILLS), lambda word: _ILLS[_ILLS.index(word) - 1]),
    ("|".join(_DRUGS), lambda word: _DRUGS[_DRUGS.index(word) - 1]),
    (r"heart|kidney", lambda word: "kidney" if word == "heart" else "heart"),
]


def _reworded(rule: str) -> str:
    other = rule.replace("Aged", "Age") if "Aged" in rule else rule.replace("Age", "Aged")
    return re.sub(r"failure of the (heart|kidney)", r"\1 failure", other)


def _told(old: str, new: str) -> list[DeltaOp]:
    head, tail = "Inclusion Criteria:\n\n* Signs a form\n* ", "\n* Lives in town\n"
    return [delta.op for delta in align(parse(head + old + tail), parse(head + new + tail))]


@given(_RULES)
def test_rewording_is_told_as_one(rule: str) -> None:
    assert _told(rule, _reworded(rule)) == [DeltaOp.REWORDED]


@given(_RULES, st.sampled_from(_REAL))
def test_a_real_change_among_other_words_is_a_change(rule: str, edit: tuple[str, object]) -> None:
    pattern, by = edit
    changed = re.sub(pattern, lambda found: by(found[0]), rule, count=1)  # type: ignore[operator]

    for old, new in ((rule, changed), (rule, _reworded(changed)), (_reworded(changed), rule)):
        assert _told(old, new) == [DeltaOp.CHANGED]

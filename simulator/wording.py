"""Words that generated studies are put together from; all names are made up."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A condition with what belongs to it."""

    condition: str
    mesh_id: str
    keyword: str
    measure: str
    measure_description: str
    #: Lines of the criteria; the first holds ``{}`` for the number that edits move.
    inclusion: tuple[str, ...]
    #: First value of that number, and how far an edit moves it.
    threshold: tuple[int, int]


def _topic(text: str, start: int, step: int, *inclusion: str) -> Topic:
    condition, mesh_id, keyword, measure, description = text.split("|")
    return Topic(
        condition=condition,
        mesh_id=mesh_id,
        keyword=keyword,
        measure=measure,
        measure_description=description,
        inclusion=inclusion,
        threshold=(start, step),
    )


TOPICS = (
    _topic(
        "Migraine|D008881|headache|Change in monthly migraine days|Days with migraine in 28 days, by diary.",
        4, 1, "At least {} days with migraine a month", "Migraine for 12 months or longer", "First migraine before the age of 50 years"),
    _topic(
        "Heart Failure|D006333|ejection fraction|Change in NT-proBNP|Blood level in pg/mL.",
        40, 5, "Left ventricular ejection fraction of {}% or less", "NYHA class II or III", "NT-proBNP of 600 pg/mL or more"),
    _topic(
        "Psoriasis|D011565|skin|Participants with PASI 90|At least 90% improvement of the Psoriasis Area and Severity Index.",
        10, 1, "Psoriasis that covers at least {}% of the body surface", "Plaque psoriasis for 6 months or longer", "PASI score of 12 or more"),
    _topic(
        "Chronic Kidney Disease|D051436|kidney function|Change in eGFR|mL/min/1.73 m², by the CKD-EPI formula.",
        25, 5, "eGFR of at least {} mL/min/1.73 m²", "Urine albumin-to-creatinine ratio of 200 mg/g or more", "Stable dose of an ACE inhibitor or ARB"),
    _topic(
        "Type 2 Diabetes|D003924|HbA1c|Change in HbA1c|Glycated haemoglobin, in percentage points.",
        45, 2, "Body mass index of {} kg/m² or less", "HbA1c between 7.5% and 10.5%", "Stable dose of metformin for 8 weeks"),
    _topic(
        "Rheumatoid Arthritis|D001172|joints|Participants with ACR20|At least 20% improvement by the ACR criteria.",
        6, 1, "At least {} swollen joints", "Diagnosis by the 2010 ACR/EULAR criteria", "C-reactive protein above the upper limit of normal"),
    _topic(
        "Ulcerative Colitis|D003093|bowel|Participants in clinical remission|Modified Mayo score of 2 or less.",
        5, 1, "Modified Mayo score of {} or more", "Diagnosis at least 3 months ago", "Standard treatment did not help enough"),
    _topic(
        "Major Depressive Disorder|D003865|mood|Change in MADRS score|0 to 60; lower is better.",
        24, 2, "MADRS score of {} or more", "Present episode for at least 8 weeks", "No response to one antidepressant"),
    _topic(
        "Lung Cancer|D008175|oncology|Progression-free survival|Time from assignment to growth of the cancer or death.",
        12, 2, "Life expectancy of at least {} weeks", "Cancer that cannot be removed or has spread", "ECOG performance status 0 or 1", "At least one lesion that can be measured by RECIST 1.1"),
    _topic(
        "Chronic Cough|D003371|breathing|Change in cough frequency|Coughs in 24 hours, by recorder.",
        8, 2, "Cough for at least {} weeks", "No cause found, or treatment of the cause did not help", "Cough severity of 40 mm or more on a 100 mm scale"),
    _topic(
        "Osteoporosis|D010024|bone|Change in bone density|Lumbar spine, in percent.",
        55, 5, "{} years of age or older", "T-score of -2.5 or less", "At least 2 lumbar vertebrae that can be assessed"),
    _topic(
        "Hypertension|D006973|blood pressure|Change in systolic blood pressure|mmHg, mean over 24 hours.",
        140, 5, "Systolic blood pressure of at least {} mmHg", "Treatment with 2 medicines for blood pressure", "Upper arm that fits the cuff"),
)  # fmt: skip
EXCLUSION = (
    "Pregnant, breast-feeding or planning to become pregnant",
    "Heart attack or stroke within 6 months before screening",
    "Liver enzymes (ALT or AST) \\> 3 times the upper limit of normal",
    "Known infection with HIV, hepatitis B or hepatitis C that is not controlled",
    "Cancer within the last 5 years, other than treated skin cancer that is not melanoma",
    "Use of another study medicine within 30 days or 5 half-lives, whichever is longer",
    "Misuse of alcohol or drugs within the last 12 months",
    "Known allergy to the study medicine or to any part of the capsule",
    "Operation planned during the study",
    "Any other illness that, in the opinion of the investigator, makes taking part unsafe",
    "QTcF \\>470 ms on the ECG at screening",
    "Hemoglobin \\<9 g/dL at screening",
)
PEOPLE = ("Adults", "Women and Men", "Older Adults", "Outpatients")
COMPARATORS = ("Placebo", "Standard Capsule")
REASONS = (
    "Business decision, not related to safety.",
    "Supply of the study medicine was interrupted.",
    "A planned interim analysis is under review.",
    "Recruitment was slower than expected.",
)
_DRUG_STARTS = [
    "Al",
    "Bre",
    "Cor",
    "Dra",
    "El",
    "Fen",
    "Gal",
    "Hel",
    "Ira",
    "Jol",
    "Kes",
    "Lor",
    "Mav",
    "Nel",
    "Ost",
    "Pel",
    "Quin",
    "Rov",
    "Sel",
    "Tar",
]
_DRUG_ENDS = [
    "bicin",
    "dapril",
    "fenast",
    "gliptor",
    "lumab",
    "mirast",
    "novir",
    "pexan",
    "ridone",
    "sartil",
    "tivant",
    "zolam",
]
DRUGS = tuple(f"{start}{end}" for start in _DRUG_STARTS for end in _DRUG_ENDS)
_PLACES = [
    "Ashgrove",
    "Brackenridge",
    "Calderwood",
    "Dunhollow",
    "Elmswick",
    "Fairmere",
    "Glenhaven",
    "Harrowfield",
    "Inverlea",
    "Juniper",
    "Kestrel",
    "Larkmoor",
    "Merrowdale",
    "Netherby",
    "Oakhurst",
    "Penhallow",
]
_KINDS = ("University Hospital", "Clinical Research", "Medical Center")
SPONSORS = tuple((f"{place} {kind}", "OTHER") for place in _PLACES for kind in _KINDS[:2]) + tuple(
    (f"{place} Therapeutics", "INDUSTRY") for place in _PLACES
)
_FIRST_NAMES = [
    "Ada",
    "Bruno",
    "Clio",
    "Dario",
    "Edda",
    "Fynn",
    "Greta",
    "Hanno",
    "Ilse",
    "Jarek",
    "Kaja",
    "Lasse",
    "Mira",
    "Nils",
    "Orla",
    "Pelle",
]
_LAST_NAMES = [
    "Arkwright",
    "Birkelund",
    "Corvane",
    "Drummel",
    "Eastlake",
    "Fairbrook",
    "Grindal",
    "Hollister",
    "Ivarsson",
    "Jessop",
    "Kindermann",
    "Lowenthal",
    "Merriweather",
    "Norquist",
    "Ollerton",
    "Pettigrew",
]
NAMES = tuple(f"{first} {last}" for first in _FIRST_NAMES for last in _LAST_NAMES)
_CITIES = (
    ("Albany", "New York", "12208", "United States", 42.65258, -73.75623),
    ("Boise", "Idaho", "83706", "United States", 43.6135, -116.20345),
    ("Tucson", "Arizona", "85719", "United States", 32.22174, -110.92648),
    ("Graz", "Styria", "8036", "Austria", 47.06667, 15.45),
    ("Ghent", "", "9000", "Belgium", 51.05, 3.71667),
    ("Halifax", "Nova Scotia", "B3H 1V8", "Canada", 44.64533, -63.57239),
    ("Rennes", "", "35000", "France", 48.11198, -1.67429),
    ("Kiel", "Schleswig-Holstein", "24105", "Germany", 54.32133, 10.13489),
    ("Padua", "", "35128", "Italy", 45.40797, 11.88586),
    ("Niigata", "", "951-8510", "Japan", 37.92259, 139.04125),
    ("Bergen", "", "5021", "Norway", 60.39299, 5.32415),
    ("Gdansk", "", "80-952", "Poland", 54.35205, 18.64637),
)


def site_pool() -> list[dict[str, Any]]:
    """Return the sites in the registry's order: United States first, then by country."""
    places = _PLACES[:8]
    return [
        _site(f"{place} {_KINDS[number % 3]}", *city)
        for city in _CITIES
        for number, place in enumerate(places)
    ]


def _site(
    facility: str, city: str, state: str, postcode: str, country: str, *point: float
) -> dict[str, Any]:
    region = {"state": state} if state else {}
    lat, lon = point
    return {
        "facility": f"{facility}, {city}",
        "city": city,
        **region,
        "zip": postcode,
        "country": country,
        "geoPoint": {"lat": lat, "lon": lon},
    }

"""Edits of short lists, of results and of documents."""

import random
from collections.abc import Callable
from typing import Any

from benchmarks.edit_flat import words
from benchmarks.edits import Draft, Editor

Json = Any


def _name_added(kind: str, module: str, key: str) -> Editor:
    def edit(draft: Draft) -> bool:
        if not draft.claim(f"{key} came or went"):
            return False
        name = words(draft.rng, 4)
        item: Json = {"name": name, "class": "OTHER"} if key == "collaborators" else name
        draft.module(module).setdefault(key, []).append(item)
        return draft.tell(kind, name)

    return edit


def _name_removed(kind: str, module: str, key: str) -> Editor:
    def edit(draft: Draft) -> bool:
        names = draft.module(module).get(key, [])
        texts = [item["name"] if isinstance(item, dict) else item for item in names]
        alone = [
            n
            for n, text in enumerate(texts)
            if [t.casefold().strip() for t in texts].count(text.casefold().strip()) == 1
        ]
        if not alone or not draft.claim(f"{key} came or went"):
            return False
        number = draft.rng.choice(alone)
        del names[number]
        return draft.tell(kind, texts[number])

    return edit


def _item(
    kind: str,
    module: str,
    key: str,
    make: Callable[[random.Random], Json],
    *,
    about: str,
    change: str,
) -> dict[str, Editor]:
    """Return edits that add to, take from and change a short list."""

    def add(draft: Draft) -> bool:
        item = make(draft.rng)
        if not draft.claim(f"{key} came or went"):
            return False
        draft.claim(id(item))
        draft.module(module).setdefault(key, []).append(item)
        return draft.tell(kind, item[about])

    def remove(draft: Draft) -> bool:
        items = draft.module(module).get(key, [])
        chosen = draft.pick(_alone(items, about))
        if chosen is None or not draft.claim(f"{key} came or went"):
            return False
        items.remove(chosen)
        return draft.tell(kind, chosen[about])

    def edit(draft: Draft) -> bool:
        chosen = draft.pick(_alone(draft.module(module).get(key, []), about))
        if chosen is None or (kind == "reference" and chosen.get("type") == "DERIVED"):
            return False
        chosen[change] = " ".join(filter(None, (chosen.get(change), words(draft.rng, 2))))
        return draft.tell(kind, chosen[about])

    return {f"{kind} added": add, f"{kind} removed": remove, f"{kind} changed": edit}


def _alone(items: list[Json], about: str) -> list[Json]:
    """Return the items whose key no other item has."""
    keys = [str(item.get(about)).casefold() for item in items]
    return [
        item
        for item, key in zip(items, keys, strict=True)
        if about in item and keys.count(key) == 1
    ]


def _contact(draft: Draft) -> bool:
    contacts = draft.module("contactsLocationsModule").get("centralContacts")
    if not contacts or not draft.claim("contacts"):
        return False
    contacts[0]["phone"] = f"555-01{draft.rng.randint(10, 99)}-{draft.rng.randint(100, 999)}"
    return draft.tell("contact")


def _results_posted(draft: Draft) -> bool:
    if "resultsSection" not in draft.study or not draft.claim("results"):
        return False
    draft.before.pop("resultsSection")
    draft.before["hasResults"] = False
    for name in (
        "resultsFirstSubmitDate",
        "resultsFirstSubmitQcDate",
        "resultsFirstPostDateStruct",
    ):
        draft.before["protocolSection"]["statusModule"].pop(name, None)
    return draft.tell("results.posted")


def _results_updated(draft: Draft) -> bool:
    results = draft.study.get("resultsSection", {})
    if not results or not draft.claim("results"):
        return False
    name = draft.rng.choice(sorted(results))
    results[name]["description"] = words(draft.rng, 9)
    return draft.tell("results.updated", name)


def _submitted(draft: Draft) -> bool:
    if not draft.claim("unposted", "results"):
        return False
    annotation = draft.study.setdefault("annotationSection", {}).setdefault("annotationModule", {})
    events = annotation.setdefault("unpostedAnnotation", {}).setdefault("unpostedEvents", [])
    events.append({"type": "RELEASE", "date": f"2026-11-{draft.rng.randint(10, 28)}"})
    return draft.tell("results.submitted")


def _document(draft: Draft) -> bool:
    section = draft.study.setdefault("documentSection", {}).setdefault("largeDocumentModule", {})
    documents = section.setdefault("largeDocs", [])
    if not draft.claim("documents"):
        return False
    if documents and draft.rng.random() < 0.5:
        chosen = draft.rng.choice(documents)
        chosen["uploadDate"] = f"2026-11-{draft.rng.randint(10, 28)}T10:00"
        return draft.tell("document", chosen.get("filename", ""))
    name = f"Made_{draft.rng.randint(100, 999)}.pdf"
    documents.append({"filename": name, "label": "Made up", "hasIcf": True})
    return draft.tell("document", name)


def _link(rng: random.Random) -> Json:
    return {"url": f"https://example.org/{rng.randint(1, 10**9)}", "label": words(rng, 2)}


def _reference(rng: random.Random) -> Json:
    kind = rng.choice(("BACKGROUND", "RESULT", "DERIVED"))
    return {"pmid": str(rng.randint(10**8, 10**9)), "type": kind, "citation": words(rng, 12)}


def _official(rng: random.Random) -> Json:
    return {"name": words(rng, 3), "affiliation": words(rng, 4), "role": "STUDY_CHAIR"}


LIST_EDITORS: dict[str, Editor] = {
    "condition added": _name_added("conditions", "conditionsModule", "conditions"),
    "condition removed": _name_removed("conditions", "conditionsModule", "conditions"),
    "keyword added": _name_added("keywords", "conditionsModule", "keywords"),
    "keyword removed": _name_removed("keywords", "conditionsModule", "keywords"),
    "collaborator added": _name_added(
        "collaborators", "sponsorCollaboratorsModule", "collaborators"
    ),
    "collaborator removed": _name_removed(
        "collaborators", "sponsorCollaboratorsModule", "collaborators"
    ),
    "contact": _contact,
    "results posted": _results_posted,
    "results updated": _results_updated,
    "results submitted": _submitted,
    "document": _document,
    **_item(
        "official",
        "contactsLocationsModule",
        "overallOfficials",
        _official,
        about="name",
        change="affiliation",
    ),
    **_item(
        "reference",
        "referencesModule",
        "references",
        _reference,
        about="citation",
        change="citation",
    ),
    **_item("link", "referencesModule", "seeAlsoLinks", _link, about="url", change="label"),
}

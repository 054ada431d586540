"""What a browser would send if somebody pressed the button without touching a field."""

from html.parser import HTMLParser


def as_it_stands(page: str, *, with_field: str) -> dict[str, list[str]]:
    """Return the fields of the first form that has a field of that name."""
    reader = _Reader()
    reader.feed(page)
    return next(form for form in reader.forms if with_field in form)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = [{}]
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in told:
            self._take(self._select, told.get("value"))
        elif tag == "input" and name and _counts(told):
            self._take(name, told.get("value"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def _take(self, name: str, value: str | None) -> None:
        self.forms[-1].setdefault(name, []).append(value or "")


def _counts(told: dict[str, str | None]) -> bool:
    return told.get("type") not in {"radio", "checkbox"} or "checked" in told

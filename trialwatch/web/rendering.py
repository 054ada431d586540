"""Jinja2 templates of the pages; everything shown is escaped."""

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notifiers.links import record_url

_HERE = Path(__file__).parent / "templates"
_environment = Environment(
    loader=FileSystemLoader(_HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["record_url"] = record_url


def render(name: str, *, status_code: int = 200, **values: Any) -> HTMLResponse:
    """Return a page."""
    return HTMLResponse(_environment.get_template(name).render(**values), status_code=status_code)

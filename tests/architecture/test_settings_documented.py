"""The table of settings in docs/operations.md is the one in the code."""

from typing import Any

from pydantic.fields import FieldInfo

from config.settings import Settings
from tests.architecture.papers import read, table

_HEAD = "| setting | default | what it is |"
#: Defaults that are worked out at the start.
_WORKED_OUT = {
    "data_dir": "the data folder of your system",
    "database_url": "SQLite in the data folder",
    "secrets_key_file": "`secrets.key` in your configuration folder",
    "web_url": "http:// and the bind address",
}


def test_every_setting_stands_in_the_table_as_it_is() -> None:
    fields: dict[str, FieldInfo] = Settings.model_fields
    expected = [_row(name, field) for name, field in fields.items()]

    written = table(read("docs/operations.md"), _HEAD)

    shown = "\n".join(f"| {' | '.join(row)} |" for row in expected)
    assert written == expected, f"the table has to read:\n{shown}"


def _row(name: str, field: FieldInfo) -> list[str]:
    assert field.description, f"{name} has no description"
    return [f"`TRIALWATCH_{name.upper()}`", _default(name, field), field.description]


def _default(name: str, field: FieldInfo) -> str:
    if name in _WORKED_OUT:
        return _WORKED_OUT[name]
    value = field.get_default(call_default_factory=True, validated_data={})
    text = _text(value)
    return f"`{text}`" if text else "none"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    if hasattr(value, "total_seconds"):
        return f"{value.total_seconds():g}"
    return f"{value:g}" if isinstance(value, float) else str(value)

"""Where settings come from, and what to say of a wrong one. Secrets are never repeated."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import platformdirs
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

PREFIX = "TRIALWATCH_"
#: Named here, not in the settings: they say where to look, or belong to the tests.
_NOT_SETTINGS = ("CONFIG", "REAL_RECORDS", "DEBUG")
_TEST_PREFIX = "TEST_"
#: Their values may hold a password.
_BOUNCE_SECRETS = ("bounce_mailgun_key", "bounce_postmark_login", "bounce_signed_secret")
_SECRET = (
    *("database_url", "smtp_url", "mail_token_secret", "mail_token_refresh", "oidc_secret"),
    *_BOUNCE_SECRETS,
)


class EnvironmentSource:
    """Settings from the environment and from files that it names.

    Attributes:
        values: Setting name to text.
        origins: Setting name to the variable it came from.

    Raises:
        ValueError: A file cannot be read, or both NAME and NAME_FILE are set.
    """

    def __init__(self, environment: Mapping[str, str], names: Sequence[str]) -> None:
        self.values: dict[str, str] = {}
        self.origins: dict[str, str] = {}
        for name in names:
            variable = PREFIX + name.upper()
            if f"{variable}_FILE" in environment:
                if variable in environment:
                    raise ValueError(f"{variable} and {variable}_FILE are both set; keep one")
                variable += "_FILE"
                self.values[name] = _read_secret(variable, environment[variable])
                self.origins[name] = variable
            elif variable in environment:
                self.values[name] = environment[variable]
                self.origins[name] = variable


def _read_secret(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{variable}: cannot read {path!r} ({error})") from error


def config_folder() -> Path:
    """Return the folder of this user's settings."""
    return Path(platformdirs.user_config_dir("trialwatch", appauthor=False))


def config_file(environment: Mapping[str, str]) -> Path | None:
    """Return the TOML file to read: the one named, else the one in the XDG folder if it is there.

    Raises:
        ValueError: The file named does not exist.
    """
    named = environment.get(f"{PREFIX}CONFIG")
    if named:
        if not Path(named).is_file():
            raise ValueError(f"{PREFIX}CONFIG: there is no file {named!r}")
        return Path(named)
    usual = config_folder() / "trialwatch.toml"
    return usual if usual.is_file() else None


def refuse_unknown(
    environment: Mapping[str, str],
    from_file: Mapping[str, Any],
    names: Sequence[str],
    file: Path | None,
) -> None:
    """Raise ``ValueError`` about the first setting that does not exist."""
    for variable in sorted(environment):
        name = variable.removeprefix(PREFIX)
        if name == variable or name in _NOT_SETTINGS or name.startswith(_TEST_PREFIX):
            continue
        if name.removesuffix("_FILE").lower() not in names and name.lower() not in names:
            allowed = [PREFIX + known.upper() for known in names]
            raise ValueError(_unknown(variable, name.lower(), allowed))
    for name in from_file:
        if name not in names:
            raise ValueError(_unknown(f"{name} in {file}", name, list(names)))


def _unknown(where: str, name: str, allowed: list[str]) -> str:
    by_name = {text.removeprefix(PREFIX).lower(): text for text in allowed}
    close = difflib.get_close_matches(name, by_name, 1)
    hint = f" Did you mean {by_name[close[0]]}?" if close else ""
    return f"{where}: there is no such setting.{hint} Allowed: {', '.join(allowed)}."


def complaint(
    problem: ErrorDetails,
    origins: Mapping[str, str],
    file: Path | None,
    fields: Mapping[str, FieldInfo],
) -> str:
    """Return one line: the setting's name, what was read, what is wrong, what is allowed."""
    name = str(problem["loc"][0]) if problem["loc"] else ""
    where = origins.get(name) or (f"{name} in {file}" if file else PREFIX + name.upper())
    read = "a value that is not shown" if name in _SECRET else repr(problem["input"])[:80]
    allowed = fields[name].description if name in fields else ""
    return f"{where}: read {read}. {_wrong(problem)}. Allowed: {allowed}"


#: What is wrong with a value, by the library's name for it; {} is what it names beside it.
_WRONG = {
    "bool_parsing": "It is neither true nor false",
    "float_parsing": "It is no number",
    "float_type": "It is no number",
    "greater_than_equal": "It is less than {ge}",
    "int_parsing": "It is no whole number",
    "ip_v4_network": "There is something in it that is no network",
    "ip_v6_network": "There is something in it that is no network",
    "less_than_equal": "It is more than {le}",
    "literal_error": "It is not one of {expected}",
    "path_type": "It is no path of a file",
    "string_pattern_mismatch": "It does not have the form it needs",
    "string_too_long": "It is longer than {max_length} characters",
    "string_type": "It is no text",
    "time_delta_parsing": "It is no number of seconds",
    "time_delta_type": "It is no number of seconds",
}


def _wrong(problem: ErrorDetails) -> str:
    context = problem.get("ctx") or {}
    words = _WRONG.get(problem["type"])
    if words is not None:
        whole = {name: f"{at:g}" if isinstance(at, float) else at for name, at in context.items()}
        return words.format(**whole)
    return str(context.get("error") or "It cannot be used").rstrip(".")

"""What an operator can set, where it is read from, and what is wrong with it.

Order, first wins: environment (``TRIALWATCH_NAME``), a file named by ``TRIALWATCH_NAME_FILE``
(for secrets), the TOML file, the default. Nothing here opens a connection.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from config.core import CoreSettings
from config.errors import ConfigError
from config.mail import MailSettings
from config.pages import PageSettings
from config.sources import (
    PREFIX,
    EnvironmentSource,
    complaint,
    config_file,
    refuse_unknown,
)


class Settings(PageSettings, MailSettings, CoreSettings, BaseSettings):
    """All settings, checked. Immutable. The last base named comes first where they are listed."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, values: dict[str, Any]) -> dict[str, Any]:
        derived = dict(values)
        if not derived.get("database_url"):
            folder = derived.get("data_dir") or cls.model_fields["data_dir"].get_default(
                call_default_factory=True, validated_data={}
            )
            derived["database_url"] = f"sqlite:///{Path(str(folder)).expanduser()}/trialwatch.db"
        if not derived.get("web_url"):
            bind = derived.get("web_bind") or cls.model_fields["web_bind"].default
            derived["web_url"] = f"http://{bind}"
        derived["web_url"] = str(derived["web_url"]).rstrip("/")
        derived["registry_url"] = str(
            derived.get("registry_url") or cls.model_fields["registry_url"].default
        ).rstrip("/")
        return derived

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what ``load`` hands over and nothing else; it knows where each value came from."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def load(environment: Mapping[str, str]) -> Settings:
    """Return the settings of this start.

    Args:
        environment: The process environment.

    Raises:
        ConfigError: A setting is unknown or wrong, or a file cannot be read.
    """
    names = tuple(Settings.model_fields)
    try:
        from_environment = EnvironmentSource(environment, names)
        file = config_file(environment)
        from_file = _read_toml(file) if file else {}
        read = {**from_file, **from_environment.values}
        refuse_unknown(environment, from_file, names, file)
        return Settings(**read)
    except ValidationError as error:
        lines = [
            complaint(problem, from_environment.origins, file, Settings.model_fields)
            for problem in error.errors(include_url=False)
        ]
        # One value can be wrong in several of the library's ways, which are one of ours.
        raise ConfigError("\n".join(dict.fromkeys(lines))) from None
    except (OSError, ValueError) as error:
        raise ConfigError(str(error)) from error


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return TomlConfigSettingsSource(Settings, file)()
    except ValueError as error:
        raise ValueError(f"{file} is not TOML: {error}") from error

"""What an operator can set, where it is read from, and what is wrong with it.

Order, first wins: environment (``TRIALWATCH_NAME``), a file named by ``TRIALWATCH_NAME_FILE``
(for secrets), the TOML file, the default. Nothing here opens a connection.
"""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import platformdirs
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from config.errors import ConfigError
from config.sources import (
    PREFIX,
    EnvironmentSource,
    complaint,
    config_file,
    config_folder,
    refuse_unknown,
)

Network: TypeAlias = IPv4Network | IPv6Network


class Settings(BaseSettings):
    """All settings, checked. Immutable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("trialwatch", appauthor=False)),
        description="Folder of the embedded database.",
    )
    database_url: str = Field(
        default="",
        description="`sqlite:///path` or `postgresql://user:password@host/name`."
        " Default: SQLite in the data folder.",
    )
    read_database_url: str = Field(
        default="",
        max_length=2000,
        pattern=r"^(postgres(ql)?://[^\s]+)?$",
        repr=False,
        description="`postgresql://user:password@host/name` of a streaming replica of the database,"
        " which pages, feeds, exports and the interface for tools are read from. Off when empty."
        " Best kept in a file: `TRIALWATCH_READ_DATABASE_URL_FILE`.",
    )
    secrets_key_file: Path = Field(
        default_factory=lambda: config_folder() / "secrets.key",
        description="File with the keys that secrets in the database are sealed with. Made at the"
        " first start; keep a copy apart from backups.",
    )
    server: str = Field(
        default="",
        max_length=500,
        description="Address of a running server's pages (`https://trials.example.org`) that"
        " commands work on instead of the database, with the key in `TRIALWATCH_KEY_FILE`.",
    )
    key_file: Path | None = Field(
        default=None,
        description="File of yours alone (mode 600) with a key made on the server's page Account.",
    )
    registry_url: str = Field(
        default="https://clinicaltrials.gov/api/v2",
        pattern=r"^https?://[^?#]+/api/v2$",
        description="Base address of the registry's API; ends in /api/v2.",
    )
    registry_rate: float = Field(
        default=1.0,
        ge=0,
        le=1000,
        description="Most requests a second to the registry; 0 is no limit.",
    )
    registry_contact: str = Field(
        default="",
        max_length=200,
        pattern=r"^[\x21-\x7e]*$",
        description="Address put into the User-Agent so that the registry can reach you.",
    )
    registry_history: bool = Field(
        default=False,
        description="Whether the past versions of newly watched trials are fetched from the"
        " registry's undocumented history: `true` or `false`.",
    )
    poll_every: timedelta = Field(
        default=timedelta(minutes=15),
        ge=timedelta(seconds=1),
        le=timedelta(days=1),
        description="Gap between two looks at the registry's release, in seconds.",
    )
    whole_registry: bool = Field(
        default=False,
        description="Whether every study of the registry is kept, watched or not, so that a new"
        " watch is answered at once: `true` or `false`.",
    )
    attempts_kept: int = Field(
        default=365,
        ge=0,
        le=36_500,
        description="Days that the log of attempts to send is kept; 0 keeps it for good.",
    )
    smtp_url: str = Field(
        default="",
        description="`smtp://user:password@host:587` (STARTTLS required), `smtps://host:465`, or"
        " `smtp://localhost:25?starttls=never` for a relay on this machine.",
    )
    mail_token_url: str = Field(
        default="",
        max_length=2000,
        pattern=r"^(https?://[^#\s]+)?$",
        description="Address that gives access tokens (OAuth2), for a relay that takes them in"
        " place of a password. Off when empty.",
    )
    mail_token_client: str = Field(
        default="",
        max_length=1000,
        description="What we are called there; needed with the address.",
    )
    mail_token_secret: str = Field(
        default="",
        max_length=4000,
        repr=False,
        description="Secret of that client. Best kept in a file: `TRIALWATCH_MAIL_TOKEN_SECRET_FILE`.",
    )
    mail_token_refresh: str = Field(
        default="",
        max_length=8000,
        repr=False,
        description="Refresh token; without it the client asks in its own name. Best kept in a"
        " file: `TRIALWATCH_MAIL_TOKEN_REFRESH_FILE`.",
    )
    mail_token_scope: str = Field(
        default="",
        max_length=1000,
        description="What is asked for, where the provider wants it said:"
        " `https://outlook.office365.com/.default`.",
    )
    mail_from: str = Field(
        default="",
        max_length=320,
        description="Sender of all mail: `alerts@example.org`. Only for a relay with"
        " `starttls=never` may it be left out.",
    )
    mail_connections: int = Field(
        default=3,
        ge=1,
        le=20,
        description="Most connections to the mail relay at once.",
    )
    mail_rate: float = Field(
        default=0,
        ge=0,
        le=100_000,
        description="Most mails a minute that a process hands to the relay, the few that ask"
        " addresses apart; 0 is no limit.",
    )
    confirm_mail: Literal["others", "always"] = Field(
        default="others",
        description="Whose e-mail addresses are asked by mail before they are sent anything:"
        " `others` than those the operator types, on the command line or the pages, or"
        " `always` everybody's.",
    )
    bounce_address: str = Field(
        default="",
        max_length=320,
        description="Address that returned mail goes to, told apart by what is put before its @:"
        " `bounces@example.org`. Default: it goes to the sender, and is not read.",
    )
    bounce_bind: str = Field(
        default="",
        pattern=r"^((\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5})?$",
        description="Address and port where your mail server hands returned mail over, by LMTP:"
        " `127.0.0.1:8024`. Default: nowhere.",
    )
    canary: bool = Field(
        default=False,
        description="Whether a mail to ourselves goes out once a day and is missed when it does"
        " not come in; wants `TRIALWATCH_BOUNCE_BIND`: `true` or `false`.",
    )
    bounce_mailgun_key: str = Field(
        default="",
        max_length=200,
        repr=False,
        description="HTTP webhook signing key of Mailgun, which then may tell of returned mail at"
        " `/hooks/bounces/mailgun`. Best kept in a file: `TRIALWATCH_BOUNCE_MAILGUN_KEY_FILE`.",
    )
    bounce_postmark_login: str = Field(
        default="",
        pattern=r"^([^:\s]+:\S{16,200})?$",
        repr=False,
        description="`user:password` (16 characters or more) that Postmark is given in the address"
        " of its webhook, `/hooks/bounces/postmark`.",
    )
    bounce_signed_secret: str = Field(
        default="",
        # 24 to 64 bytes in base64.
        pattern=r"^(whsec_(([A-Za-z0-9+/]{4}){8,20}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
        r"|([A-Za-z0-9+/]{4}){21}([A-Za-z0-9+/]{2}==)?))?$",
        repr=False,
        description="`whsec_` and 24 to 64 bytes in base64, with which a program of yours signs"
        " what it tells of returned mail at `/hooks/bounces/signed`.",
    )
    nats_url: str = Field(
        default="",
        max_length=2000,
        pattern=r"^((nats|tls)://[^\s]+)?$",
        repr=False,
        description="NATS server whose JetStream takes the events of `watch --stream`:"
        " `nats://user:password@host:4222`, or `tls://` for encrypted. Wants the extra `stream`."
        " Best kept in a file: `TRIALWATCH_NATS_URL_FILE`.",
    )
    heartbeat_url: str = Field(
        default="",
        max_length=2000,
        pattern=r"^(https?://[^#\s]+)?$",
        repr=False,
        description="Address that is asked every 5 minutes while nothing stands still, for a"
        " service that tells you when that stops. Off when empty.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description="What a running service writes to standard error: `text`, or `json`, one object"
        " a line, with a line for each step of an alert's way.",
    )
    traces_url: str = Field(
        default="",
        max_length=2000,
        pattern=r"^(https?://[^#\s]+)?$",
        description="Address that takes OpenTelemetry traces, OTLP over HTTP:"
        " `http://127.0.0.1:4318/v1/traces`. Off when empty; wants the extra `traces`.",
    )
    weights: Path | None = Field(
        default=None,
        description="TOML file with your own severities, shaped as monitor/detection/weights.toml.",
    )
    model_url: str = Field(
        default="",
        pattern=r"^(https?://[^?#\s]+)?$",
        description="Base address of an OpenAI-compatible model that words eligibility rules behind"
        " the same check as ours: `http://127.0.0.1:11434/v1`. Off when empty.",
    )
    model_name: str = Field(
        default="",
        max_length=200,
        description="What that server calls the model; needed with the address.",
    )
    model_key: str = Field(
        default="",
        max_length=4000,
        repr=False,
        description="Key that it asks for, if any. Best kept in a file: `TRIALWATCH_MODEL_KEY_FILE`.",
    )
    model_patience: timedelta = Field(
        default=timedelta(seconds=30),
        ge=timedelta(seconds=1),
        le=timedelta(minutes=10),
        description="Longest wait for the model's answer to one rule, in seconds.",
    )
    webhook_allow: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(),
        description="Private networks that webhooks may go to: `10.1.0.0/16,127.0.0.0/8`.",
    )
    web_bind: str = Field(
        default="127.0.0.1:8080",
        pattern=r"^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$",
        description="Address and port of the pages: `127.0.0.1:8080`.",
    )
    health_bind: str | None = Field(
        default=None,
        pattern=r"^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$",
        description="Address and port at which a `scheduler` or `worker` answers `/health` and"
        " `/alive`: `0.0.0.0:8081`. Off when empty.",
    )
    web_allow: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")),
        description="Networks whose visitors are the operator as long as nobody signs in:"
        " `127.0.0.0/8,::1/128`.",
    )
    oidc_issuer: str = Field(
        default="",
        max_length=500,
        pattern=r"^(https?://[^?#\s]+)?$",
        description="Issuer of your institution's accounts (OpenID Connect), exactly as it names"
        " itself: `https://login.example.org/realms/staff`. Off when empty.",
    )
    oidc_client: str = Field(
        default="",
        max_length=500,
        pattern=r"^[\x20-\x7e]*$",
        description="What we are called there; needed with the issuer.",
    )
    oidc_secret: str = Field(
        default="",
        max_length=4000,
        repr=False,
        description="Secret of that client; needed too. Best kept in a file:"
        " `TRIALWATCH_OIDC_SECRET_FILE`.",
    )
    oidc_label: str = Field(
        default="",
        max_length=60,
        description="What stands on the button: `Example University`. Default: the issuer's host.",
    )
    api_rate: int = Field(
        default=600,
        ge=0,
        le=1_000_000,
        description="Most requests a minute that one key may send to the interface for tools;"
        " 0 is no limit.",
    )
    web_url: str = Field(
        default="",
        pattern=r"^(https?://[^?#\s]+)?$",
        description="Address of the pages as readers reach them; it goes into every mail."
        " Default: http:// and the bind address.",
    )

    @field_validator("webhook_allow", "web_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("poll_every", "model_patience", mode="before")
    @classmethod
    def _seconds(cls, value: object) -> object:
        if isinstance(value, str) and value.replace(".", "", 1).isdigit():
            return float(value)
        return value

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

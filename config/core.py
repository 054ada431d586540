"""Settings of the core: where everything is kept, what is asked of the registry, who is told."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BaseModel, Field, field_validator
from pydantic_settings import NoDecode

from config.networks import Network, split
from config.sources import config_folder


class CoreSettings(BaseModel):
    """The database, the registry, webhooks and streams, the log, a model."""

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

    @field_validator("webhook_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split(value)

    @field_validator("poll_every", "model_patience", mode="before")
    @classmethod
    def _seconds(cls, value: object) -> object:
        if isinstance(value, str) and value.replace(".", "", 1).isdigit():
            return float(value)
        return value

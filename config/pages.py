"""Settings of the pages: where they are, who sees them, and how people sign in."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import BaseModel, Field, field_validator
from pydantic_settings import NoDecode

from config.networks import Network, split


class PageSettings(BaseModel):
    """Where the pages and the interface for tools are, and who is let in."""

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

    @field_validator("web_allow", mode="before")
    @classmethod
    def _split_allowed(cls, value: object) -> object:
        return split(value)

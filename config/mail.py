"""Settings of mail: how it leaves, whom it asks first, and where it comes back."""

from typing import Literal

from pydantic import BaseModel, Field


class MailSettings(BaseModel):
    """How mail is sent, and what is done with what comes back."""

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

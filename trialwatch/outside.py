"""Wiring, the outer half: the registry and the carriers that a service works with."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace

from config.errors import ConfigError
from config.settings import Settings
from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.canary import CanaryCarrier
from monitor.domain.consents import Confirmation
from monitor.domain.errors import DeliveryError
from monitor.domain.ports import ConfirmationCarrier, Notifier
from monitor.domain.watches import CHATS, Channel
from monitor.registry.client import RegistryClient, open_registry
from monitor.registry.options import RegistryOptions
from notifiers.chat.notifier import ChatNotifier, ChatOptions
from notifiers.email import EmailNotifier
from notifiers.entry import Entry
from notifiers.message import MailSender
from notifiers.model import ModelClient, ModelOptions
from notifiers.oauth import TokenOptions
from notifiers.smtp_pool import EmailOptions
from notifiers.smtp_url import SmtpOptions, Tls, parse_smtp_url
from notifiers.stream import StreamMissingError, StreamNotifier, StreamOptions
from notifiers.verp import BounceAddress
from notifiers.webhook import WebhookNotifier, WebhookOptions
from trialwatch.bootstrap import Service

#: Sender where none is set and the relay is one of this machine or network (a mail catcher).
_LOCAL_SENDER = "trialwatch@localhost.localdomain"


def registry_of(service: Service) -> AbstractAsyncContextManager[RegistryClient]:
    """Open the registry's client."""
    return open_registry(registry_options(service.settings))


@asynccontextmanager
async def carriers_of(service: Service) -> AsyncIterator[Mapping[Channel, Notifier]]:
    """Open one carrier per channel."""
    async with AsyncExitStack() as stack:
        webhook = WebhookNotifier(webhook_options(service.settings), clock=service.clock)
        stack.push_async_callback(webhook.aclose)
        chat = ChatNotifier(chat_options(service.settings), clock=service.clock)
        stack.push_async_callback(chat.aclose)
        mail: Notifier = NoMail()
        options = email_options(service.settings)
        if options is not None:
            email = EmailNotifier(options)
            stack.push_async_callback(email.aclose)
            mail = email
        yield {
            Channel.EMAIL: mail,
            Channel.WEBHOOK: webhook,
            **dict.fromkeys(CHATS, chat),
            Channel.STREAM: _stream_of(service.settings, stack),
        }


def _stream_of(settings: Settings, stack: AsyncExitStack) -> Notifier:
    if not settings.nats_url:
        return NoStream()
    try:
        stream = StreamNotifier(StreamOptions(url=settings.nats_url, web_url=settings.web_url))
    except StreamMissingError as error:
        raise ConfigError(str(error)) from error
    stack.push_async_callback(stream.aclose)
    return stream


@asynccontextmanager
async def asker_of(service: Service) -> AsyncIterator[ConfirmationCarrier]:
    """Open what carries confirmation mails; they are few, and have a connection of their own."""
    options = email_options(service.settings)
    if options is None:
        yield NoMail()
        return
    email = EmailNotifier(replace(options, connections=1))
    try:
        yield email
    finally:
        await email.aclose()


def let_in_of(carriers: Mapping[Channel, Notifier]) -> Callable[[Entry], Awaitable[Receipt]] | None:
    """Return what mails sign-in links, None when no mail server is set."""
    mail = carriers[Channel.EMAIL]
    return mail.let_in if isinstance(mail, EmailNotifier) else None


def model_of(settings: Settings) -> ModelClient | None:
    """Return the model that words rules, None when none is set.

    Raises:
        ConfigError: An address without a name.
    """
    if not settings.model_url:
        return None
    if not settings.model_name:
        raise ConfigError(
            "TRIALWATCH_MODEL_URL is set without TRIALWATCH_MODEL_NAME: name the model as its"
            " server calls it"
        )
    return ModelClient(
        ModelOptions(
            url=settings.model_url,
            name=settings.model_name,
            key=settings.model_key,
            total_time=settings.model_patience,
        )
    )


class NoMail:
    """Stands where no mail server is set: nothing is lost, mail waits."""

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Say what is missing."""
        del claimed
        raise self._missing()

    async def ask(self, confirmation: Confirmation) -> Receipt:
        """Say what is missing."""
        del confirmation
        raise self._missing()

    def _missing(self) -> DeliveryError:
        return DeliveryError(
            "no mail server is set, so mail waits: set TRIALWATCH_SMTP_URL and"
            " TRIALWATCH_MAIL_FROM",
            carrier_down=True,
        )


class NoStream:
    """Stands where no NATS server is set: nothing is lost, events wait."""

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Say what is missing."""
        del claimed
        raise DeliveryError(
            "no NATS server is set, so events wait: set TRIALWATCH_NATS_URL", carrier_down=True
        )


def registry_options(settings: Settings, *, attempts: int = 5) -> RegistryOptions:
    """Return how the registry is asked.

    Raises:
        ConfigError: A setting cannot be used.
    """
    try:
        return RegistryOptions(
            url=settings.registry_url,
            rate=settings.registry_rate,
            contact=settings.registry_contact,
            attempts=attempts,
        )
    except ValueError as error:
        raise ConfigError(f"TRIALWATCH_REGISTRY_...: {error}") from error


def webhook_options(settings: Settings) -> WebhookOptions:
    """Return how webhooks are sent."""
    return WebhookOptions(web_url=settings.web_url, allow=settings.webhook_allow)


def chat_options(settings: Settings) -> ChatOptions:
    """Return how chats are sent to."""
    return ChatOptions(web_url=settings.web_url, allow=settings.webhook_allow)


def email_options(settings: Settings) -> EmailOptions | None:
    """Return how mail is sent, None when no mail server is set.

    Raises:
        ConfigError: The mail server's address or the sender cannot be used.
    """
    if not settings.smtp_url:
        return None
    try:
        relay = parse_smtp_url(settings.smtp_url)
    except ValueError as error:
        raise ConfigError(f"TRIALWATCH_SMTP_URL: {error}") from error
    if not settings.mail_from and relay.tls is not Tls.NEVER:
        raise ConfigError(
            "TRIALWATCH_SMTP_URL is set, and TRIALWATCH_MAIL_FROM is missing. Set"
            " TRIALWATCH_MAIL_FROM to the address mail comes from: alerts@example.org"
        )
    mail_from = settings.mail_from or (_LOCAL_SENDER if relay.tls is Tls.NEVER else "")
    try:
        MailSender.parse(mail_from)
    except ValueError as error:
        words = str(error).rstrip(".")
        raise ConfigError(
            f"{words}. Set TRIALWATCH_MAIL_FROM to the address mail comes from: alerts@example.org"
        ) from error
    return EmailOptions(
        relay=relay,
        mail_from=mail_from,
        web_url=settings.web_url,
        bounces=bounce_address(settings),
        tokens=token_options(settings, relay),
        connections=settings.mail_connections,
        mails_a_minute=settings.mail_rate,
    )


def token_options(settings: Settings, relay: SmtpOptions) -> TokenOptions | None:
    """Return where the relay's access tokens come from, None where it takes a password or nothing.

    Raises:
        ConfigError: It cannot be used.
    """
    if not settings.mail_token_url:
        return None
    if not relay.username or relay.password:
        raise ConfigError(
            "TRIALWATCH_MAIL_TOKEN_URL is set: TRIALWATCH_SMTP_URL then names a user and no"
            " password, smtp://user@host:587"
        )
    try:
        return TokenOptions(
            url=settings.mail_token_url,
            client=settings.mail_token_client,
            secret=settings.mail_token_secret,
            refresh=settings.mail_token_refresh,
            scope=settings.mail_token_scope,
        )
    except ValueError as error:
        raise ConfigError(f"TRIALWATCH_MAIL_TOKEN_...: {error}") from error


def canary_is_set(settings: Settings) -> bool:
    """Return whether mail to ourselves is sent: it is wanted, and there is a mail server.

    Raises:
        ConfigError: It is wanted and could not come in.
    """
    if not settings.canary:
        return False
    if not settings.bounce_bind:
        raise ConfigError(
            "TRIALWATCH_CANARY is set and the mail has no door to come in by: set"
            " TRIALWATCH_BOUNCE_BIND and TRIALWATCH_BOUNCE_ADDRESS too"
        )
    return bool(settings.smtp_url)


def canary_carrier_of(carriers: Mapping[Channel, Notifier]) -> CanaryCarrier | None:
    """Return what carries mail to ourselves, None when no mail server is set."""
    mail = carriers[Channel.EMAIL]
    return mail if isinstance(mail, EmailNotifier) else None


def bounce_address(settings: Settings) -> BounceAddress | None:
    """Return where returned mail goes, None when it is not read.

    Raises:
        ConfigError: It cannot be used.
    """
    if not settings.bounce_address:
        if settings.bounce_bind:
            raise ConfigError(
                "TRIALWATCH_BOUNCE_BIND is set and no mail comes back there: set"
                " TRIALWATCH_BOUNCE_ADDRESS too, such as bounces@example.org"
            )
        return None
    try:
        return BounceAddress.parse(settings.bounce_address)
    except ValueError as error:
        raise ConfigError(f"TRIALWATCH_BOUNCE_ADDRESS: {error}") from error

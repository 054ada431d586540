"""Wiring of signing in by an institution: settings in, an issuer to ask out."""

from urllib.parse import urlsplit

from config.errors import ConfigError
from config.settings import Settings
from monitor.accounts.discovery import is_safe
from monitor.accounts.issuer import Issuer
from monitor.domain.institutions import Institution
from notifiers.issuer import IssuerClient

_NEEDED = ("oidc_issuer", "oidc_client", "oidc_secret")


def issuer_of(settings: Settings) -> Issuer | None:
    """Return who vouches for people of an institution, None when none is set.

    Raises:
        ConfigError: It is set by half, or cannot be used.
    """
    institution = institution_of(settings)
    return None if institution is None else Issuer(institution, IssuerClient())


def institution_of(settings: Settings) -> Institution | None:
    """Return the institution whose accounts sign in here, None when none is set.

    Raises:
        ConfigError: It is set by half, or cannot be used.
    """
    return named_institution(settings) if is_named(settings) else None


def is_named(settings: Settings) -> bool:
    """Tell whether anything is set of an institution."""
    return any(getattr(settings, name) for name in (*_NEEDED, "oidc_label"))


def named_institution(settings: Settings) -> Institution:
    """Return the institution that is set.

    Raises:
        ConfigError: It is set by half, or cannot be used.
    """
    missing = [name for name in _NEEDED if not getattr(settings, name)]
    if missing:
        raise ConfigError(
            f"An institution's sign-in is set without {' and '.join(map(_variable, missing))}: it"
            " needs its issuer, and the client and secret it knows us by"
        )
    if not is_safe(settings.oidc_issuer):
        raise ConfigError(
            "TRIALWATCH_OIDC_ISSUER has to begin with https:// and name a host, as the issuer does"
            " itself; plain http will do on this machine alone"
        )
    return Institution(
        issuer=settings.oidc_issuer,
        client=settings.oidc_client,
        secret=settings.oidc_secret,
        label=settings.oidc_label.strip() or urlsplit(settings.oidc_issuer).hostname or "",
    )


def _variable(name: str) -> str:
    return f"TRIALWATCH_{name.upper()}"

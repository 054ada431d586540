"""Cookies of ours: out of reach for scripts and, over https, for other hosts and plain HTTP."""

from datetime import timedelta
from typing import Literal

from fastapi import Response


def cookie_name(web_url: str, use: str = "") -> str:
    """Return a cookie's name, the session's own for no use in particular.

    ``__Host-`` keeps other hosts and plain HTTP out.
    """
    name = "__Host-trialwatch" if web_url.startswith("https://") else "trialwatch"
    return f"{name}-{use}" if use else name


def set_cookie(
    answer: Response,
    name: str,
    value: str,
    *,
    lasts: timedelta,
    same_site: Literal["lax", "strict"] = "lax",
) -> None:
    """Have a browser keep a cookie."""
    answer.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=_is_secure(name),
        httponly=True,
        samesite=same_site,
    )


def drop_cookie(answer: Response, name: str) -> None:
    """Have a browser forget a cookie."""
    answer.delete_cookie(name, path="/", secure=_is_secure(name), httponly=True)


def _is_secure(name: str) -> bool:
    return name.startswith("__Host-")

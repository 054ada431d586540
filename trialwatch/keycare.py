"""The keys of secrets as a starting process looks at them: what it brings under the first, what is lost."""

import logging

from storage.engine import Database
from storage.keys import SETTING, Keyring
from storage.resealing import OPEN, counted, seal_rest
from storage.sealing import keyring_of
from trialwatch.bootstrap import Service

_log = logging.getLogger("trialwatch")


def look_after_keys(service: Service) -> None:
    """Seal what is open or under an older key; say in the log what no key opens."""
    changed = seal_rest(service.database)
    if changed:
        _log.info("secrets: %d rows were sealed with the first key", changed)
    keyring = keyring_of(service.database.engine.dialect)
    lost = "" if keyring is None else trouble_of(service.database, keyring)
    if lost:
        _log.error("secrets: %s", lost)


def trouble_of(database: Database, keyring: Keyring) -> str:
    """Return what is wrong with the keys and what to do, empty where all is well."""
    if keyring.trouble:
        return keyring.trouble
    known = {OPEN, *(key.id for key in keyring.keys)}
    lost = {key_id: n for key_id, n in counted(database).items() if key_id not in known}
    if not lost:
        return ""
    names = ", ".join(sorted(lost))
    return (
        f"{sum(lost.values())} secrets are sealed with a key that is not in {keyring.path}"
        f" (its name is {names}). Their webhooks and chats wait; mail goes on. Add the line of"
        f" that key to the file, or name the right file in {SETTING}; with the key gone for good,"
        " give those webhooks new secrets and add the chats anew"
    )

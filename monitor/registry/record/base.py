"""What every part of a registry record has in common."""

import msgspec


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """A part of a study as the API gives it: camelCase there, snake_case here.

    Absent means the key is missing, never null. Enumerations stay plain text, so that a value
    the registry adds tomorrow is shown as itself. Unknown fields are skipped here; the raw
    bytes of the version keep them.

    Source:
        Schemas of the registry's OpenAPI document 2.0.5.
    """

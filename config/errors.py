"""What is wrong with a setting; apart from them, so that saying it loads nothing."""


class ConfigError(ValueError):
    """A setting is unknown or wrong; the message names it, what was read, what is allowed."""

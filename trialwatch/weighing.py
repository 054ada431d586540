"""Which weights a service works with."""

from config.errors import ConfigError
from config.settings import Settings
from monitor.detection import Weights, default_weights, read_weights


def weights_of(settings: Settings) -> Weights:
    """Return what matters how much: the packaged table, and over it the operator's own.

    Raises:
        ConfigError: The operator's file cannot be read, or names what does not exist.
    """
    if settings.weights is None:
        return default_weights()
    try:
        text = settings.weights.read_text(encoding="utf-8")
        return read_weights(text, over=default_weights())
    except (OSError, ValueError) as error:
        raise ConfigError(f"TRIALWATCH_WEIGHTS: {settings.weights}: {error}") from error

"""The ``trialwatch`` command: run it, and turn errors into words and an exit status."""

import sys
import traceback
from types import TracebackType

import typer

from config.errors import ConfigError
from monitor.domain.errors import InvalidAddressError, InvalidNctIdError, TrialwatchError
from trialwatch.cli import app
from trialwatch.cli.context import DEBUG, UsageError, debugging

#: Exit statuses: all well, found trouble, wrong use.
TROUBLE, WRONG_USE = 1, 2


def main() -> None:
    """Run the command line; never shows a traceback unless asked with ``--debug``."""
    sys.excepthook = _last_words
    try:
        # Calling the app itself would put Typer's own tracebacks in the place of our last words.
        command = typer.main.get_command(app)
        command(args=[argument for argument in sys.argv[1:] if argument != DEBUG])
    except (InvalidNctIdError, InvalidAddressError, ConfigError, UsageError) as error:
        sys.exit(_explain(error, WRONG_USE))
    except TrialwatchError as error:
        sys.exit(_explain(error, TROUBLE))
    except BrokenPipeError:
        # The reader of a pipe has gone; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(TROUBLE)


def _explain(error: Exception, status: int) -> int:
    if debugging():
        traceback.print_exception(error)
    print(f"trialwatch: {error}", file=sys.stderr)  # noqa: T201  # this is the terminal
    return status


def _last_words(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Speak for errors that nobody foresaw."""
    if issubclass(kind, KeyboardInterrupt):
        return
    if debugging():
        sys.__excepthook__(kind, error, trace)
        return
    text = (
        f"trialwatch: something went wrong inside ({kind.__name__}: {str(error)[:200]})."
        " Nothing that was written is lost. Run it again with --debug for the details."
    )
    print(text, file=sys.stderr)  # noqa: T201  # this is the terminal


if __name__ == "__main__":
    main()

"""A service that has said how to stop it is stopped so from that moment on."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from config.settings import Settings
from trialwatch import daemon
from trialwatch.bootstrap import open_service
from trialwatch.tell import Tell


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_in_the_moment_of_beginning_ends_it_in_order(
    number: signal.Signals, tmp_path: Path
) -> None:
    async def play() -> None:
        # The loop has a way of its own with SIGINT, which is not ours.
        before = signal.getsignal(number)

        def begun() -> None:
            assert signal.getsignal(number) != before, "it would be cut off"
            os.kill(os.getpid(), number)

        await daemon.run(service, daemon.Role(), daemon.Doors(), Tell(), begun)

    with open_service(Settings(data_dir=tmp_path)) as service:
        asyncio.run(play())

"""Asking until there is an answer that can be read, or a reason why there is none.

Puts pace, wire and verdicts together. What the answers hold is read by the caller's ``read``;
what it cannot read counts as a fault and is asked for again.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from monitor.domain.errors import RegistryUnavailableError
from monitor.registry.connections import Connections
from monitor.registry.options import RegistryOptions
from monitor.registry.pace import Pace, TimeAndChance, back_off
from monitor.registry.questions import Question
from monitor.registry.verdicts import PassingFaultError, given_up, refusal
from monitor.registry.wire import Answer, BrokenAnswerError, exchange

T = TypeVar("T")
_log = logging.getLogger(__name__)
_NOTHING = timedelta(0)


class Asker:
    """One connection pool, one pace, one way to be patient."""

    def __init__(
        self, connections: Connections, options: RegistryOptions, timing: TimeAndChance
    ) -> None:
        self._connections = connections
        self._options = options
        self._timing = timing
        self._pace = Pace(options.rate, timing)

    async def ask(self, question: Question, read: Callable[[Answer], T]) -> T:
        """Return what ``read`` makes of the answer; faults that may pass are tried again.

        Raises:
            RegistryError: A refusal, or a fault that did not pass.
        """
        for tries in range(1, self._options.attempts):
            try:
                return read(await self.once(question))
            except PassingFaultError as fault:
                self._rest(fault, question, tries)
        try:
            return read(await self.once(question))
        except PassingFaultError as fault:
            raise self._given_up(fault, question, self._options.attempts) from fault

    async def once(self, question: Question) -> Answer:
        """Return the answer to one request, in turn.

        Raises:
            RegistryError: There is none that could be read; ``PassingFaultError`` among them.
        """
        await self._pace.turn()
        try:
            answer = await self._exchange(question)
        except BrokenAnswerError as error:
            await self._connections.renew()
            raise PassingFaultError(str(error)) from error
        if not answer.whole:
            await self._connections.renew()
        refused = refusal(answer, question, host=self._options.host, now=self._timing.clock())
        if refused:
            raise refused
        return answer

    async def _exchange(self, question: Question) -> Answer:
        options, pool = self._options, self._connections.pool
        base = options.internal_url if question.internal else options.url
        request = pool.build_request(
            "GET", base + question.path, params=question.parameters, headers=question.headers
        )
        seconds = options.answer_timeout.total_seconds()
        return await exchange(pool, request, cap_bytes=options.body_cap_bytes, seconds=seconds)

    def _rest(self, fault: PassingFaultError, question: Question, tries: int) -> None:
        options = self._options
        if fault.retry_after > options.longest_rest:
            raise self._given_up(fault, question, tries) from fault
        rest = back_off(
            tries,
            first=options.first_rest,
            longest=options.longest_rest,
            chance=self._timing.chance(),
        )
        rest = max(rest, fault.retry_after)
        _log.info(
            "registry: try %d for %s failed (%s); resting %.1f s",
            *(tries, question.about, fault, rest.total_seconds()),
        )
        self._pace.rest(rest)

    def _given_up(
        self, fault: PassingFaultError, question: Question, tries: int
    ) -> RegistryUnavailableError:
        return given_up(
            fault, question, host=self._options.host, tries=tries, wait=fault.retry_after
        )

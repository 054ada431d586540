"""A way to the web that opens connections to judged addresses only.

One connection per request, no pool: a target that hangs holds up itself and nobody else, and
nothing of one target's answer can reach another. Redirects, cookies, proxies: none here.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager

import httpcore
import httpx

from notifiers.guard import Network, Resolve, judged_addresses, port_of

#: Name servers that hang hold up these threads, not those of the database.
_RESOLVER_THREADS = 16


class _PinnedNetwork(httpcore.AsyncNetworkBackend):
    """Resolves once, judges every address, connects to those and to nothing else."""

    def __init__(
        self,
        *,
        secure: bool,
        allow: tuple[Network, ...],
        resolve: Resolve,
        threads: ThreadPoolExecutor,
    ) -> None:
        self._secure = secure
        self._allow = allow
        self._resolve = resolve
        self._threads = threads
        self._network = httpcore.AnyIOBackend()
        self._opened: httpcore.AsyncNetworkStream | None = None

    async def aclose(self) -> None:
        """Close the socket itself: one cut off during the TLS handshake has no other owner."""
        if self._opened is not None:
            await self._opened.aclose()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._judge, host, port
        )
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            try:
                self._opened = await self._network.connect_tcp(
                    address,
                    port,
                    timeout=timeout,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return self._opened
        raise failure or httpcore.ConnectError("no address")

    def _judge(self, host: str, port: int) -> tuple[str, ...]:
        try:
            return judged_addresses(
                host, port, secure=self._secure, allow=self._allow, resolve=self._resolve
            )
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("its name cannot be resolved") from error


class _ClosingStream(httpx.AsyncByteStream):
    """The answer's bytes; the connection goes with them."""

    def __init__(self, parts: AsyncIterator[bytes], network: _PinnedNetwork) -> None:
        self._parts = parts
        self._network = network

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for part in self._parts:
                yield part

    async def aclose(self) -> None:
        await self._network.aclose()


class PinnedTransport(httpx.AsyncBaseTransport):
    """Carries requests to judged addresses. The name stays in TLS, certificate and Host."""

    def __init__(self, *, allow: Iterable[Network], resolve: Resolve, tls: ssl.SSLContext) -> None:
        self._allow = tuple(allow)
        self._resolve = resolve
        self._tls = tls
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request over a connection of its own.

        Raises:
            AddressRefusedError: The host leads to an address that is not for webhooks.
            httpx.TransportError: The host cannot be reached, or broke off.
        """
        url = request.url
        network = _PinnedNetwork(
            secure=url.scheme == "https",
            allow=self._allow,
            resolve=self._resolve,
            threads=self._threads,
        )
        connection = httpcore.AsyncHTTPConnection(
            origin=httpcore.Origin(scheme=url.raw_scheme, host=url.raw_host, port=port_of(url)),
            ssl_context=self._tls,
            network_backend=network,
        )
        async with AsyncExitStack() as unless_well:
            unless_well.push_async_callback(network.aclose)
            with _as_httpx():
                answer = await connection.handle_async_request(_as_httpcore(request))
            unless_well.pop_all()
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_ClosingStream(answer.aiter_stream(), network),
        )

    async def aclose(self) -> None:
        """Let go of the resolver's threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _as_httpcore(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Speak of failures in the words of httpx."""
    try:
        yield
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        raise httpx.ConnectError(str(error) or type(error).__name__) from error
    except (httpcore.TimeoutException, httpcore.NetworkError) as error:
        raise httpx.ReadError(str(error) or type(error).__name__) from error
    except httpcore.ProtocolError as error:
        raise httpx.RemoteProtocolError(str(error) or type(error).__name__) from error

"""Clients of a running site: threads that keep their connection and ask one page after another."""

import http.client
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

import numpy as np

N_CLIENTS = 8


class BadAnswer(RuntimeError):
    """The site answered with something else than the page, so the figures would mean nothing."""


@dataclass(frozen=True)
class Ask:
    """One request: an address, whose cookie goes with it, and what the page must hold."""

    path: str
    cookie: str = ""
    expected: bytes = b""


@dataclass(frozen=True)
class Load:
    """What a burst of requests took.

    Attributes:
        per_second: requests a second, all clients together.
        times: (n,) milliseconds from asking to the last byte, one a request.
    """

    per_second: float
    times: np.ndarray


def fetch(connection: http.client.HTTPConnection, ask: Ask) -> float:
    """Ask for one page; return the milliseconds until it was read.

    Raises:
        BadAnswer: it is not what was asked for.
    """
    started = time.perf_counter()
    connection.request("GET", ask.path, headers={"Cookie": ask.cookie} if ask.cookie else {})
    answer = connection.getresponse()
    body = answer.read()
    took = 1000 * (time.perf_counter() - started)
    if answer.status != 200 or ask.expected not in body:
        raise BadAnswer(f"{ask.path} gave {answer.status}: {body[:300]!r}")
    return took


def connect(port: int) -> http.client.HTTPConnection:
    """Return a connection that is kept from one request to the next."""
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def one_by_one(port: int, asks: Iterable[Ask]) -> np.ndarray:
    """Ask for these by a single client; return the (n,) milliseconds."""
    with closing(connect(port)) as connection:
        return np.array([fetch(connection, ask) for ask in asks])


def crowd(port: int, asks: Iterable[Ask], *, seconds: float = 1e9) -> Load:
    """Have eight clients share these requests, until none is left or time is up."""
    queue, lock = iter(asks), threading.Lock()
    times: list[float] = []
    failures: list[BaseException] = []
    deadline = time.perf_counter() + seconds

    def client() -> None:
        try:
            with closing(connect(port)) as connection:
                while not failures and time.perf_counter() < deadline:
                    with lock:
                        ask = next(queue, None)
                    if ask is None:
                        return
                    times.append(fetch(connection, ask))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=client) for _ in range(N_CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    if failures:
        raise failures[0]
    return Load(len(times) / took, np.array(times))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

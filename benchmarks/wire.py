"""What the wire costs: round trips of a small call and of arrays, between two processes.

Run: python benchmarks/wire.py. A child process decodes every frame and sends the value back. Writes
benchmarks/results/wire.json with medians. The bounds asked for are 200 microseconds a round trip and
500 MB/s for arrays.
"""

from __future__ import annotations

import os
import socket
import statistics
import time

import numpy as np

from proctor.inside.pack import encode
from proctor.inside.unpack import decode
from proctor.inside.wire import read_frame, write_frame
from record import record

CALL = {"verb": "call", "name": "relu", "args": [np.linspace(-1, 1, 12).reshape(4, 3), 0.5], "kwargs": {}}


def echo(sock: socket.socket) -> None:
    """The other side: take each value apart and send it back."""
    while True:
        try:
            request, data = read_frame(sock)
        except EOFError:
            os._exit(0)
        write_frame(sock, request, encode(decode(data)))


def round_trip_seconds(sock: socket.socket, value: object, repeats: int) -> float:
    """Median wall time from a value here to its echo here."""
    times = []
    for number in range(repeats):
        start = time.perf_counter()
        write_frame(sock, number, encode(value))
        decode(read_frame(sock)[1])
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Measure, print and write."""
    here, there = socket.socketpair()
    if os.fork() == 0:
        here.close()
        echo(there)
    there.close()
    array = np.random.default_rng(0).standard_normal(4 << 20)  # 32 MiB
    round_trip_seconds(here, CALL, 200)
    small, large = round_trip_seconds(here, CALL, 3000), round_trip_seconds(here, array, 15)
    facts = {
        "call_round_trip_microseconds": small * 1e6,
        "array_bytes": array.nbytes,
        "array_round_trip_seconds": large,
        "array_megabytes_per_second": 2 * array.nbytes / large / 1e6,
    }
    record("wire", facts)
    print(f"a call: {small * 1e6:.0f} microseconds a round trip")
    print(f"an array of {array.nbytes >> 20} MiB: {facts['array_megabytes_per_second']:.0f} MB/s, there and back")


if __name__ == "__main__":
    main()

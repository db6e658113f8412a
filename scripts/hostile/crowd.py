# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Many connections of one attacker, driven by a single loop."""

from __future__ import annotations

import collections
import contextlib
import selectors
import socket
import struct
import time

import frames

_SINK = bytearray(1 << 20)


def connect(port: int, index: int, addresses: int, slow: bool = False) -> socket.socket:
    """A connection from one of several addresses: 127.0.1.1 and on; the bystander has 127.0.0.1 for itself."""
    peer = socket.socket()
    if slow:
        # What the kernel takes in for a peer that does not read is not the daemon's to hold.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.settimeout(5)
    with contextlib.suppress(OSError):
        peer.bind((f"127.0.1.{index % addresses + 1}", 0))
        peer.connect(("127.0.0.1", port))
    peer.setblocking(False)
    return peer


class Peer:
    """One connection that sends the same bytes again and again, `depth` of them without an answer."""

    def __init__(self, peer: socket.socket, data: bytes, depth: int) -> None:
        self.socket, self._data, self._free = peer, memoryview(data), depth
        self._sent = 0
        self._header = bytearray()
        self._rest = 0
        self.is_open = True

    def write(self) -> bool:
        """Sends what may be sent; whether more could be."""
        try:
            while self._free > 0:
                self._sent += self.socket.send(self._data[self._sent :])
                if self._sent == len(self._data):
                    self._sent = 0
                    self._free -= 1
        except BlockingIOError:
            return True
        except OSError:
            self.is_open = False
        return False

    def read(self, most: int) -> int:
        """Reads at most so many bytes; a whole reply makes room for a call."""
        total = 0
        try:
            while total < most:
                count = self.socket.recv_into(_SINK, min(most - total, len(_SINK)))
                if count == 0:
                    self.is_open = False
                    break
                total += count
                self._take(memoryview(_SINK)[:count])
        except BlockingIOError:
            pass
        except OSError:
            self.is_open = False
        return total

    def _take(self, data: memoryview) -> None:
        while data:
            if self._rest:
                count = min(self._rest, len(data))
                self._rest -= count
                data = data[count:]
                if self._rest == 0:
                    self._free += 1
                continue
            missing = frames.HEADER - len(self._header)
            self._header += data[:missing]
            data = data[missing:]
            if len(self._header) == frames.HEADER:
                (self._rest,) = struct.unpack(">I", self._header[4:8])
                self._header.clear()


class Crowd:
    """Peers that all do the same; those that are closed come back."""

    def __init__(self, port: int, count: int, data: bytes, *, depth: int = 1, addresses: int = 1,
                 bytes_per_second: int | None = None) -> None:
        self._port, self._count, self._data, self._depth = port, count, data, depth
        self._addresses, self._rate = addresses, bytes_per_second

    def run(self) -> None:
        """Attacks until the process is ended."""
        selector = selectors.DefaultSelector()
        peers: dict[int, Peer] = {}
        lost = collections.deque(range(self._count))
        last = connected = time.monotonic() - 1
        while True:
            # A few at a time: whoever is thrown out comes back, but does other things as well.
            may_connect = time.monotonic() - connected >= 0.05
            for _ in range(min(len(lost), 64) if may_connect else 0):
                connected = time.monotonic()
                index = lost.popleft()
                slow = self._rate is not None
                peer = Peer(connect(self._port, index, self._addresses, slow), self._data, self._depth)
                peers[index] = peer
                events = selectors.EVENT_WRITE if slow else selectors.EVENT_READ | selectors.EVENT_WRITE
                selector.register(peer.socket, events, index)
            for key, events in selector.select(0.02):
                peer = peers[key.data]
                if events & selectors.EVENT_READ:
                    peer.read(8 << 20)
                wants = peer.write()
                if self._rate is None:
                    mask = selectors.EVENT_READ | (selectors.EVENT_WRITE if wants else 0)
                    if mask != key.events and peer.is_open:
                        selector.modify(peer.socket, mask, key.data)
            now = time.monotonic()
            if self._rate is not None and now - last >= 0.25:
                share = int(self._rate * (now - last))
                last = now
                for peer in peers.values():
                    peer.read(share)
            elif self._rate is not None:
                time.sleep(0.02)
            for index in [index for index, peer in peers.items() if not peer.is_open]:
                peer = peers.pop(index)
                selector.unregister(peer.socket)
                peer.socket.close()
                lost.append(index)


class Churn:
    """Connections that each send the same bytes and are closed at once, one after the other."""

    def __init__(self, port: int, data: bytes, addresses: int = 1) -> None:
        self._port, self._data, self._addresses = port, data, addresses

    def run(self) -> None:
        """Attacks until the process is ended."""
        index = 0
        while True:
            index += 1
            peer = connect(self._port, index, self._addresses)
            # Every other one with a reset.
            linger = struct.pack("ii", index % 2, 0)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            with contextlib.suppress(OSError):
                peer.send(self._data[: 1 + index % len(self._data)])
            peer.close()


class Surge:
    """Connections that each send as much as is taken of the same bytes, close their side all at once, and come back."""

    def __init__(self, port: int, count: int, data: bytes) -> None:
        self._port, self._count, self._data = port, count, data

    def run(self) -> None:
        """Attacks until the process is ended."""
        while True:
            peers = [connect(self._port, index, 8) for index in range(self._count)]
            for peer in peers:
                with contextlib.suppress(OSError):
                    while True:
                        peer.send(self._data)
            for peer in peers:
                with contextlib.suppress(OSError):
                    peer.shutdown(socket.SHUT_WR)
            time.sleep(0.02)
            for peer in peers:
                peer.close()

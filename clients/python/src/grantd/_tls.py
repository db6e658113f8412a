# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""TLS without blocking: the handshake, and a socket with the manners of a plain one."""

from __future__ import annotations

import selectors
import socket
import ssl
import threading

# The most that a TLS record holds, in bytes: so much is handed over at once, so that what was taken is known piece by piece.
_RECORD_BYTES = 16 * 1024

HANDSHAKE_LATE = "no TLS handshake in time; the peer may not speak TLS"


def problem_of(error: OSError) -> str:
    """What to say of a TLS connection that failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the daemon's certificate is refused: {error.verify_message}"
    if isinstance(error, ssl.SSLEOFError) or not isinstance(error, ssl.SSLError):
        return f"the peer ended the TLS handshake; it may not speak TLS ({error.strerror or error})"
    reason = (error.reason or str(error)).replace("_", " ").lower()
    if error.reason in ("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE", "HTTP_REQUEST"):
        return f"the peer does not speak TLS ({reason})"
    return f"TLS: {reason}"


def alert_of(error: BaseException | None) -> str:
    """Why the peer ended a TLS connection that stood; empty where it did not say, or there was no TLS."""
    if not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLEOFError) or not error.reason:
        return ""
    return f"TLS: {error.reason.replace('_', ' ').lower()}"


class TlsSocket:
    """A TLS connection that does not block.

    Callers may send while another thread receives; OpenSSL's object takes one of them at a time.
    """

    __slots__ = ("_lock", "_sock")

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self._lock = threading.Lock()
        self._sock = sock

    def fileno(self) -> int:
        """The descriptor; -1 once it is closed."""
        return self._sock.fileno()

    def send(self, data: bytes | bytearray) -> int:
        """Sends as much as is taken at once, and returns how many bytes that is.

        What was refused must be the beginning of what is sent next.

        Raises:
            BlockingIOError: Where nothing is taken now.
            OSError: Where the connection has ended.
        """
        sent = 0
        blocks = False
        with self._lock, memoryview(data) as view:
            while sent < len(view) and not blocks:
                with view[sent : sent + _RECORD_BYTES] as piece:
                    try:
                        sent += self._sock.send(piece)
                    except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                        blocks = True
        # Raised here, since an error keeps alive what it was raised beside: the view, and with it a buffer that is to shrink.
        if blocks and not sent:
            raise BlockingIOError
        return sent

    def recv_into(self, space: memoryview) -> int:
        """Receives what has come, as far as there is room, and returns how many bytes; 0 at the end.

        The room is for a record at least: whatever is left to be read then makes the descriptor readable.

        Raises:
            BlockingIOError: Where nothing has come.
            OSError: Where the connection has ended otherwise.
        """
        received = 0
        with self._lock:
            while len(space) - received >= _RECORD_BYTES:
                try:
                    count = self._sock.recv_into(space[received:])
                except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    if received:
                        break
                    raise BlockingIOError from None
                except OSError:
                    # Said again by the next read.
                    if received:
                        break
                    raise
                if not count:
                    break
                received += count
        return received

    def close(self) -> None:
        """Closes the connection without a word: whoever is at the other end sees the socket's end."""
        with self._lock:
            self._sock.close()


class Handshake:
    """A handshake over a connected socket, which is watched with it as its key's data."""

    __slots__ = ("_selector", "_sock", "deadline", "problem")

    def __init__(
        self, sock: socket.socket, context: ssl.SSLContext, name: str, selector: selectors.BaseSelector, deadline: float
    ) -> None:
        """Begins; the socket is this object's from now on.

        Args:
            sock: Connected, not blocking.
            context: What is trusted and shown.
            name: The name that the daemon's certificate must bear.
            selector: Watches the socket.
            deadline: When to give up, by the monotonic clock, in seconds.

        Raises:
            OSError: Where the connection has ended already.
            ValueError: Where the name is none.
        """
        self.deadline = deadline
        # Why there is no connection; empty while there may be one.
        self.problem = ""
        self._selector = selector
        try:
            self._sock = context.wrap_socket(sock, server_hostname=name, do_handshake_on_connect=False)
        except BaseException:
            sock.close()
            raise
        self._selector.register(self._sock, selectors.EVENT_WRITE, self)

    def advance(self) -> TlsSocket | None:
        """Goes on as far as it can. Returns the connection at the end, watched no more; otherwise ``problem`` may be set."""
        try:
            self._sock.do_handshake()
        except ssl.SSLWantReadError:
            self._selector.modify(self._sock, selectors.EVENT_READ, self)
            return None
        except ssl.SSLWantWriteError:
            self._selector.modify(self._sock, selectors.EVENT_WRITE, self)
            return None
        except OSError as error:
            self.problem = problem_of(error)
            self.stop()
            return None
        self._selector.unregister(self._sock)
        return TlsSocket(self._sock)

    def stop(self) -> None:
        """Gives it up."""
        self._selector.unregister(self._sock)
        self._sock.close()

# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""How a channel behaves."""

from __future__ import annotations

import dataclasses
import math
import os
import ssl

from grantd import _token

__all__ = ["ChannelConfig"]


@dataclasses.dataclass(frozen=True)
class ChannelConfig:
    """How a channel behaves. Times are in seconds, sizes in bytes.

    Raises:
        ValueError: Where a figure is out of its range.
    """

    deadline: float = 10.0
    """How long a call may take, its retries included, where the call does not say."""

    connect_timeout: float = 5.0
    """How long one attempt to connect may take, the look-up of the name and all its addresses included."""

    silence_timeout: float | None = 5.0
    """A connection that owes answers and sends nothing of them for so long is left for a new one, where the calls on it are
    tried again. A whole reply, or each KiB of one, is a sign of life, and while a request is still being sent so are bytes
    that the daemon takes. Longer than the daemon needs for the largest call. ``None`` or 0: never."""

    max_calls_in_flight: int = 128
    """Calls in flight at once; further calls wait for their turn. Half of what the daemon lets wait on a connection."""

    max_request_bytes: int = 4 * 1024 * 1024
    """The largest request that is sent: the daemon's own limit."""

    max_auction_request_bytes: int = 16 * 1024 * 1024
    """The same for ``ClearAuction``, whose bids cannot be shared out over several calls, and for ``EvaluateColumns``."""

    max_reply_bytes: int = 16 * 1024 * 1024
    """The largest reply that is accepted: its header's own figure, looked at before the bytes come."""

    max_decoded_bytes: int = 256 * 1024 * 1024
    """The most memory that an answer of the contract may take once it is decoded, as estimated over its bytes before: many
    small entries take a hundred times their bytes."""

    attempts: int = 5
    """How often a call is tried in all when the daemon stops or a connection is lost, left or refused. Every call of the
    contract may be repeated: what awards or settles is given a key, by which the daemon knows it again, unless it is sent
    as bytes. 1 never tries again. A call with ``wait_for_ready`` is tried as often as its deadline leaves time for."""

    initial_backoff: float = 0.05
    """The pause after the first failure of a connection; each failure in a row doubles it."""

    max_backoff: float = 5.0
    """The longest pause."""

    jitter: float = 0.25
    """The share of a pause that chance may take away, 0 to 1, so that many clients do not return at once."""

    token: str | None = dataclasses.field(default=None, repr=False)
    """What the daemon's ``--token-file`` asks for: visible ASCII, at most 4,096 bytes."""

    token_file: str | os.PathLike[str] | None = None
    """A file whose first token is used, instead of ``token``; read when a channel is made. The daemon's own file will do."""

    tls: ssl.SSLContext | bool = False
    """Whether the daemon is spoken to over TLS, as its ``--tls-cert`` has it. ``True``: with ``ssl.create_default_context()``,
    which trusts the system's authorities. A context of one's own trusts others (``create_default_context(cafile=…)``), or shows
    the certificate that ``--tls-client-ca`` asks for (``context.load_cert_chain(…)``)."""

    tls_server_name: str | None = None
    """The name that the daemon's certificate must bear, where it is not the address's host."""

    def __post_init__(self) -> None:
        """Refuses figures that are out of their range."""
        for name in ("deadline", "connect_timeout", "initial_backoff", "max_backoff"):
            value = getattr(self, name)
            if not (value > 0 and math.isfinite(value)):
                raise ValueError(f"{name} must be a number of seconds over 0, not {value!r}")
        if self.silence_timeout is not None and not (self.silence_timeout >= 0 and math.isfinite(self.silence_timeout)):
            raise ValueError(f"silence_timeout must be None or a number of seconds, not {self.silence_timeout!r}")
        for name in (
            "max_calls_in_flight",
            "max_request_bytes",
            "max_auction_request_bytes",
            "max_reply_bytes",
            "max_decoded_bytes",
            "attempts",
        ):
            value = getattr(self, name)
            if value < 1:
                raise ValueError(f"{name} must be 1 or more, not {value!r}")
        if not 0 <= self.jitter <= 1:
            raise ValueError(f"jitter must be from 0 to 1, not {self.jitter!r}")
        if not isinstance(self.tls, bool | ssl.SSLContext):
            raise ValueError(f"tls must be True, False or an ssl.SSLContext, not {type(self.tls).__name__}")
        server_name = self.tls_server_name
        if server_name is not None and (not self.tls or not server_name or server_name.startswith(".")):
            raise ValueError("tls_server_name must be a name, and tls be on")
        if self.token is not None:
            if self.token_file is not None:
                raise ValueError("token and token_file are both given; give one")
            _token.check(self.token)

    def tls_context(self) -> ssl.SSLContext | None:
        """What TLS is spoken with; ``None`` where it is not."""
        return ssl.create_default_context() if self.tls is True else self.tls or None

    def with_token(self) -> ChannelConfig:
        """The same with the token that its file holds.

        Raises:
            OSError: Where the file cannot be read.
            ValueError: Where it holds no token, or something else.
        """
        if self.token_file is None:
            return self
        return dataclasses.replace(self, token=_token.read(self.token_file), token_file=None)

# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""One connection of gRPC with one call in flight, on a socket that blocks."""

from __future__ import annotations

import socket
import struct

import h2.config
import h2.connection
import h2.events
import h2.exceptions

import frames

EVALUATE = f"/{frames.CALCULATOR}/Evaluate"
EVALUATE_BATCH = f"/{frames.CALCULATOR}/EvaluateBatch"
GET_SCHEMA = f"/{frames.CATALOGUE}/GetSchema"
_WINDOW = 1 << 24


def headers(path: str, token: str = "") -> list[tuple[str, str]]:
    """Those of a call."""
    fields = [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "grantd"),
        ("te", "trailers"), ("content-type", "application/grpc"),
    ]
    return [*fields, ("authorization", f"Bearer {token}")] if token else fields


def message(payload: bytes) -> bytes:
    """A message as a stream carries it."""
    return struct.pack(">BI", 0, len(payload)) + payload


class GRPCCaller:
    """Calls over one connection, which it opens anew on `peer`."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        configuration = h2.config.H2Configuration(client_side=True, header_encoding="utf-8")
        self._connection = h2.connection.H2Connection(configuration)
        self._connection.initiate_connection()
        self._connection.increment_flow_control_window(_WINDOW)
        self._send()

    def call(self, path: str, payload: bytes, token: str = "") -> str:
        """One call of one message: why it was not answered, or nothing.

        Raises:
            OSError: where the connection broke.
        """
        try:
            return self._call(path, message(payload), token)
        except h2.exceptions.ProtocolError as error:
            raise ConnectionError(str(error)) from error

    def _call(self, path: str, rest: bytes, token: str) -> str:
        stream = self._connection.get_next_available_stream_id()
        self._connection.send_headers(stream, headers(path, token))
        fields: dict[str, str] = {}
        has_message = False
        while True:
            while rest:
                room = min(self._connection.local_flow_control_window(stream), self._connection.max_outbound_frame_size)
                if room == 0:
                    break
                self._connection.send_data(stream, rest[:room], end_stream=len(rest) <= room)
                rest = rest[room:]
            self._send()
            for event in self._receive():
                match event:
                    case h2.events.ConnectionTerminated():
                        return f"the connection was ended with {event.error_code}"
                    case h2.events.StreamReset() if event.stream_id == stream:
                        return f"the call was reset with {event.error_code}: {fields.get('grpc-message', '')}"
                    case h2.events.ResponseReceived() | h2.events.TrailersReceived() if event.stream_id == stream:
                        fields |= {str(name): str(value) for name, value in event.headers}
                    case h2.events.DataReceived() if event.stream_id == stream:
                        has_message = True
                        self._connection.acknowledge_received_data(event.flow_controlled_length, stream)
                    case h2.events.StreamEnded() if event.stream_id == stream:
                        self._send()
                        status = fields.get("grpc-status")
                        is_answered = status == "0" and has_message
                        return "" if is_answered else f"{status} ({fields.get('grpc-message', '')})"

    def _send(self) -> None:
        self._peer.sendall(self._connection.data_to_send())

    def _receive(self) -> list[h2.events.Event]:
        data = self._peer.recv(1 << 16)
        if not data:
            raise ConnectionResetError("closed before the reply was there")
        return self._connection.receive_data(data)

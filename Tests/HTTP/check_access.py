# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Who is let in: what operators read, scripts of other origins, versions of TLS."""

from __future__ import annotations

import http.client
import json
import pathlib
import socket
import ssl
import subprocess
import warnings
from dataclasses import dataclass
from email.message import Message
from typing import Any

from contract import SECONDS

OPERATION = ("/metrics", "/openapi.json", "/schema.binpb")
PROBES = ("/healthz", "/readyz")
EVALUATE = "/grantd.v1.Calculator/Evaluate"
NAMED = "https://named.example"


def make_certificate(folder: pathlib.Path) -> list[str]:
    """Writes a certificate for localhost that vouches for itself, and its key; the daemon's options for them."""
    certificate, key = folder / "tls.pem", folder / "tls.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", key, "-out", certificate, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return ["--tls-cert", str(certificate), "--tls-key", str(key)]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes


def ask(address: str, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """Asks once, on a connection of its own. Names of headers have underscores here."""
    connection = http.client.HTTPConnection(address, timeout=SECONDS)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    reply = connection.getresponse()
    answer = Answer(reply.status, reply.headers, reply.read())
    connection.close()
    return answer


def described(address: str, token: str) -> dict[str, Any]:
    """`/openapi.json`, as one with a token has it."""
    answer = ask(address, "/openapi.json", authorization=f"Bearer {token}")
    assert answer.status == 200, answer.status
    document: dict[str, Any] = json.loads(answer.body)
    return document


def check_operation(closed: str, public: str, token: str) -> None:
    """Both daemons ask for tokens; --public-health lets everybody read what operators do, and no more."""
    for address, is_public in ((closed, False), (public, True)):
        for path in OPERATION:
            wanted = 200 if is_public else 401
            assert ask(address, path).status == wanted, f"{path}, public: {is_public}"
            assert ask(address, path, authorization=f"Bearer {token}").status == 200, path
        for path in (EVALUATE, "/", "/awards"):
            assert ask(address, path).status == 401, f"{path} without a token, public: {is_public}"
        # The description says the same.
        document = described(address, token)
        assert document["security"] == [{"bearer": []}, {"basic": []}], document["security"]
        for path in PROBES + OPERATION:
            asks_for_none = document["paths"][path]["get"].get("security") == []
            assert asks_for_none == (is_public or path in PROBES), f"{path} in /openapi.json, public: {is_public}"
        assert "security" not in document["paths"][EVALUATE]["post"], "a call is described as open to everybody"


def check_origins(closed: str, public: str, token: str) -> None:
    """The second daemon lets scripts of all origins call, and those of one that is named with a token."""
    shown = {"authorization": f"Bearer {token}"}
    for origin in (NAMED, "https://other.example"):
        for address in (closed, public):
            allowed = None if address == closed else NAMED if origin == NAMED else "*"
            preflight = ask(address, EVALUATE, "OPTIONS", origin=origin, access_control_request_method="POST")
            assert preflight.status == 204, preflight.status
            assert preflight.headers["access-control-allow-origin"] == allowed, f"{origin}: {preflight.headers}"
            names = (preflight.headers["access-control-allow-headers"] or "").split(", ")
            assert ("content-type" in names) == (allowed is not None), f"{origin}: {names}"
            assert ("authorization" in names) == (allowed == NAMED), f"{origin}: {names}"
            assert preflight.headers["access-control-allow-credentials"] is None, f"{origin}: {preflight.headers}"
            reply = ask(address, EVALUATE, "POST", b"{}", origin=origin, content_type="application/json", **shown)
            assert reply.headers["access-control-allow-origin"] == allowed, f"{origin}: {reply.headers}"


def speaking(version: ssl.TLSVersion, certificate: str) -> ssl.SSLContext:
    """A client that speaks this version of TLS and no other."""
    context = ssl.create_default_context(cafile=certificate)
    # Of themselves, today's libraries offer nothing so old any more.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


def check_versions(address: str, certificate: str) -> None:
    """TLS 1.2 and 1.3 are spoken, and nothing older."""
    host, port = address.rsplit(":", 1)

    def spoken(version: ssl.TLSVersion) -> str | None:
        with socket.create_connection((host, int(port)), timeout=SECONDS) as plain:
            with speaking(version, certificate).wrap_socket(plain, server_hostname="localhost") as peer:
                peer.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                assert peer.recv(1 << 16).startswith(b"HTTP/1.1 200 "), f"no answer over {version.name}"
                return peer.version()

    assert spoken(ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    assert spoken(ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        try:
            raise AssertionError(f"{spoken(version)} is spoken")
        except ssl.SSLError as error:
            # The daemon's own word: the client would have gone on.
            assert error.reason == "TLSV1_ALERT_PROTOCOL_VERSION", f"{version.name}: {error}"


def check(closed: str, public: str, secure: str, certificate: str, token: str) -> str:
    """`closed` and `public` ask for the token; `public` tells operators' pages to everybody and lets all origins call;
    `secure` shows the certificate.
    """
    check_operation(closed, public, token)
    check_origins(closed, public, token)
    check_versions(secure, certificate)
    return "operators' pages, origins and versions of TLS are open to whom they should be"

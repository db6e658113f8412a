# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""OpenFisca's web API with the country template, served as `openfisca serve` does it, by one worker of gunicorn; for
scripts/bench-http.sh to measure the daemon beside. Run with the Python of the environment that scripts/build-peers.sh makes."""

from gunicorn.app.base import BaseApplication
from openfisca_country_template import CountryTaxBenefitSystem
from openfisca_web_api.app import create_app


class Server(BaseApplication):
    """One process with the rules, one worker with the application."""

    def load_config(self) -> None:
        """Any free port, and a word once it is listened on."""
        self.cfg.set("bind", "127.0.0.1:0")
        self.cfg.set("workers", 1)
        self.cfg.set("loglevel", "error")
        self.cfg.set("when_ready", self.tell)

    @staticmethod
    def tell(server) -> None:
        """Says where is listened."""
        host, port = server.LISTENERS[0].sock.getsockname()[:2]
        print(f"listening on {host}:{port}", flush=True)

    def load(self):
        """The application."""
        return create_app(CountryTaxBenefitSystem())


if __name__ == "__main__":
    Server().run()

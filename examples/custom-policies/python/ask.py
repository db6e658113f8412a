# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Asks a daemon for the award of the programme green-factory: with typed messages, and as a dictionary.

Usage: ask.py HOST:PORT. The messages are made by ../generate.sh from the programme's file; PYTHONPATH names their folder.
"""

from __future__ import annotations

import sys

from cityx.v1 import green_factory_extension_pb2
from cityx.v1.facts import green_factory_pb2

import grantd
from grantd.v1.application_pb2 import Applicant, Application
from grantd.v1.assessment_pb2 import Assessment, Outcome

Facts = green_factory_pb2.GreenFactoryAwardFacts


def typed() -> Application:
    """The application as a message. The measure is an extension: the library's own contract does not know it."""
    application = Application(
        application_id="typed",
        as_of="2027-05-20",
        subject_id="F-1",
        applicant=Applicant(registered_in_beijing=True),
    )
    facts = application.Extensions[green_factory_extension_pb2.green_factory_award]
    facts.rating = green_factory_pb2.GreenFactoryRating.NATIONAL
    facts.investment_fen = 1_000_000_000  # 1,000万元
    facts.lines.add(line_id="A", saved_kwh=120_000, converted_on="2027-01-15")
    facts.site_area_m2 = 2_000
    facts.rated_on = "2026-11-05"
    facts.certificate_number = "GF-2026-017"
    facts.saving_bp = 800
    facts.operation_days = 180
    facts.fields.append(Facts.ENERGY)
    facts.listed_dishonest = False  # what is not set is not known, and not false
    facts.accident_count = 1
    return application


DICTIONARY = {
    "application_id": "dictionary",
    "as_of": "2027-05-20",
    "subject_id": "F-1",
    "applicant": {"registered_in_beijing": True},
    "green_factory_award": {
        "rating": "NATIONAL",
        "investment_fen": 1_000_000_000,
        "lines": [{"line_id": "A", "saved_kwh": 120_000, "converted_on": "2027-01-15"}],
        "site_area_m2": 2_000,
        "rated_on": "2026-11-05",
        "certificate_number": "GF-2026-017",
        "saving_bp": 800,
        "operation_days": 180,
        "fields": ["ENERGY"],
        "listed_dishonest": False,
        "accident_count": 1,
    },
}


def say(what: str, assessment: Assessment) -> None:
    """Prints an assessment in a line."""
    missing = ", ".join(fact.path for fact in assessment.missing) or "nothing"
    print(
        f"{what}: {assessment.measure} {Outcome.Value.Name(assessment.outcome)},",
        f"{assessment.amount_fen} fen, missing {missing}" if assessment.HasField("amount_fen") else f"missing {missing}",
    )


def main() -> None:
    """Asks one by one, then many at once."""
    with grantd.Channel(sys.argv[1]) as channel:
        application = typed()
        say("typed", grantd.evaluate(application, channel=channel))
        say("dictionary", grantd.evaluate(DICTIONARY, channel=channel))
        application.Extensions[green_factory_extension_pb2.green_factory_award].ClearField("accident_count")
        say("less known", grantd.evaluate(application, channel=channel))
        scores = list(grantd.score([typed(), DICTIONARY] * 500, channel=channel))
        amounts = {score.result().amount_fen for score in scores}
        print(f"batch: {len(scores)} assessments, amounts in fen: {amounts}")


if __name__ == "__main__":
    try:
        main()
    except grantd.GrantdError as error:
        sys.exit(str(error))

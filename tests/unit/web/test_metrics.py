"""``/metrics``, read by Prometheus' own parser."""

import json
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from monitor.domain.alerts import DeliveryState
from monitor.domain.errors import StorageError
from storage.engine import Database
from tests.builders import NOON
from tests.unit.web.site import CHANGES, HOOK, READER, a_service, visiting
from trialwatch.bootstrap import Service
from trialwatch.tell import Pulse

_ROOT = Path(__file__).parents[3]


def figures(text: str) -> dict[str, float]:
    """Return every sample by its name and labels."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        assert family.type == "gauge"
        for sample in family.samples:
            labels = "".join(f" {name}={value}" for name, value in sample.labels.items())
            found[sample.name.removeprefix("trialwatch_") + labels] = sample.value
    return found


async def test_dashboard_shows_every_figure_and_no_other(service: Service) -> None:
    board = json.loads((_ROOT / "docs/monitoring/grafana.json").read_text("utf-8"))
    shown = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"trialwatch_(\w+)", target["expr"])
    }
    pulse = Pulse(ended_well_at={"sweep": NOON}, trouble={})
    async with visiting(service, pulse) as visitor:
        told = {name.split()[0] for name in figures((await visitor.get("/metrics")).text)}

    # A stamp beside its age says nothing more; nothing pending here has an oldest one, no
    # mail to ourselves is sent, and there is no replica.
    assert told - shown == {"release_timestamp_seconds"}
    assert shown - told == {
        "delivery_oldest_due_timestamp_seconds",
        "canary_in_timestamp_seconds",
        "canary_missing",
        *("replica_in_trouble", "replica_behind_bytes"),
    }


async def test_figures_tell_how_it_is_going(service: Service) -> None:
    pulse = Pulse(ended_well_at={"sweep": NOON}, trouble={"deliver": "the disk is full"})
    async with visiting(service, pulse, peer="198.51.100.7", host="watch.example") as visitor:
        answer = await visitor.get("/metrics")

    told = figures(answer.text)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert told["tick_last_end_timestamp_seconds tick=sweep"] == NOON.timestamp()
    assert told["tick_in_trouble tick=sweep"] == 0
    assert told["tick_in_trouble tick=deliver"] == 1
    assert told["trials_watched"] == 3
    assert told["trials_unsettled"] == 1
    assert told["deliveries state=delivered"] == 1
    assert told["deliveries state=pending"] == 1
    assert told["mails_kept_back"] == 0
    assert told["targets_failing"] == 1
    assert told["versions_stored"] == 3
    assert told["records_kept_aside"] == 0
    assert told["registry_in_trouble"] == 0
    assert told["release_age_seconds"] > 6 * 86_400
    assert {f"deliveries state={state}" for state in DeliveryState} <= set(told)
    assert any(
        name.startswith("build_info version=") and value == 1 for name, value in told.items()
    )


async def test_figures_name_nobody(service: Service) -> None:
    pulse = Pulse(trouble={"deliver": f"mail to {READER} failed"})
    async with visiting(service, pulse) as visitor:
        text = (await visitor.get("/metrics")).text

    for secret in (READER, HOOK, "clinic", "geheim", "robots", CHANGES):
        assert secret not in text


async def test_nothing_watched_and_nothing_ticking_has_figures_too(database: Database) -> None:
    async with visiting(a_service(database)) as visitor:
        told = figures((await visitor.get("/metrics")).text)

    assert told["trials_watched"] == 0
    assert "release_age_seconds" not in told


async def test_asking_often_counts_rows_no_more_often(service: Service) -> None:
    still = Service(
        settings=service.settings, database=service.database, clock=lambda: NOON, owner="test"
    )
    async with visiting(still) as visitor:
        first = await visitor.get("/metrics")
        with service.database.writing() as connection:
            connection.exec_driver_sql("DROP TABLE attempts")
            connection.exec_driver_sql("DROP TABLE refusals")
            connection.commit()
        assert (await visitor.get("/metrics")).text == first.text


async def test_database_in_trouble_is_told_as_trouble(service: Service) -> None:
    with service.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE refusals")
        connection.commit()
    async with visiting(service) as visitor:
        answer = await visitor.get("/metrics")

    assert answer.status_code == 503
    assert StorageError.__name__ not in answer.text

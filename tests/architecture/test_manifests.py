"""Manifests for Kubernetes: of a known shape, without a secret, with as little as is needed."""

import re
from typing import Any

import kubernetes_validate
import pytest
import yaml

from config.settings import Settings
from tests.architecture.papers import ROOT, project, read

_FOLDER = ROOT / "deploy" / "kubernetes"
#: The oldest and the newest that is looked after upstream.
_VERSIONS = ("1.33", "1.36")
_ROLES = {"serve": ["serve"], "scheduler": ["scheduler"], "worker": ["worker"]}


def everything() -> list[Any]:
    listed = yaml.safe_load((_FOLDER / "kustomization.yaml").read_text())["resources"]
    return [
        one for name in listed for one in yaml.safe_load_all((_FOLDER / name).read_text("utf-8"))
    ]


def of_kind(kind: str) -> list[Any]:
    return [one for one in everything() if one["kind"] == kind]


def pods() -> list[Any]:
    return [one["spec"]["template"]["spec"] for one in of_kind("Deployment") + of_kind("Job")]


@pytest.mark.parametrize("version", _VERSIONS)
@pytest.mark.parametrize(
    "one", everything(), ids=lambda one: f"{one['kind']}-{one['metadata']['name']}"
)
def test_manifest_has_the_shape_that_kubernetes_asks_for(one: Any, version: str) -> None:
    assert kubernetes_validate.validate(one, version, strict=True) == version


def test_validator_refuses_what_is_wrong() -> None:
    wrong = of_kind("Deployment")[0]
    wrong["spec"]["replica"] = 3

    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(wrong, _VERSIONS[0], strict=True)


def test_every_file_is_listed() -> None:
    listed = yaml.safe_load((_FOLDER / "kustomization.yaml").read_text())["resources"]

    assert {*listed, "kustomization.yaml"} == {one.name for one in _FOLDER.iterdir()}


def test_each_role_has_a_deployment_and_keeps_one_when_machines_are_emptied() -> None:
    args = {
        one["metadata"]["name"].removeprefix("trialwatch-"): one["spec"]["template"]["spec"][
            "containers"
        ][0]["args"]
        for one in of_kind("Deployment")
    }

    assert args == _ROLES
    for one in of_kind("Deployment"):
        budget = next(
            each
            for each in of_kind("PodDisruptionBudget")
            if each["metadata"]["name"] == one["metadata"]["name"]
        )
        assert budget["spec"]["selector"] == one["spec"]["selector"]
        assert one["spec"]["selector"]["matchLabels"].items() <= (
            one["spec"]["template"]["metadata"]["labels"].items()
        )
        assert one["spec"]["replicas"] >= 2


def test_image_carries_our_version() -> None:
    version = project()["project"]["version"]
    [image] = yaml.safe_load((_FOLDER / "kustomization.yaml").read_text())["images"]

    assert {pod["containers"][0]["image"] for pod in pods()} == {f"trialwatch:{version}"}
    assert (image["name"], image["newTag"]) == ("trialwatch", version)


@pytest.mark.parametrize("pod", pods(), ids=lambda pod: pod["containers"][0]["name"])
def test_pod_runs_with_as_little_as_it_needs(pod: Any) -> None:
    [container] = pod["containers"]
    uid = re.search(r"--uid (\d+)", read("Dockerfile"))

    assert uid
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == int(uid[1])
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"requests", "limits"} == set(container["resources"])
    # The service itself takes 10 seconds to stop at most.
    assert pod["terminationGracePeriodSeconds"] > 10


def test_probes_ask_where_the_role_answers() -> None:
    [settings] = of_kind("ConfigMap")
    binds = {
        "serve": settings["data"]["TRIALWATCH_WEB_BIND"],
        "scheduler": settings["data"]["TRIALWATCH_HEALTH_BIND"],
        "worker": settings["data"]["TRIALWATCH_HEALTH_BIND"],
    }
    for one in of_kind("Deployment"):
        [container] = one["spec"]["template"]["spec"]["containers"]
        [port] = container["ports"]
        assert binds[container["name"]] == f"0.0.0.0:{port['containerPort']}"
        for probe in ("livenessProbe", "readinessProbe"):
            # A database that is down for a minute restarts nothing.
            assert container[probe]["httpGet"] == {"path": "/alive", "port": port["name"]}


def test_settings_are_settings_there_are_and_secrets_are_files() -> None:
    [settings] = of_kind("ConfigMap")
    names = {name.removeprefix("TRIALWATCH_") for name in settings["data"]}

    known = set(Settings.model_fields)
    assert [
        name for name in names if not {name.lower(), name.removesuffix("_FILE").lower()} & known
    ] == []
    assert of_kind("Secret") == []
    mounts = {
        mount["mountPath"] for pod in pods() for mount in pod["containers"][0]["volumeMounts"]
    }
    files = {value for name, value in settings["data"].items() if name.endswith("_FILE")}
    assert {file.rsplit("/", 1)[0] for file in files} == {"/run/secrets/trialwatch"} <= mounts

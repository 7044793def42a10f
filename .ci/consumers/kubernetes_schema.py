"""What a Kubernetes API server would refuse of an object.

JobSets, TrainJobs and the parts of pods are read by the Python models of Kubeflow Trainer's API; what
is lost on the way is a field that the API does not know. LeaderWorkerSet has no such models: the shape
below is that of its definition of version v1 (kubernetes-sigs/lws, Apache-2.0), pods apart.

usage: kubernetes_schema.py     with objects on standard input
"""

import re
import sys

from kubeflow_trainer_api import models

_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_VARIABLE = r"[-._a-zA-Z][-._a-zA-Z0-9]*"

_WHOLE = {"type": "integer"}
_TEXT = {"type": "string"}


def _object(required=(), **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _one_of(*values):
    return {"enum": list(values)}


_EITHER = {"anyOf": [_WHOLE, _TEXT]}

_LEADER_WORKER_SET = _object(
    ["leaderWorkerTemplate"],
    replicas={"type": "integer", "minimum": 0, "maximum": 1_000_000},
    startupPolicy=_one_of("LeaderCreated", "LeaderReady"),
    networkConfig=_object(
        ["subdomainPolicy"], subdomainPolicy=_one_of("Shared", "UniquePerReplica")
    ),
    rolloutStrategy=_object(
        ["type"],
        type=_one_of("RollingUpdate"),
        rollingUpdateConfiguration=_object(
            maxSurge=_EITHER, maxUnavailable=_EITHER, partition=_WHOLE
        ),
    ),
    leaderWorkerTemplate=_object(
        ["workerTemplate"],
        leaderTemplate={"type": "object"},
        workerTemplate={"type": "object"},
        size={"type": "integer", "minimum": 1},
        restartPolicy=_one_of(
            "Default", "RecreateGroupOnPodRestart", "RecreateGroupAfterStart", "None"
        ),
        subGroupPolicy=_object(
            subGroupSize=_WHOLE,
            subGroupPolicyType=_one_of("LeaderWorker", "LeaderExcluded"),
        ),
        persistentVolumeClaimRetentionPolicy=_object(whenDeleted=_TEXT, whenScaled=_TEXT),
    ),
)

_KINDS = {
    ("jobset.x-k8s.io/v1alpha2", "JobSet"): models.JobsetV1alpha2JobSet,
    ("trainer.kubeflow.org/v1alpha1", "TrainJob"): models.TrainerV1alpha1TrainJob,
    ("trainer.kubeflow.org/v1alpha1", "TrainingRuntime"): models.TrainerV1alpha1TrainingRuntime,
    (
        "trainer.kubeflow.org/v1alpha1",
        "ClusterTrainingRuntime",
    ): models.TrainerV1alpha1ClusterTrainingRuntime,
    ("batch/v1", "Job"): None,
}


def faults(document):
    """What is wrong with an object, sentence by sentence."""
    kind = (document.get("apiVersion"), document.get("kind"))
    if kind == ("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet"):
        yield from _leader_worker_set(document)
    elif kind in _KINDS:
        yield from _lost(_KINDS[kind], document)
    elif kind in {("v1", "ConfigMap"), ("v1", "Service")}:
        yield from _plain(document)
    else:
        yield f"{kind} is no known kind"
    yield from _names(document)


def _lost(model, document):
    """What a model refuses or does not know."""
    try:
        read = model.from_dict(document).to_dict()
    except Exception as error:  # pydantic's, or that of a value of another kind
        yield f"{type(error).__name__}: {error}"
        return
    yield from _differences(document, read, "")


def _differences(given, read, path):
    if isinstance(given, dict) and isinstance(read, dict):
        for key in given.keys() | read.keys():
            if key not in read:
                yield f"{path}.{key} is not known"
            elif key not in given:
                if read[key] not in ("", None, {}, []) or key in ("name", "template"):
                    yield f"{path}.{key} is missing"
            else:
                yield from _differences(given[key], read[key], f"{path}.{key}")
    elif isinstance(given, list) and isinstance(read, list) and len(given) == len(read):
        for index, pair in enumerate(zip(given, read)):
            yield from _differences(*pair, f"{path}[{index}]")
    elif given != read:  # a whole number may have become one with a point
        yield f"{path} is {given!r}, read as {read!r}"


def _leader_worker_set(document):
    import jsonschema

    for error in jsonschema.Draft202012Validator(_LEADER_WORKER_SET).iter_errors(document["spec"]):
        yield f"{error.json_path}: {error.message}"
    template = document["spec"].get("leaderWorkerTemplate", {})
    for name in ("leaderTemplate", "workerTemplate"):
        if name in template:
            yield from _lost(models.IoK8sApiCoreV1PodTemplateSpec, template[name])


def _plain(document):
    allowed = {"ConfigMap": {"data", "binaryData", "immutable"}, "Service": {"spec"}}
    for key in document.keys() - {"apiVersion", "kind", "metadata"} - allowed[document["kind"]]:
        yield f".{key} is not known"
    for key, value in document.get("data", {}).items():
        if not re.fullmatch(r"[-._a-zA-Z0-9]+", key) or not isinstance(value, str):
            yield f".data.{key} is not text under a plain name"


def _names(value, path=""):
    """Names that are not as labels of the domain name system are, and values of variables."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _names(each, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    name = value.get("name")
    if name is not None and path.rsplit(".", 1)[-1].split("[")[0] != "env":
        parts = [name] if path else name.split(".")
        if not isinstance(name, str) or not all(re.fullmatch(_LABEL, part) for part in parts):
            yield f"{path}.name is {name!r}"
    for index, variable in enumerate(value.get("env") or []):
        if not re.fullmatch(_VARIABLE, str(variable.get("name", ""))):
            yield f"{path}.env[{index}].name is {variable.get('name')!r}"
        if "value" in variable and not isinstance(variable["value"], str):
            yield f"{path}.env[{index}].value is no text"
    for key, each in value.items():
        yield from _names(each, f"{path}.{key}")


if __name__ == "__main__":
    import yaml

    found = [fault for document in yaml.safe_load_all(sys.stdin) for fault in faults(document or {})]
    print(*found, sep="\n")
    sys.exit(1 if found else 0)

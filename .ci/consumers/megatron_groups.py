"""Megatron-Core's own rank generator forms the groups of 32 plans, in both of its orders: tensor, context, data and pipeline
groups, and those of experts and of the ranks that share one, as `plan show --ranks` tells them."""

import json
import sys

import launches
from checks import Checks

sys.path.insert(0, str(launches.INSTALLED / "megatron"))

import stand_ins

stand_ins.install()
import warnings

warnings.simplefilter("ignore")
from rank_groups import check_groups

CHECKS = Checks("megatron-core's rank generator")

# The order in which Megatron-Core numbers ranks where no option says otherwise, and with
# --use-tp-pp-dp-mapping.
ORDER = "tp-cp-ep-dp-pp"
EXCHANGED = "tp-cp-ep-pp-dp"

# Tensor, context, data and pipeline degrees.
DENSE = [
    (8, 1, 2, 4),
    (4, 2, 4, 2),
    (2, 4, 4, 2),
    (1, 2, 8, 4),
    (2, 1, 4, 8),
    (4, 4, 1, 4),
    (1, 4, 8, 2),
    (8, 2, 2, 2),
    (1, 1, 4, 16),
]
# The same, and expert and expert-tensor degrees.
SPARSE = [
    (1, 1, 8, 4, 8, 1),
    (2, 1, 8, 2, 8, 1),
    (4, 1, 4, 4, 4, 1),
    (2, 1, 8, 4, 4, 2),
    (4, 2, 4, 2, 8, 1),
    (2, 2, 8, 4, 16, 1),
    (4, 1, 8, 2, 8, 4),
    (8, 1, 8, 8, 8, 1),
    (1, 2, 16, 2, 32, 1),
    (2, 1, 32, 2, 64, 1),
    (4, 1, 16, 2, 16, 4),
    (2, 2, 4, 8, 4, 2),
    (8, 1, 8, 4, 16, 1),
    (1, 4, 8, 4, 8, 1),
    (8, 1, 4, 2, 4, 8),
]
# Those of which Megatron-Core has groups with data outermost.
RENUMBERED = [
    (8, 1, 2, 4),
    (4, 1, 4, 2),
    (1, 1, 8, 4),
    (2, 1, 4, 8),
    (1, 2, 4, 4, 2, 1),
    (2, 2, 4, 2, 4, 1),
    (4, 2, 2, 4, 2, 4),
    (2, 1, 8, 4, 2, 1),
]


def model(experts):
    feed_forward = {"count": 64, "perToken": 4, "intermediateSize": 1024} if experts else {
        "intermediateSize": 8192
    }
    return {
        "name": "sparse" if experts else "dense",
        "architecture": {
            "hiddenSize": 2048,
            "vocabularySize": 32768,
            "layers": 32,
            "attention": {"heads": 16, "keyValueHeads": 8},
            "feedForward": feed_forward,
        },
        "workload": {"globalBatch": 512, "sequenceLength": 4096},
    }


def planned(tensor, context, data, pipeline, expert=None, expert_tensor=None, order=ORDER):
    nodes = tensor * context * data * pipeline // 8
    cluster = {"name": "pod", "nodeGroups": [{"name": "pod", "nodes": nodes, "node": "DGX-H200"}]}
    pins = {"tensor": tensor, "context": context, "data": data, "pipeline": pipeline}
    if expert:
        pins.update({"expert": expert, "expert-tensor": expert_tensor})
    pins["rank-order"] = order
    name = "-".join(str(value) for value in pins.values())
    files = {"cluster": cluster, "model": model(bool(expert))}
    paths = []
    for kind, document in files.items():
        path = launches.WORK / f"groups-{name}-{kind}.json"
        path.write_text(json.dumps(document))
        paths.append(path)
    flags = [text for key, degree in pins.items() for text in (f"--{key}", degree)]
    plan = launches.Plan(f"groups-{name}", json.loads(launches.plan(*paths, "--quiet", *flags)))
    del pins["rank-order"]
    axes = {"tp": "tensor", "cp": "context", "dp": "data", "pp": "pipeline"}
    named = [axes[token] for token in order.split("-") if token in axes]
    CHECKS.equal(plan.document["mapping"]["rankOrder"], named, f"{plan.name}: order")
    for key, degree in pins.items():
        key = "expertTensor" if key == "expert-tensor" else key
        CHECKS.equal(plan.ways[key], degree, f"{plan.name}: {key}")
    return plan


def main():
    for degrees in DENSE + SPARSE:
        with CHECKS.step(f"degrees {degrees}"):
            check_groups(CHECKS, planned(*degrees), ORDER)
    for degrees in RENUMBERED:
        with CHECKS.step(f"degrees {degrees} with data outermost"):
            check_groups(CHECKS, planned(*degrees, order=EXCHANGED), EXCHANGED)
    CHECKS.finish()


main()

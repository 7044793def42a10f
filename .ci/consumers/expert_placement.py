"""A plan places the experts of a tiny model; what is emitted of it is what servers read, and a checkpoint
that it permutes computes what the original does, with every expert on the rank that the plan says."""

import json

import numpy
import torch
import yaml

import launches
from checks import Checks

CHECKS = Checks("expert placement")
LAYERS, EXPERTS, CHOSEN, HIDDEN, INNER, RANKS = 3, 16, 2, 32, 48, 8
MODEL = {
    "name": "tiny experts",
    "architecture": {
        "hiddenSize": HIDDEN,
        "vocabularySize": 256,
        "layers": [
            {
                "count": 1,
                "attention": {"heads": 4},
                "feedForward": {"intermediateSize": INNER},
            },
            {
                "count": LAYERS,
                "attention": {"heads": 4},
                "feedForward": {"count": EXPERTS, "perToken": CHOSEN, "intermediateSize": INNER},
            },
        ],
    },
}


class Experts(torch.nn.Module):
    """Routed experts as trainers hold them: a row of the router and three matrices for each."""

    def __init__(self):
        super().__init__()
        self.router = torch.nn.Parameter(torch.randn(EXPERTS, HIDDEN))
        self.gate = torch.nn.Parameter(torch.randn(EXPERTS, INNER, HIDDEN) / HIDDEN**0.5)
        self.up = torch.nn.Parameter(torch.randn(EXPERTS, INNER, HIDDEN) / HIDDEN**0.5)
        self.down = torch.nn.Parameter(torch.randn(EXPERTS, HIDDEN, INNER) / INNER**0.5)

    def forward(self, tokens):
        scores = torch.softmax(tokens @ self.router.T, -1)
        weights, chosen = scores.topk(CHOSEN)
        output = torch.zeros_like(tokens)
        for place in range(CHOSEN):
            expert = chosen[:, place]
            inner = torch.einsum("tih,th->ti", self.up[expert], tokens)
            gate = torch.einsum("tih,th->ti", self.gate[expert], tokens)
            product = torch.nn.functional.silu(gate) * inner
            one = torch.einsum("thi,ti->th", self.down[expert], product)
            output += weights[:, place, None] * one
        return tokens + output, chosen


def model():
    torch.manual_seed(1)
    return torch.nn.ModuleList(Experts() for _ in range(LAYERS)).double()


def run(layers, tokens):
    """The model's output, and the experts of every token: tokens × layers × chosen."""
    choices = []
    for layer in layers:
        tokens, chosen = layer(tokens)
        choices.append(chosen)
    return tokens, torch.stack(choices, 1)


def permuted(layers, permutation):
    """The checkpoint with the experts and the router's rows of each layer in another order."""
    state = layers.state_dict()
    for index in range(LAYERS):
        order = torch.tensor(permutation[str(index + 1)])
        for name in ("router", "gate", "up", "down"):
            state[f"{index}.{name}"] = state[f"{index}.{name}"][order]
    other = model()
    other.load_state_dict(state)
    return other


def planned(folder):
    arguments = [folder / "cluster.json", folder / "model.json", "--routing", folder / "trace.npy"]
    arguments += ["--sequence-length", 32, "--global-batch", 16, "--pipeline", 1, "--expert", RANKS]
    return launches.Plan("experts", json.loads(launches.plan(*arguments)))


def check_permutation(plan, layers, tokens, output, choices):
    file = json.loads(plan.main_file("expert-permutation"))
    permutation = file["expertPermutation"]
    CHECKS.equal(sorted(permutation), ["1", "2", "3"], "the layers with experts")
    CHECKS.expect(
        any(order != list(range(EXPERTS)) for order in permutation.values()),
        "experts were placed in their order",
    )
    other, moved = run(permuted(layers, permutation), tokens)
    CHECKS.expect(torch.allclose(other, output, rtol=1e-12, atol=1e-12), "the outputs differ")
    for index in range(LAYERS):
        order = torch.tensor(permutation[str(index + 1)])
        CHECKS.expect(
            torch.equal(order[moved[:, index]], choices[:, index]),
            f"layer {index + 1}: tokens go to other experts",
        )
        # Linear placement of what was permuted is the plan's placement of the original.
        slots = plan.document["expertPlacement"]["placement"]["slots"][index]
        ranks = moved[:, index] // (EXPERTS // RANKS)
        where = {expert: slot // (EXPERTS // RANKS) for slot, expert in enumerate(slots)}
        expected = torch.tensor([where[int(e)] for e in choices[:, index].flatten()])
        CHECKS.expect(torch.equal(ranks.flatten(), expected), f"layer {index + 1}: other ranks")


def check_maps(plan):
    """What SGLang, TensorRT-LLM, vLLM and vllm-ascend take for granted of their files."""
    slots = plan.document["expertPlacement"]["placement"]["slots"]
    whole = list(range(EXPERTS))
    location = json.loads((plan.emitted("sglang") / "expert-location.json").read_text())
    rows = torch.tensor(location["physical_to_logical_map"])
    CHECKS.equal(list(location), ["physical_to_logical_map"], "SGLang's keys")
    CHECKS.equal(tuple(rows.shape), (LAYERS + 1, EXPERTS), "SGLang's rows, dense ones among them")
    CHECKS.equal(rows[1:].tolist(), slots, "SGLang's slots")
    CHECKS.equal([sorted(row) for row in rows.tolist()], [whole] * (LAYERS + 1), "SGLang's experts")
    balancer = yaml.safe_load(plan.main_file("tensorrt-llm-experts"))
    CHECKS.equal(
        balancer,
        {
            "num_slots": EXPERTS,
            "layer_updates_per_iter": 0,
            "initial_global_assignments": dict(enumerate(slots, 1)),
        },
        "TensorRT-LLM's load balancer",
    )
    CHECKS.equal(json.loads(plan.main_file("vllm-experts")), slots, "vLLM's map")
    ascend = json.loads(plan.main_file("vllm-ascend-experts"))
    CHECKS.equal(ascend["moe_layer_count"], LAYERS, "vllm-ascend's layers")
    devices = [
        [device["device_expert"] for device in layer["device_list"]]
        for layer in ascend["layer_list"]
    ]
    CHECKS.equal([sum(layer, []) for layer in devices], slots, "vllm-ascend's experts")


def main():
    folder = launches.WORK / "inputs" / "experts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cluster.json").write_text(json.dumps(launches.cluster(["n1"], RANKS)))
    (folder / "model.json").write_text(json.dumps(MODEL))
    layers = model()
    tokens = torch.randn(2048, HIDDEN).double()
    output, choices = run(layers, tokens)
    numpy.save(folder / "trace.npy", choices.numpy().astype("int32"))
    plan = planned(folder)
    check_permutation(plan, layers, tokens, output, choices)
    check_maps(plan)
    launches.plan("check", plan.path)
    with CHECKS.step("a plan without routing"):
        without = launches.tiny("dense")
        try:
            without.main_file("expert-permutation")
            CHECKS.expect(False, "a plan without routing has a permutation")
        except launches.Refused as refusal:
            CHECKS.expect("it places no experts" in str(refusal), f"a plan without: {refusal}")
    CHECKS.finish()


main()

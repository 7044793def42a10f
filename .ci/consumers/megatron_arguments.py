"""Megatron-Core's own parser, validation and configuration accept every emitted list of arguments, its
rank generator forms the groups of `plan show --ranks`, and the model that it builds has the parameters
that were planned for."""

import json
import os
import sys
from collections import defaultdict

import launches
from checks import Checks
from megatron_model import parameters

sys.path.insert(0, str(launches.INSTALLED / "megatron"))

import stand_ins

stand_ins.install()
import warnings

warnings.simplefilter("ignore")
from megatron.core.models.common.embeddings import rope_utils
from megatron.training import arguments as megatron
from rank_groups import check_groups

CHECKS = Checks("megatron-core 0.19")

# Transformer Engine has it on the machines that launches are for.
rope_utils.fused_apply_rotary_pos_emb = rope_utils.fused_apply_rotary_pos_emb or print


def apart(function, *arguments):
    """What a function makes of Megatron's arguments, in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            complaints = os.memfd_create("complaints")
            os.dup2(complaints, 2)
            answer = {"made": function(*arguments)}
        except BaseException as error:  # a parser exits, a validation asserts
            os.lseek(complaints, 0, os.SEEK_SET)
            said = os.read(complaints, 1 << 20).decode(errors="replace").strip().splitlines()
            answer = {"refused": f"{type(error).__name__}: {error} {said[-1] if said else ''}"}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = json.loads(pipe.read())
    os.waitpid(child, 0)
    if "refused" in answer:
        raise launches.Refused(1, answer["refused"])
    return answer["made"]


def parsed(arguments, world):
    """What Megatron-Core makes of arguments; an exception where it refuses."""
    return apart(configuration, arguments, world)


def configuration(arguments, world):
    os.environ.update(
        WORLD_SIZE=str(world), RANK="0", LOCAL_RANK="0", CUDA_DEVICE_MAX_CONNECTIONS="1"
    )
    if "--use-megatron-fsdp" in arguments:
        del os.environ["CUDA_DEVICE_MAX_CONNECTIONS"]
    sys.argv = ["pretrain_gpt.py", *arguments]
    args = megatron.parse_args()
    args = megatron.validate_args(args, {}) or args
    transformer = megatron.core_transformer_config_from_args(args)
    layout = transformer.pipeline_model_parallel_layout
    return {
        "tensor": args.tensor_model_parallel_size,
        "context": args.context_parallel_size,
        "expert": args.expert_model_parallel_size,
        "expertTensor": args.expert_tensor_parallel_size,
        "data": args.data_parallel_size,
        "pipeline": args.pipeline_model_parallel_size,
        "microBatchSize": args.micro_batch_size,
        "sequenceParallel": bool(args.sequence_parallel),
        "globalBatch": args.global_batch_size,
        "layers": args.num_layers,
        "order": "tp-cp-ep-pp-dp" if args.use_tp_pp_dp_mapping else "tp-cp-ep-dp-pp",
        # By stage and virtual stage, the kinds of layers.
        "layout": layout
        and [[[kind.name for kind in chunk] for chunk in stage] for stage in layout.layout],
        "recompute": [
            args.recompute_granularity,
            sorted(args.recompute_modules or []),
            args.recompute_num_layers,
        ],
        "offload": transformer.fine_grained_activation_offloading
        and sorted(transformer.offload_modules)
        or [],
    }


# What a plan calls the modules that it has the hosts keep.
OFFLOADED = {
    "attention": ["attn_norm", "qkv_linear", "core_attn", "attn_proj"],
    "experts": ["mlp_norm", "expert_fc1", "moe_act"],
}


def expected_layout(document):
    """By stage and virtual stage, the kinds of layers that a plan puts there."""
    stages = []
    for stage in document["stages"]:
        kinds = {
            "embedding": lambda chunk: ["embedding"],
            "layers": lambda chunk: ["decoder"] * chunk["layers"],
            "multiTokenPrediction": lambda chunk: ["mtp"] * chunk["layers"],
            "head": lambda chunk: ["loss"],
        }
        parts = []
        for chunk in stage["chunks"]:
            if chunk["kind"] == "layers" or not parts:
                parts.append([])
            # An embedding stands before the layers of its virtual stage, all else behind them.
            parts[-1] += kinds[chunk["kind"]](chunk)
            if chunk["kind"] == "embedding":
                held = parts.pop()
        stages.append(parts)
        if stage["chunks"][0]["kind"] == "embedding":
            parts[0] = held + parts[0]
    return stages


def check_arguments(plan):
    """One list for each stage: those of a stage's ranks are the same."""
    script = plan.emitted("megatron-lm") / "megatron-lm.sh"
    rows = plan.rows if plan.world <= 16 else one_of_each_stage(plan.rows)
    lists = {}
    for row in rows:
        arguments = tuple(launches.arguments_of(script, row, plan.world))
        lists.setdefault(arguments, row)
    answers = []
    for arguments, row in lists.items():
        with CHECKS.step(f"{plan.name}, rank {row['rank']}"):
            answer = parsed(list(arguments), plan.world)
            answers.append((row, list(arguments), answer))
            ways = plan.ways
            for key in ("tensor", "context", "data", "pipeline", "microBatchSize"):
                CHECKS.equal(answer[key], ways[key], f"{plan.name}: {key}")
            check_offload(plan, plan.document["stages"][row["stage"]]["recompute"], answer)
            if plan.document.get("expertPlacement"):
                for key in ("expert", "expertTensor"):
                    CHECKS.equal(answer[key], ways[key], f"{plan.name}: {key}")
            CHECKS.equal(
                answer["globalBatch"],
                ways["data"] * ways["microBatches"] * ways["microBatchSize"],
                f"{plan.name}: global batch",
            )
            if ways["pipeline"] > 1:
                CHECKS.equal(
                    answer["layout"], expected_layout(plan.document), f"{plan.name}: layout"
                )
    return answers


def check_offload(plan, recompute, answer):
    """The modules that a stage has its hosts keep; experts that run again as a whole keep nothing."""
    names = {name for module in recompute.get("offload", []) for name in OFFLOADED[module]}
    if "experts" in recompute["modules"]:
        names -= {"expert_fc1", "moe_act"}
    CHECKS.equal(answer["offload"], sorted(names), f"{plan.name}: offloaded modules")


def one_of_each_stage(rows):
    """The first and the last rank of every stage."""
    ranks = defaultdict(list)
    for row in rows:
        ranks[row["stage"]].append(row)
    return [row for stage in ranks.values() for row in (stage[0], stage[-1])]


def check_parameters(plan, arguments):
    """The parameters of the model that is built, against those of the model that was planned for."""
    model = launches.WORK / "model.json"
    model.write_text(json.dumps(plan.document["inputs"]["model"]["content"]))
    planned = json.loads(launches.plan("describe", model, "--json"))["parameters"]
    CHECKS.equal(
        apart(parameters, arguments),
        planned["total"] + planned["multiTokenPrediction"],
        f"{plan.name}: parameters",
    )


def replaced(arguments, name, value):
    """The arguments with another value of an option."""
    changed = list(arguments)
    changed[changed.index(name) + 1] = value
    return changed


def check_faults(plan, arguments):
    """What Megatron refuses of the same arguments with one fault in each."""
    layout = arguments[arguments.index("--pipeline-model-parallel-layout") + 1]
    faults = {
        "an unknown option": ([*arguments, "--no-such-option"], plan.world),
        "another number of ranks": (arguments, plan.world + 1),
        "a batch that is no multiple": (
            replaced(arguments, "--global-batch-size", "7"),
            plan.world,
        ),
        "a layer less in the layout": (
            replaced(arguments, "--pipeline-model-parallel-layout", layout.replace("t", "", 1)),
            plan.world,
        ),
        "more tensor ranks than heads": (
            replaced(arguments, "--num-attention-heads", "3"),
            plan.world,
        ),
        "a context of other ways": (
            [*arguments, "--hierarchical-context-parallel-sizes", "3", "5"],
            plan.world,
        ),
    }
    for fault, (changed, world) in faults.items():
        try:
            parsed(changed, world)
        except launches.Refused:
            CHECKS.expect(True, fault)
        else:
            CHECKS.expect(False, f"{plan.name}: {fault} was accepted")


# A tiny Mixtral, over the tiny model.
EXPERTS = {
    "model_type": "mixtral",
    "architectures": ["MixtralForCausalLM"],
    "num_local_experts": 4,
    "num_experts_per_tok": 2,
}


def plans():
    yield from launches.examples()
    yield launches.tiny(
        "tiny-host", "--tensor", 2, "--pipeline", 2, "--optimizer-place", "host"
    )
    yield launches.tiny(
        "tiny-offload", "--tensor", 2, "--pipeline", 2, "--recompute", "feedForward,host:attention"
    )
    yield launches.tiny(
        "tiny-offload-experts", "--expert", 2, "--recompute",
        "expertActivation,host:attention,host:experts", model=EXPERTS,
    )
    yield launches.tiny(
        "tiny-offload-beside", "--expert", 2, "--recompute", "experts,host:attention,host:experts",
        model=EXPERTS,
    )
    yield launches.tiny("tiny-1f1b", "--tensor", 2, "--pipeline", 2, "--schedule", "1f1b")
    yield launches.tiny(
        "tiny-interleaved", "--pipeline", 2, "--context", 2, "--schedule", "interleaved:2", sequence=2048
    )


def main():
    for plan in plans():
        with CHECKS.step(plan.name):
            answers = check_arguments(plan)
            check_groups(CHECKS, plan, answers[0][2]["order"])
            check_parameters(plan, answers[0][1])
            if plan.name == "tiny-1f1b":
                check_faults(plan, answers[0][1])
    CHECKS.finish()


main()

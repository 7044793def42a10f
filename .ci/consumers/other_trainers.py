"""torchtitan's, DeepSpeed's and Accelerate's own readers accept what is emitted for them, and make of
it what the plan says."""

import json
import logging
import os

import launches
import stand_ins
from checks import Checks

stand_ins.install()
os.environ["DS_ACCELERATOR"] = "cpu"
logging.disable(logging.CRITICAL)

CHECKS = Checks("other trainers")


def fails(read, *arguments):
    try:
        read(*arguments)
    except (Exception, SystemExit):  # readers exit, assert or raise
        return True
    return False


# torchtitan


def titan_dimensions(path, world):
    """The job's configuration and the ranks along each of its axes."""
    from torchtitan.config import ConfigManager
    from torchtitan.distributed import ParallelDims

    config = ConfigManager().parse_args([f"--job.config_file={path}"])
    ways = config.parallelism
    dimensions = ParallelDims(
        dp_replicate=ways.data_parallel_replicate_degree,
        dp_shard=ways.data_parallel_shard_degree,
        cp=ways.context_parallel_degree,
        tp=ways.tensor_parallel_degree,
        pp=ways.pipeline_parallel_degree,
        ep=ways.expert_parallel_degree,
        etp=ways.expert_tensor_parallel_degree,
        world_size=world,
    )
    return config, dimensions


def titan_parts(document):
    """The names of modules on each virtual stage, in their order."""
    stages = document["stages"]
    virtual = document["parallelism"]["virtualStages"]
    parts = []
    for chunk in range(virtual):
        for stage in stages:
            runs = [each for each in stage["chunks"] if each["kind"] == "layers"]
            run = runs[chunk]
            parts.append(
                [f"layers.{run['firstLayer'] + layer}" for layer in range(run["layers"])]
            )
    parts[0].insert(0, "tok_embeddings")
    parts[-1] += ["norm", "output"]
    return parts


def check_titan(plan):
    path = plan.emitted("torchtitan") / "torchtitan.toml"
    config, dimensions = titan_dimensions(path, plan.world)
    ways = plan.ways
    got = (dimensions.tp, dimensions.cp, dimensions.pp, dimensions.dp_replicate * dimensions.dp_shard)
    expected = tuple(ways[axis] for axis in ("tensor", "context", "pipeline", "data"))
    CHECKS.equal(got, expected, f"{plan.name}: tensor, context, pipeline, data")
    if ways["sharding"] == "parameters":
        CHECKS.equal(
            dimensions.dp_replicate, ways.get("stateReplicas", 1), f"{plan.name}: groups of shards"
        )
    CHECKS.equal(
        config.training.global_batch_size,
        ways["data"] * ways["microBatches"] * ways["microBatchSize"],
        f"{plan.name}: global batch",
    )
    if ways["pipeline"] > 1:
        from torch.distributed.pipelining.schedules import get_schedule_class

        parallelism = config.parallelism
        CHECKS.equal(
            parallelism.module_fqns_per_model_part, titan_parts(plan.document), f"{plan.name}: parts"
        )
        CHECKS.equal(
            parallelism.pipeline_parallel_microbatch_size,
            ways["microBatchSize"],
            f"{plan.name}: micro-batch",
        )
        get_schedule_class(parallelism.pipeline_parallel_schedule)
    text = path.read_text()
    wrong = path.with_name("wrong.toml")
    for fault, changed, world in (
        ("a misspelt key", text.replace("tensor_parallel_degree", "tensor_paralel_degree"), plan.world),
        ("an unknown table", text + "\n[paralelism]\nx = 1\n", plan.world),
        ("a text for a number", _as_text(text, "tensor_parallel_degree"), plan.world),
        ("another number of ranks", text, plan.world + 1),
    ):
        wrong.write_text(changed)
        CHECKS.expect(fails(titan_dimensions, wrong, world), f"{plan.name}: {fault} was accepted")
    wrong.unlink()


def _as_text(text, key):
    """The text of a file with the value of a key in quotes and a letter."""
    lines = []
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        lines.append(f'{name}= "x{value.strip()}"' if name.strip() == key and equals else line)
    return "\n".join(lines)


# DeepSpeed


def deepspeed_config(document, world):
    import deepspeed.runtime.config as reader

    reader.dist.get_world_size = lambda *arguments, **options: world
    reader.dist.get_rank = lambda *arguments, **options: 0
    return reader.DeepSpeedConfig(document)


def check_deepspeed(plan):
    document = json.loads((plan.emitted("deepspeed") / "deepspeed.json").read_text())
    ways = plan.ways
    # Without a model, the reader takes the ranks of a replica that it does not know of for none.
    world = ways["data"] * ways["context"]
    config = deepspeed_config(document, world)
    CHECKS.equal(
        (config.train_batch_size, config.train_micro_batch_size_per_gpu),
        (ways["data"] * ways["microBatches"] * ways["microBatchSize"], ways["microBatchSize"]),
        f"{plan.name}: batches",
    )
    stages = {"none": 0, "optimizer": 1, "gradients": 2, "parameters": 3}
    if ways["sharding"] in stages:
        CHECKS.equal(config.zero_config.stage, stages[ways["sharding"]], f"{plan.name}: ZeRO")
    zero = document.get("zero_optimization", {"stage": 1})
    for fault, changed in {
        "a batch that is no product": {**document, "train_batch_size": document["train_batch_size"] + 1},
        "a stage that is not there": {**document, "zero_optimization": {**zero, "stage": 5}},
        "a misspelt key": {**document, "zero_optimization": {**zero, "reduce_bucket_sice": 3}},
    }.items():
        CHECKS.expect(
            fails(deepspeed_config, changed, world), f"{plan.name}: {fault} was accepted"
        )


# Accelerate


def accelerate_config(path):
    """The arguments of `accelerate launch` and its parallelism, as read from a file."""
    from accelerate.commands.launch import _validate_launch_command, launch_command_parser
    from accelerate.parallelism_config import ParallelismConfig

    arguments = launch_command_parser().parse_args(["--config_file", str(path), "train.py"])
    arguments, _, _ = _validate_launch_command(arguments)
    sizes = {
        f"{name}_size": int(getattr(arguments, f"parallelism_config_{name}_size", None) or 1)
        for name in ("dp_replicate", "dp_shard", "tp", "cp")
    }
    return arguments, ParallelismConfig(**sizes)


def check_accelerate(plan):
    path = plan.emitted("accelerate") / "accelerate.yaml"
    arguments, parallelism = accelerate_config(path)
    CHECKS.equal(arguments.num_processes, plan.world, f"{plan.name}: processes")
    CHECKS.equal(parallelism.total_size, plan.world, f"{plan.name}: ranks of all axes")
    CHECKS.equal(
        (parallelism.tp_size, parallelism.cp_size),
        (plan.ways["tensor"], plan.ways["context"]),
        f"{plan.name}: tensor, context",
    )
    wrong = path.with_name("wrong.yaml")
    wrong.write_text(path.read_text().replace("fsdp_config:", "fsdp_confg:") + "\nno_such_key: 1\n")
    CHECKS.expect(fails(accelerate_config, wrong), f"{plan.name}: an unknown key was accepted")
    wrong.unlink()


def plans():
    yield from launches.examples()
    for stack in ("torchtitan", "deepspeed"):
        for name, pins in {
            "data": ["--data", 8, "--sharding", "zero-3"],
            "tensor": ["--tensor", 2, "--data", 4, "--sharding", "zero-3"],
            "pipeline": ["--pipeline", 2, "--data", 4, "--sharding", "zero-1", "--schedule", "1f1b"],
            "gpipe": ["--pipeline", 2, "--data", 4, "--sharding", "zero-3", "--schedule", "gpipe"],
            "interleaved": [
                "--pipeline", 2, "--data", 4, "--sharding", "zero-3", "--schedule", "interleaved:2"
            ],
            "context": ["--context", 2, "--data", 4, "--sharding", "zero-3"],
            "host": ["--data", 8, "--sharding", "zero-2", "--optimizer-place", "host"],
            "groups": ["--tensor", 2, "--data", 4, "--sharding", "zero-3", "--state-replicas", 2],
        }.items():
            options = ["--stack", stack, "--recompute", "full", *pins]
            try:
                yield launches.tiny(
                    f"{stack}-{name}", *options, sequence=4096, model=launches.LLAMA_8B
                )
            except launches.Refused as refused:
                # The stack cannot run what was pinned, which its plan must say.
                CHECKS.expect(refused.status in (3, 64), f"{stack}-{name}: {refused}")


def main():
    readers = {
        "torchtitan": check_titan, "deepspeed": check_deepspeed, "accelerate": check_accelerate
    }
    targets = launches.offered(readers, CHECKS)
    emitted = dict.fromkeys(targets, 0)
    for plan in plans():
        for target in launches.expressible(plan, targets, CHECKS):
            with CHECKS.step(f"{plan.name}: {target}"):
                emitted[target] += 1
                readers[target](plan)
    for target, count in emitted.items():
        CHECKS.expect(count, f"no plan was emitted for {target}")
    CHECKS.finish()


main()

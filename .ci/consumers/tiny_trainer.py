#!/usr/bin/env python3
"""Trains a tiny model as the arguments of a launch say, on CPUs: what stands in for the trainer.

usage: tiny_trainer.py ARGUMENTS...     the arguments of Megatron-LM's pretrain_gpt.py, or
       tiny_trainer.py --job.config_file FILE     a configuration of torchtitan
with a launcher's environment. The rank's place, its layers and the losses are written, as JSON, into
the folder that TINY_REPORTS names.

The layers are cut as the layout says, over torch's own pipeline schedules; weight matrices over the
tensor ranks, sequences over the context ranks (two pieces each, the first and the last left), and
batches over the data ranks. In double precision, so that a difference from the unsplit model is a
fault.
"""

import argparse
import json
import os
import re
import sys
from dataclasses import dataclass, replace

STEPS = 3
# Sequences are cut to so many tokens.
TOKENS = 32
LEARNING_RATE = 0.5


@dataclass(frozen=True)
class Job:
    """What of a launch's arguments the training depends on."""

    hidden: int
    heads: int
    width: int
    vocabulary: int
    sequence: int
    tensor: int
    context: int
    pipeline: int
    # The layers of each virtual stage, in their order.
    chunks: tuple
    micro_batch: int
    global_batch: int
    schedule: str
    # The axes, the fastest first.
    order: tuple = ("tensor", "context", "data", "pipeline")

    def data(self, world):
        ways, rest = divmod(world, self.tensor * self.context * self.pipeline)
        if rest or not ways:
            raise ValueError(f"{world} ranks are no multiple of tensor × context × pipeline")
        return ways

    def micro_batches(self, world):
        count, rest = divmod(self.global_batch, self.micro_batch * self.data(world))
        if rest or not count:
            raise ValueError("the batch is no multiple of micro-batch × data")
        return count

    @property
    def alone(self):
        """The same training without any split."""
        whole = (sum(self.chunks, ()),)
        return replace(self, tensor=1, context=1, pipeline=1, chunks=whole, schedule="1F1B")


def expanded(layout):
    """The pieces of a pipeline layout: `Et*2|(t|)*2L` gives Ett, t, t, L."""
    if layout[0] == layout[-1] and layout[0] in "'\"":
        layout = layout[1:-1]
    repeated = r"\(([^()]*)\)\*(\d+)|([EtmL|])\*(\d+)"
    while re.search(repeated, layout):
        layout = re.sub(
            repeated, lambda found: (found[1] or found[3]) * int(found[2] or found[4]), layout
        )
    layout = layout.replace(",", "")
    if not re.fullmatch(r"E?[EtmL|]*", layout):
        raise ValueError(f"the layout {layout!r} is not understood")
    return layout.split("|")


def megatron(arguments):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("num-layers", "hidden-size", "num-attention-heads", "seq-length"):
        parser.add_argument(f"--{name}", type=int, required=True)
    for name in ("micro-batch-size", "global-batch-size"):
        parser.add_argument(f"--{name}", type=int, required=True)
    for name in ("tensor", "pipeline"):
        parser.add_argument(f"--{name}-model-parallel-size", type=int, default=1)
    parser.add_argument("--context-parallel-size", type=int, default=1)
    parser.add_argument("--ffn-hidden-size", type=int)
    parser.add_argument("--vocab-size", type=int, default=256)
    parser.add_argument("--pipeline-model-parallel-layout")
    parser.add_argument("--use-tp-pp-dp-mapping", action="store_true")
    known, _ = parser.parse_known_args(arguments)
    layers = known.num_layers
    pieces = ["E" + "t" * layers + "L"]
    if known.pipeline_model_parallel_layout is not None:
        pieces = expanded(known.pipeline_model_parallel_layout)
    counts = [piece.count("t") for piece in pieces]
    if sum(counts) != layers or pieces[0][:1] != "E" or pieces[-1][-1:] != "L":
        raise ValueError(f"the layout {pieces} does not hold the {layers} layers")
    stages = known.pipeline_model_parallel_size
    if len(pieces) % stages:
        raise ValueError(f"{len(pieces)} pieces are no multiple of {stages} stages")
    starts = [sum(counts[:index]) for index in range(len(counts))]
    exchanged = ("tensor", "context", "pipeline", "data")
    return Job(
        hidden=known.hidden_size,
        heads=known.num_attention_heads,
        width=known.ffn_hidden_size or 4 * known.hidden_size,
        vocabulary=known.vocab_size,
        sequence=min(known.seq_length, TOKENS),
        tensor=known.tensor_model_parallel_size,
        context=known.context_parallel_size,
        pipeline=stages,
        chunks=tuple(tuple(range(at, at + count)) for at, count in zip(starts, counts)),
        micro_batch=known.micro_batch_size,
        global_batch=known.global_batch_size,
        schedule="1F1B" if len(pieces) == stages else "Interleaved1F1B",
        order=exchanged if known.use_tp_pp_dp_mapping else Job.order,
    )


def torchtitan(path, world):
    """The job of a configuration file, with sizes of our own where it only names a flavour."""
    import tomllib

    with open(path, "rb") as file:
        document = tomllib.load(file)
    training, parallelism = document["training"], document["parallelism"]
    parts = parallelism.get("module_fqns_per_model_part") or [[]]
    chunks = tuple(
        tuple(int(name.split(".")[1]) for name in part if name.startswith("layers."))
        for part in parts
    )
    tensor, context, pipeline = (
        parallelism.get(f"{axis}_parallel_degree", 1) for axis in ("tensor", "context", "pipeline")
    )
    local = training["local_batch_size"]
    data = world // (tensor * context * pipeline)
    return Job(
        hidden=32,
        heads=8,
        width=64,
        vocabulary=96,
        sequence=TOKENS,
        tensor=tensor,
        context=context,
        pipeline=pipeline,
        chunks=chunks if sum(chunks, ()) else (tuple(range(4)),),
        micro_batch=parallelism["pipeline_parallel_microbatch_size"] if pipeline > 1 else local,
        global_batch=training.get("global_batch_size", local * data),
        schedule=parallelism.get("pipeline_parallel_schedule", "1F1B"),
    )


def read_job(arguments, world):
    for index, argument in enumerate(arguments):
        if argument.startswith("--job.config_file="):
            return torchtitan(argument.split("=", 1)[1], world)
        if argument == "--job.config_file":
            return torchtitan(arguments[index + 1], world)
    return megatron(arguments)


# The parts that need torch: a test of the arguments alone does not wait for it.


def train(job, groups, indices, world):
    """The loss of each step, on the ranks of the last stage; nothing on the others."""
    import torch
    from tiny_model import average_gradients, batch, model_part

    torch.manual_seed(0)
    mine = [chunk for chunk in range(len(job.chunks)) if chunk % job.pipeline == indices["pipeline"]]
    parts = [model_part(job, chunk, groups, indices) for chunk in mine]
    parameters = [weight for part in parts for weight in part.parameters()]
    optimiser = torch.optim.SGD(parameters, lr=LEARNING_RATE)
    run = pipelined(job, parts, mine, groups, world)
    losses = []
    for step in range(STEPS):
        tokens, targets = batch(job, step, indices, world)
        optimiser.zero_grad()
        loss = run(tokens, targets)
        average_gradients(parameters, groups)
        optimiser.step()
        if loss is not None:
            for axis in ("data", "context"):
                if groups[axis] is not None:
                    torch.distributed.all_reduce(loss, group=groups[axis])
                    loss /= torch.distributed.get_world_size(groups[axis])
            losses.append(loss.item())
    return losses


def pipelined(job, parts, mine, groups, world):
    """A function that runs one step's micro-batches forwards and backwards."""
    import torch
    from tiny_model import loss_of

    count = job.micro_batches(world)
    if job.pipeline == 1:

        def one_by_one(tokens, targets):
            total = 0
            for inputs, outputs in zip(tokens.chunk(count), targets.chunk(count)):
                loss = loss_of(parts[0](inputs), outputs) / count
                loss.backward()
                total = total + loss.detach()
            return total

        return one_by_one

    from torch.distributed.pipelining import PipelineStage
    from torch.distributed.pipelining.schedules import PipelineScheduleMulti, get_schedule_class

    stages = [
        PipelineStage(part, chunk, len(job.chunks), torch.device("cpu"), group=groups["pipeline"])
        for part, chunk in zip(parts, mine)
    ]
    kind = get_schedule_class(job.schedule)
    several = issubclass(kind, PipelineScheduleMulti)
    schedule = kind(stages if several else stages[0], count, loss_fn=loss_of)
    is_first = any(stage.is_first for stage in stages)
    is_last = any(stage.is_last for stage in stages)

    def step(tokens, targets):
        losses = []
        inputs = (tokens,) if is_first else ()
        if is_last:
            schedule.step(*inputs, target=targets, losses=losses)
            return torch.stack(losses).mean().detach()
        schedule.step(*inputs)
        return None

    return step


def unsplit_losses(job):
    """The losses of the whole model on one process."""
    axes = ("tensor", "context", "data", "pipeline")
    return train(job.alone, dict.fromkeys(axes), dict.fromkeys(axes, 0), 1)


def main(arguments):
    world, rank = int(os.environ["WORLD_SIZE"]), int(os.environ["RANK"])
    job = read_job(arguments, world)
    job.micro_batches(world)
    import torch
    from torch.distributed.device_mesh import init_device_mesh

    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo")
    slow_first = job.order[::-1]
    ways = {axis: getattr(job, axis) for axis in ("tensor", "context", "pipeline")}
    ways["data"] = job.data(world)
    mesh = init_device_mesh(
        "cpu", tuple(ways[axis] for axis in slow_first), mesh_dim_names=slow_first
    )
    indices = {axis: mesh.get_local_rank(axis) for axis in slow_first}
    groups = {
        axis: mesh.get_group(axis) if ways[axis] > 1 else None for axis in slow_first
    }
    losses = train(job, groups, indices, world)
    report = {
        "rank": rank,
        "host": os.environ.get("SLURMD_NODENAME") or os.uname().nodename,
        "device": int(os.environ["LOCAL_RANK"]),
        "devices": os.environ.get("CUDA_VISIBLE_DEVICES", ""),
        **{axis: indices[axis] for axis in ("tensor", "context", "data")},
        "stage": indices["pipeline"],
        "layers": [
            list(layers)
            for chunk, layers in enumerate(job.chunks)
            if chunk % job.pipeline == indices["pipeline"]
        ],
        "schedule": job.schedule,
        "losses": losses,
    }
    with open(os.path.join(os.environ["TINY_REPORTS"], f"{rank}.json"), "w") as file:
        json.dump(report, file)
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main(sys.argv[1:])

"""torchrun trains a tiny model with the emitted layout, on CPUs: ranks run where the plan puts them,
hold what it says, and lose exactly what the unsplit model loses."""

import json

import agents
import launches
import machines
from checks import Checks

HOSTS = ["n1", "n2"]
CHECKS = Checks("training")
TOLERANCE = 1e-9
# Micro-batches of two sequences, so that there are more of them than stages.
TWO = ["--pipeline", 2, "--micro-batch-size", 2]


def exchanged(document):
    """Pipeline before data, the second node first, and a node's devices from the last."""
    mapping = document["mapping"]
    mapping["rankOrder"] = ["tensor", "context", "pipeline", "data"]
    group = mapping["hosts"][0]["nodeGroup"]
    mapping["hosts"] = [{"nodeGroup": group, "firstNode": node, "nodes": 1} for node in (1, 0)]
    mapping["deviceOrder"] = [1, 0]


def plans():
    """Each with the schedule that its training must name."""
    yield "1F1B", launches.tiny("train-1f1b", *TWO, "--tensor", 2, "--schedule", "1f1b")
    pins = [*TWO, "--context", 2, "--schedule", "interleaved:2"]
    yield "Interleaved1F1B", launches.tiny("train-interleaved", *pins, devices=2, sequence=2048)
    if "torchtitan" in launches.targets():
        pins = ["--stack", "torchtitan", "--pipeline", 2, "--data", 2, "--sharding", "zero-3"]
        pins += ["--schedule", "gpipe", "--micro-batch-size", 1, "--recompute", "full"]
        yield "GPipe", launches.tiny(
            "train-gpipe", *pins, devices=2, sequence=4096, model=launches.LLAMA_8B
        )
    plan = launches.tiny("train-natural", *TWO, "--tensor", 1, "--data", 2, devices=2)
    yield "1F1B", plan.changed("train-exchanged", exchanged)


def layers_of(plan, stage):
    chunks = plan.document["stages"][stage]["chunks"]
    return [
        list(range(chunk["firstLayer"], chunk["firstLayer"] + chunk["layers"]))
        for chunk in chunks
        if chunk["kind"] == "layers"
    ]


def differences(plan, reports, schedule):
    """What the ranks did otherwise than the plan says."""
    ranks = reports.ranks
    if reports.places() != launches.places(plan):
        yield f"ranks ran on {reports.places()}, not {launches.places(plan)}"
    for rank, row in zip(ranks, plan.rows):
        axes = ("tensor", "context", "data", "stage")
        if any(rank[axis] != row[axis] for axis in axes):
            yield f"rank {row['rank']} had the indices {[rank[axis] for axis in axes]}"
        elif rank["layers"] != layers_of(plan, row["stage"]):
            yield f"rank {row['rank']} held the layers {rank['layers']}"
        if rank["schedule"] != schedule:
            yield f"rank {row['rank']} ran {rank['schedule']}"


def job_of(plan):
    """What the emitted arguments, or the emitted configuration, say of the training."""
    from tiny_trainer import megatron, torchtitan

    if plan.document["stack"]["name"] == "torchtitan":
        return torchtitan(plan.emitted("torchtitan") / "torchtitan.toml", plan.world)
    file = plan.emitted("megatron-lm") / "megatron-lm.sh"
    return megatron(launches.arguments_of(file, plan.rows[0], plan.world))


def errors(said):
    return "\n".join(line for line in said.splitlines() if "Error:" in line)[:2000]


def check_training(plan, schedule, script):
    from tiny_trainer import unsplit_losses

    reports = launches.Reports(plan.name)
    statuses, said = agents.run(plan, script, reports, launches.TRAINER)
    if not CHECKS.equal(set(statuses.values()), {0}, f"{plan.name}: {errors(said)}"):
        return
    found = list(differences(plan, reports, schedule))
    CHECKS.expect(not found, f"{plan.name}: {'; '.join(found)}")
    whole = unsplit_losses(job_of(plan))
    split = [rank["losses"] for rank in reports.ranks if rank["losses"]]
    worst = max(
        abs(ours - theirs) for losses in split for ours, theirs in zip(losses, whole, strict=True)
    )
    CHECKS.expect(worst < TOLERANCE, f"{plan.name}: losses differ by {worst}: {split} and {whole}")
    CHECKS.expect(whole[-1] < whole[0] - 1e-3, f"{plan.name}: nothing was learnt: {whole}")


def check_faults(plan, script):
    """Each fault in the script must be seen, by a failure or by what the ranks report."""
    layout = script.split("--pipeline-model-parallel-layout", 1)[1].split()[0]
    faults = {
        "a layer less": script.replace(layout, layout.replace("t", "", 1)),
        "a batch that is no multiple": script.replace("--global-batch-size 16", "--global-batch-size 15"),
        "another order of ranks": script.replace("--use-tp-pp-dp-mapping", ""),
    }
    for fault, text in faults.items():
        CHECKS.expect(text != script, f"{fault}: nothing to change in the script")
        reports = launches.Reports("fault")
        statuses, _ = agents.run(plan, text, reports, launches.TRAINER)
        failed = set(statuses.values()) != {0}
        CHECKS.expect(failed or list(differences(plan, reports, "1F1B")), f"{fault} was not noticed")


def check_unknown_node(plan, script):
    reports = launches.Reports("unknown")
    statuses, said = agents.run(plan, script, reports, launches.REPORT, hosts=["n9"])
    CHECKS.expect(
        statuses["n9"] != 0 and "n9" in said, f"a node that the plan does not have started: {said}"
    )


def main():
    for schedule, plan in plans():
        with CHECKS.step(plan.name):
            script = plan.main_file("torchrun")
            check_training(plan, schedule, script)
            if plan.name == "train-exchanged":
                check_faults(plan, script)
                check_unknown_node(plan, script)
    CHECKS.finish()


machines.inside([*HOSTS, "n9"], "training")
main()

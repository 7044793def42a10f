"""Whatever a plan, a cluster, a model, a node group or a host is called, emitted files say the same as
with harmless names, and nothing of a name is run."""

import ast
import json
import os
import re
import subprocess
import tomllib

import launches
import yaml
from checks import Checks

CHECKS = Checks("hostile names")
CANARY = launches.WORK / "canary"
# What a plan for Megatron-Core can be written as.
KNOWN = ["megatron-lm", "megatron-bridge", "torchrun", "slurm", "openmpi", "nccl"]
KNOWN += ["kubernetes", "leaderworkerset", "trainjob"]
TARGETS = launches.offered(KNOWN, CHECKS)

NAMES = [
    "two words",
    " leading and trailing ",
    "it's",
    "''",
    '"double"',
    "`touch CANARY`",
    "$(touch CANARY)",
    "';touch CANARY;'",
    '";touch CANARY;"',
    "a;touch CANARY",
    "a|touch CANARY",
    "a&touch CANARY&",
    "a\ntouch CANARY",
    "a\r\ntouch CANARY\r\n",
    "a\n#SBATCH --wrap=touch",
    "a\\\ntouch CANARY",
    "\\",
    "$HOME",
    "${PATH}",
    "$((1+1))",
    "*",
    "~root",
    "!!",
    "# comment",
    "a # b",
    "-rf",
    "--help",
    "--target=slurm",
    "name: value",
    "- item",
    "{a: b}",
    "[1, 2]",
    "&anchor",
    "*alias",
    "!!python/object/apply:os.system ['touch CANARY']",
    "%YAML 1.1",
    "---",
    "yes",
    "null",
    "1e3",
    "0x10",
    "2026-01-01",
    "@at",
    "a\tb",
    "tab\x0bvertical",
    "\u2028line\u2029",
    "\u202eright-to-left",
    "Größe 模型 🚀",
    "a\x00b",
    "\x1b[31mred",
    "PLAN_PROGRAM",
    "EOF",
    "PLAN_RANK",
    "../../etc/passwd",
    "a" * 300,
]


def called(name, *, hosts=False):
    """A change of a plan's document: everything has the name; hosts too, if asked for."""

    def change(document):
        document["name"] = name
        for part in ("cluster", "model"):
            document["inputs"][part]["name"] = name
            document["inputs"][part]["file"] = name
        content = document["inputs"]["cluster"]["content"]
        content["name"] = name
        group = content["nodeGroups"][0]
        group["name"] = name
        if hosts:
            group["names"] = [name, "other"]
        for run in document["mapping"]["hosts"]:
            run["nodeGroup"] = name
        for stages in document["stageGroups"]:
            if stages.get("nodeGroup"):
                stages["nodeGroup"] = name

    return change


def commands(script):
    """A script without its comments, the name of its job apart."""
    lines = script.split("\n")
    kept = [line for line in lines if not line.startswith("#") or line.startswith("#SBATCH")]
    jobs = [line for line in kept if line.startswith("#SBATCH --job-name=")]
    for job in jobs:
        CHECKS.expect(re.fullmatch(r"#SBATCH --job-name=[\w.-]+", job, re.A), f"the job name {job!r}")
    return [line for line in kept if line not in jobs]


def emitted_texts(plan, target):
    """The files of a launch by name; nothing where the target refuses it."""
    try:
        folder = plan.emitted(target)
    except launches.Refused as refused:
        CHECKS.expect(refused.status == 65, f"{plan.name}: {target}: {refused}")
        return None
    return {file.name: file.read_bytes().decode() for file in sorted(folder.iterdir())}


def same_values(file, got, harmless):
    """Whether a file says, to its own reader, what it says with harmless names."""
    if file.endswith((".sh", ".sbatch")):
        return commands(got) == commands(harmless)
    return values(file, got) == values(file, harmless)


def values(file, text):
    """What a file's own reader makes of it, without comments; the names of objects, which are made of
    the model's, as marks."""
    if file.endswith(".json"):
        return without(json.loads(text))
    if file.endswith((".yaml", ".yml")):
        read = list(yaml.safe_load_all(text))
        objects = {each["metadata"]["name"] for each in read if "metadata" in each}
        for each in objects:
            CHECKS.expect(re.fullmatch(r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?", each), f"object {each!r}")
        return without(read, objects)
    if file.endswith(".toml"):
        return without(tomllib.loads(text))
    if file.endswith(".py"):
        tree = ast.parse(text)
        tree.body = [each for each in tree.body if not is_text(each)]
        return ast.dump(tree)
    return [line for line in text.split("\n") if not line.startswith("#")]


def is_text(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def without(value, objects=frozenset()):
    """A value whose objects have marks for names and whose scripts have no comments."""
    if isinstance(value, dict):
        return {
            key: "NAME" if key == "name" and each in objects else without(each, objects)
            for key, each in value.items()
            # DeepSpeed's configuration has its heading under this key.
            if key != "plan"
        }
    if isinstance(value, list):
        return [without(each, objects) for each in value]
    if isinstance(value, str) and value.startswith("#!"):
        return commands(value)
    return value


def check_names(index, name, plan, harmless):
    hostile = plan.changed(f"hostile-{index}", called(name))
    for target in TARGETS:
        texts = emitted_texts(hostile, target)
        if not CHECKS.expect(texts is not None, f"{name!r}: {target} refused harmless hosts"):
            continue
        for file, text in texts.items():
            CHECKS.expect(
                same_values(file, text, harmless[target][file]),
                f"{name!r}: {target}/{file} says something else",
            )
            if file.endswith((".sh", ".sbatch")):
                CHECKS.expect(
                    subprocess.run(["bash", "-n"], input=text.encode(), check=False).returncode == 0,
                    f"{name!r}: {target}/{file} is no bash",
                )
    script = hostile.emitted("megatron-lm") / "megatron-lm.sh"
    row = plan.rows[0]
    CHECKS.equal(
        launches.arguments_of(script, row, plan.world),
        launches.arguments_of(plan.emitted("megatron-lm") / "megatron-lm.sh", row, plan.world),
        f"{name!r}: arguments",
    )


def check_host(index, name, plan):
    """torchrun.sh finds a node by its name, or the name is refused."""
    hostile = plan.changed(f"hostile-host-{index}", called("harmless", hosts=False))
    hostile = hostile.changed(f"hostile-host-{index}", lambda document: rename_hosts(document, name))
    for target in TARGETS:
        texts = emitted_texts(hostile, target)
        if texts is None or target != "torchrun":
            continue
        reports = launches.Reports("hosts")
        environment = dict(
            reports.environment(),
            PLAN_NODE_NAME=name.replace("\0", ""),
            PLAN_TORCHRUN=str(launches.REPORT),
            RANK="0",
            LOCAL_RANK="0",
            WORLD_SIZE="0",
        )
        script = hostile.emitted(target) / "torchrun.sh"
        run = subprocess.run(
            ["bash", script], env=environment, capture_output=True, text=True, check=False
        )
        if CHECKS.expect(run.returncode == 0, f"host {name!r}: {run.stderr}"):
            CHECKS.expect(
                "--node-rank=0" in reports.arguments(0)
                and f"--master-addr={name}" in reports.arguments(0),
                f"host {name!r}: {reports.arguments(0)[:8]}",
            )


def rename_hosts(document, name):
    document["inputs"]["cluster"]["content"]["nodeGroups"][0]["names"] = [name, "other"]


def main():
    os.chdir(launches.WORK)
    plan = launches.tiny("harmless", "--tensor", 2, "--pipeline", 2)
    harmless = {target: emitted_texts(plan, target) for target in TARGETS}
    for index, name in enumerate(NAMES):
        name = name.replace("CANARY", str(CANARY))
        with CHECKS.step(f"{name!r}"):
            check_names(index, name, plan, harmless)
        with CHECKS.step(f"host {name!r}"):
            check_host(index, name, plan)
        if not CHECKS.expect(not CANARY.exists(), f"{name!r} was run"):
            CANARY.unlink()
    # What the comparison must notice: a name that ends its comment.
    broken = harmless["torchrun"]["torchrun.sh"].replace("\n", "\ntouch x\n", 1)
    CHECKS.expect(
        not same_values("torchrun.sh", broken, harmless["torchrun"]["torchrun.sh"]),
        "a command that a name brought in was not noticed",
    )
    CHECKS.finish()


main()

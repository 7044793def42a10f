"""Plans, what `plan emit` writes of them, and what a launch's ranks report."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Set by `run`: the binary, a folder that goes when the checks end, and the Python with the trainers.
BINARY = os.environ.get("PLAN_BINARY", str(ROOT / ".build/release/plan"))
WORK = pathlib.Path(os.environ.get("PLAN_WORK", tempfile.gettempdir()))
INSTALLED = pathlib.Path(os.environ.get("PLAN_INSTALLED", ROOT / ".build-consumers"))
REPORT = HERE / "report_rank"
TRAINER = HERE / "tiny_trainer"


class Refused(Exception):
    """What `plan` said where it gave no file."""

    def __init__(self, status, text):
        super().__init__(f"exit status {status}: {text.strip()}")
        self.status = status


def plan(*arguments, text=None):
    """What a command of `plan` prints."""
    run = subprocess.run(
        [BINARY, *map(str, arguments)], input=text, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise Refused(run.returncode, run.stderr + run.stdout)
    return run.stdout


def targets():
    """The names of all targets."""
    offered = plan("emit", "--help").split("Targets:", 1)[1].split("Without -o", 1)[0]
    return re.findall(r"^  ([a-z][a-z-]*)(?:@[\w.]+)?$", offered, re.M)


def image(target):
    """What a target of Kubernetes needs besides."""
    pods = ("kubernetes", "leaderworkerset", "trainjob")
    return ["--image", "registry.example/trainer:1"] if target in pods else []


def offered(wanted, checks):
    """Those of some targets that there are; the end of the checks where there are none."""
    return [target for target in wanted if target in targets()] or checks.skip(
        f"no target is one of {', '.join(wanted)}"
    )


class Plan:
    """A plan in a file, with where its ranks run."""

    def __init__(self, name, document):
        self.name = name
        self.path = WORK / "plans" / f"{name}.json"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(document))
        self.document = document

    @property
    def ways(self):
        return self.document["parallelism"]

    @property
    def rows(self):
        """A place and the indices of each rank."""
        if not hasattr(self, "_rows"):
            self._rows = json.loads(plan("show", self.path, "--ranks", "--json"))
        return self._rows

    @property
    def world(self):
        return len(self.rows)

    def emitted(self, target):
        """The files of a launch; the first is the main one."""
        folder = WORK / "emitted" / self.name / target
        if not folder.exists():
            plan("emit", self.path, "--target", target, *image(target), "-o", folder)
        return folder

    def main_file(self, target):
        """The text of the main file, as standard output has it."""
        return plan("emit", self.path, "--target", target, *image(target))

    def changed(self, name, change):
        """A plan whose document a function changed."""
        document = json.loads(json.dumps(self.document))
        change(document)
        return Plan(name, document)


def example(name):
    """The plan of one of the repository's examples; nothing for the one that does not fit."""
    folder = ROOT / "examples" / name
    arguments = [folder / "cluster.json", folder / "model.json"]
    if (folder / "workload.json").exists():
        arguments += ["--workload", folder / "workload.json"]
    if (folder / "options.txt").exists():
        arguments += (folder / "options.txt").read_text().split()
    stored = WORK / "plans" / f"{name}.json"
    if stored.exists():
        return Plan(name, json.loads(stored.read_text()))
    try:
        return Plan(name, json.loads(plan(*arguments)))
    except Refused as refused:
        if refused.status != 3:
            raise
        return None


def examples():
    folders = sorted(path.parent for path in (ROOT / "examples").glob("*/story.txt"))
    return [made for made in map(example, (folder.name for folder in folders)) if made]


def expressible(plan_, wanted, checks):
    """Those of some targets that take a plan; a target that refuses must say why."""
    for target in wanted:
        try:
            plan_.emitted(target)
        except Refused as refused:
            checks.expect(
                refused.status == 65 and f"{target} cannot run this plan" in str(refused),
                f"{plan_.name}: {target}: {refused}",
            )
        else:
            yield target


TINY_MODEL = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_act": "silu",
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
    "num_hidden_layers": 7,
    "vocab_size": 96,
    "max_position_embeddings": 64,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
}


# A model that torchtitan knows by name.
LLAMA_8B = {
    **TINY_MODEL,
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "num_hidden_layers": 32,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "rope_theta": 500000.0,
}


def cluster(hosts, devices):
    """A small cluster with named nodes."""
    return {
        "name": "small",
        "nodeGroups": [
            {
                "name": "nodes",
                "nodes": len(hosts),
                "names": hosts,
                "node": "DGX-H100",
                "acceleratorsPerNode": devices,
            }
        ],
    }


def tiny(name, *pins, hosts=("n1", "n2"), devices=4, batch=16, sequence=32, model=None):
    """A plan of a tiny model, with its degrees pinned."""
    folder = WORK / "inputs" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cluster.json").write_text(json.dumps(cluster(list(hosts), devices)))
    (folder / "model.json").write_text(json.dumps(dict(TINY_MODEL, **(model or {}))))
    inputs = [folder / "cluster.json", folder / "model.json"]
    workload = ["--sequence-length", sequence, "--global-batch", batch]
    return Plan(name, json.loads(plan(*inputs, *workload, *pins)))


class Reports:
    """The folder into which the ranks of one launch report."""

    def __init__(self, name):
        self.folder = WORK / "reports" / name
        self.folder.mkdir(parents=True, exist_ok=True)
        for file in self.folder.iterdir():
            file.unlink()

    def environment(self, program=REPORT):
        environment = dict(
            os.environ,
            PLAN_PROGRAM=str(program),
            PLAN_INSTALLED=str(INSTALLED),
            TINY_REPORTS=str(self.folder),
            OMP_NUM_THREADS="1",
        )
        environment.pop("CUDA_VISIBLE_DEVICES", None)
        return environment

    @property
    def ranks(self):
        """What the ranks reported, by rank."""
        files = sorted(self.folder.glob("*.json"), key=lambda file: int(file.stem))
        return [json.loads(file.read_text()) for file in files]

    def arguments(self, rank):
        return (self.folder / f"{rank}.arguments").read_bytes().decode().split("\0")[:-1]

    def places(self):
        """The rank, the host and the device of each; a device by its number in the whole node."""
        return [(rank["rank"], rank["host"], _device(rank)) for rank in self.ranks]


def _device(report):
    visible = report["devices"].split(",")
    return int(visible[report["device"]]) if report["devices"] else report["device"]


def places(plan_):
    """Where a plan says that its ranks run."""
    return [(row["rank"], row["host"], row["device"]) for row in plan_.rows]


def arguments_of(script, row, world, *own):
    """The arguments that a program's script passes on, on one rank."""
    reports = Reports("arguments")
    environment = dict(
        reports.environment(),
        RANK=str(row["rank"]),
        LOCAL_RANK=str(row["device"]),
        WORLD_SIZE=str(world),
        MASTER_ADDR="localhost",
        MASTER_PORT="29500",
    )
    run = subprocess.run(
        ["bash", script, *own], env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise Refused(run.returncode, run.stderr)
    return reports.arguments(row["rank"])

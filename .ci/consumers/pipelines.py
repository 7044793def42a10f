"""Plans go from the planner over the check and the emitter into a running job, in one pipe; where the
check fails, nothing is submitted."""

import json
import os
import subprocess

import launches
import machines
from checks import Checks

HOSTS = ["n1", "n2", "n3", "n4"]
CHECKS = Checks("pipelines")


def run(command, reports, folder):
    """A pipeline of a shell that reports the failure of any part."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=dict(
            reports.environment(),
            PLAN_TORCHRUN=str(launches.INSTALLED / "venv/bin/torchrun"),
            PATH=f"{launches.WORK}/bin:{os.environ['PATH']}",
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def inputs(name, hosts, devices):
    folder = launches.WORK / "pipelines" / name
    folder.mkdir(parents=True)
    (folder / "cluster.json").write_text(json.dumps(launches.cluster(hosts, devices)))
    (folder / "model.json").write_text(json.dumps(launches.TINY_MODEL))
    return folder


def planned(folder, *pins):
    return " ".join(
        ["plan cluster.json model.json --sequence-length 32 --global-batch 32", *pins]
    )


def check_runs(name, folder, made, command, ranks):
    """A pipeline that ends in a job of so many ranks, each where the plan puts it."""
    reports = launches.Reports(name)
    done = run(command, reports, folder)
    if not CHECKS.equal(done.returncode, 0, f"{name}: {done.stderr}"):
        return
    plan = launches.Plan(name, json.loads(run(made, reports, folder).stdout))
    CHECKS.equal(plan.world, ranks, f"{name}: ranks")
    CHECKS.equal(reports.places(), launches.places(plan), f"{name}: places")


def check_running(slurm):
    folder = inputs("four-nodes", HOSTS, 8)
    made = planned(folder, "--tensor 8", "--pipeline 2")
    check_runs(
        "slurm", folder, made,
        f"{made} | plan check - | plan emit - --target slurm | sbatch --wait --output=job.log", 32,
    )
    check_runs(
        "slurm-tee", folder, made,
        f"{made} | tee plan.json | plan check - >/dev/null"
        " && plan emit plan.json --target slurm -o launch && sbatch --wait -o job.log launch/job.sbatch",
        32,
    )
    folder = inputs("two-nodes", HOSTS[:2], 2)
    made = planned(folder, "--tensor 2", "--pipeline 2")
    check_runs(
        "torchrun-under-slurm", folder, made,
        f"{made} | plan check - | plan emit - --target torchrun > torchrun.sh"
        " && srun --nodes=2 --ntasks-per-node=1 --nodelist=n1,n2 --gres=gpu:2 bash -c"
        " 'MASTER_ADDR=localhost PLAN_NODE_NAME=$SLURMD_NODENAME bash torchrun.sh'",
        4,
    )
    folder = inputs("one-node", [os.uname().nodename], 2)
    made = planned(folder, "--pipeline 2")
    check_runs(
        "torchrun", folder, made,
        f"{made} | plan check - | plan emit - --target torchrun | bash", 2,
    )
    if "openmpi" in launches.targets():
        check_runs(
            "openmpi", folder, made,
            f"{made} | plan check - | plan emit - --target openmpi"
            " | OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"
            " OMPI_MCA_oob_tcp_if_include=lo bash",
            2,
        )
    if "kubernetes" in launches.targets():
        reports = launches.Reports("kubernetes")
        python = launches.INSTALLED / "venv/bin/python"
        done = run(
            f"{made} | plan check - | plan emit - --target kubernetes --image trainer:1"
            f" | {python} {launches.HERE}/kubernetes_schema.py",
            reports,
            folder,
        )
        CHECKS.equal(done.returncode, 0, f"kubernetes: {done.stdout}{done.stderr}")


def check_stopped(slurm):
    """A tampered plan ends the pipe with a failure, and no job."""
    folder = inputs("tampered", HOSTS, 8)
    before = slurm.submitted
    made = planned(folder, "--tensor 8", "--pipeline 2")
    tampered = """python3 -c 'import json, sys; plan = json.load(sys.stdin)
plan["certificate"]["boundSeconds"] *= 1.001; json.dump(plan, sys.stdout)'"""
    smaller = """python3 -c 'import json, sys; plan = json.load(sys.stdin)
plan["stages"][0]["chunks"][1]["layers"] -= 1; json.dump(plan, sys.stdout)'"""
    ends = {
        "a changed bound": f"{made} | {tampered}",
        "a lost layer": f"{made} | {smaller}",
        "a plan that does not fit": "plan cluster.json model.json --tensor 7",
        "a cluster that is not there": "plan nowhere.json model.json",
    }
    for name, start in ends.items():
        reports = launches.Reports("stopped")
        done = run(
            f"{start} | plan check - | plan emit - --target slurm | sbatch --output=job.log",
            reports,
            folder,
        )
        CHECKS.expect(done.returncode != 0, f"{name}: the pipe ended well")
        CHECKS.equal(slurm.submitted, before, f"{name}: jobs submitted")


def main():
    from fake_slurm import FakeSlurm

    (launches.WORK / "bin").mkdir(exist_ok=True)
    link = launches.WORK / "bin/plan"
    if not link.exists():
        link.symlink_to(launches.BINARY)
    slurm = FakeSlurm(launches.WORK / "slurm-pipelines", HOSTS)
    with CHECKS.step("pipes that run"):
        check_running(slurm)
    with CHECKS.step("pipes that stop"):
        check_stopped(slurm)
    CHECKS.finish()


machines.inside(HOSTS, "pipelines")
main()

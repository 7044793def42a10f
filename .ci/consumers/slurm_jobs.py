"""Slurm accepts the emitted jobs and starts their ranks where the plan puts them."""

import subprocess

import launches
import machines
from checks import Checks
from rearranged import moved, permuted

HOSTS = ["n1", "n2", "n3", "n4"]
CHECKS = Checks("slurm")


def submit(script, reports, *options, program=launches.REPORT):
    """Submits a script and waits for the end of its job."""
    command = ["sbatch", "--wait", f"--output={reports.folder}/job.log", *options]
    return subprocess.run(
        command,
        input=script,
        env=reports.environment(program),
        cwd=reports.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def check_places(slurm, plan):
    reports = launches.Reports(plan.name)
    script = plan.main_file("slurm")
    run = submit(script, reports)
    log = reports.folder / "job.log"
    said = run.stderr + (log.read_text() if log.exists() else slurm.log())
    if CHECKS.expect(run.returncode == 0, f"{plan.name}: sbatch: {said}"):
        CHECKS.equal(reports.places(), launches.places(plan), f"{plan.name}: ranks")
        worlds = {(rank["world"], rank["meeting"].split(":")[0]) for rank in reports.ranks}
        CHECKS.equal(worlds, {(plan.world, plan.rows[0]["host"])}, f"{plan.name}: meeting")
        CHECKS.expect(
            all(
                reports.arguments(row["rank"])
                == launches.arguments_of(
                    plan.emitted("megatron-lm") / "megatron-lm.sh", row, plan.world
                )
                for row in (plan.rows[0], plan.rows[-1])
            ),
            f"{plan.name}: the job's arguments are not the program's",
        )


def check_refusals(slurm, script):
    faults = {
        "a ninth GPU": script.replace("gpu:8", "gpu:9"),
        "a node that is not there": script.replace("--nodelist=n[1-4]", "--nodelist=n[1-3,9]"),
        "an unknown option": script.replace("#SBATCH --nodes", "#SBATCH --no-such-option\n#SBATCH --nodes"),
        "a resource that is not there": script.replace("--gres=gpu:", "--gres=gpus:"),
    }
    for fault, text in faults.items():
        run = subprocess.run(
            ["sbatch", "--output=/dev/null"], input=text, capture_output=True, text=True, check=False
        )
        CHECKS.expect(text != script, f"{fault}: nothing to change in the script")
        CHECKS.expect(run.returncode != 0, f"{fault} was accepted: {run.stdout}")
    CHECKS.equal(slurm.queue, [], "jobs in the queue after all were refused")


def check_failure(plan):
    """A rank that fails makes the job fail."""
    reports = launches.Reports("failing")
    run = submit(plan.main_file("slurm"), reports, program="/bin/false")
    CHECKS.expect(run.returncode != 0, "a job passed whose ranks all fail")


def main():
    from fake_slurm import FakeSlurm

    slurm = FakeSlurm(launches.WORK / "slurm", HOSTS)
    plan = launches.tiny(
        "slurm-natural", "--tensor", 8, "--pipeline", 2, "--schedule", "1f1b", hosts=HOSTS, devices=8
    )
    for each in (plan, plan.changed("slurm-permuted", permuted), plan.changed("slurm-moved", moved)):
        with CHECKS.step(each.name):
            check_places(slurm, each)
    with CHECKS.step("refusals"):
        check_refusals(slurm, plan.main_file("slurm"))
    with CHECKS.step("failure"):
        check_failure(plan)
    CHECKS.finish()


machines.inside(HOSTS, "slurm")
main()

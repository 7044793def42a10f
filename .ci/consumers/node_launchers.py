"""mpirun and torchrun start ranks where the plan puts them, on four nodes that are names of this
machine."""

import os
import subprocess

import agents
import launches
import machines
from checks import Checks
from rearranged import moved, permuted

HOSTS = ["n1", "n2", "n3", "n4"]
CHECKS = Checks("node launchers")

# What Open MPI starts its daemons with, in place of ssh.
_REMOTE_SHELL = """#!/usr/bin/env bash
host=$1
shift
exec unshare --uts bash -c 'hostname "$0" && eval "$@"' "$host" "$@"
"""


def mpi_environment(reports):
    shell = launches.WORK / "remote-shell"
    shell.write_text(_REMOTE_SHELL)
    shell.chmod(0o755)
    return dict(
        reports.environment(),
        OMPI_ALLOW_RUN_AS_ROOT="1",
        OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
        OMPI_MCA_plm_rsh_agent=str(shell),
        # It leaves out the loopback's network unless told otherwise; here there is no other.
        OMPI_MCA_oob_tcp_if_include="lo",
        # The processor of a node with eight GPUs.
        HWLOC_SYNTHETIC="package:1 core:16 pu:1",
        HWLOC_THISSYSTEM="0",
    )


def mpirun(folder, reports, script=None):
    """Runs a launch from its folder, or from the text of its main file alone."""
    command = ["bash", folder / "mpirun.sh"] if script is None else ["bash", "-c", script]
    return subprocess.run(
        machines.on("n1", command),
        cwd=reports.folder,
        env=mpi_environment(reports),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def check_mpi(plan):
    for name, script in (("folder", None), ("alone", plan.main_file("openmpi"))):
        reports = launches.Reports(f"{plan.name}-{name}")
        run = mpirun(plan.emitted("openmpi"), reports, script)
        if CHECKS.equal(run.returncode, 0, f"{plan.name}, {name}: {run.stdout}{run.stderr}"):
            CHECKS.equal(reports.places(), launches.places(plan), f"{plan.name}, {name}: places")


def check_mpi_faults(plan):
    script = plan.main_file("openmpi")
    faults = {
        "a node that is not there": script.replace("n3", "n9"),
        "an unknown option": script.replace(" -np ", " --no-such-option -np ", 1),
        "ranks in another order": script.replace("--map-by seq", "--map-by node", 1),
    }
    for fault, text in faults.items():
        CHECKS.expect(text != script, f"{fault}: nothing to change in the script")
        reports = launches.Reports("mpi-fault")
        run = mpirun(None, reports, text)
        CHECKS.expect(
            run.returncode != 0 or reports.places() != launches.places(plan),
            f"{fault} was not noticed",
        )
    reports = launches.Reports("mpi-failing")
    environment = dict(mpi_environment(reports), PLAN_PROGRAM="/bin/false")
    run = subprocess.run(
        machines.on("n1", ["bash", "-c", script]),
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    CHECKS.expect(run.returncode != 0, "a launch passed whose ranks all fail")


def check_torchrun(plan):
    reports = launches.Reports(f"{plan.name}-torchrun")
    script = plan.main_file("torchrun")
    statuses, said = agents.run(plan, script, reports, launches.REPORT)
    if CHECKS.equal(set(statuses.values()), {0}, f"{plan.name}: torchrun: {said[-2000:]}"):
        CHECKS.equal(reports.places(), launches.places(plan), f"{plan.name}: torchrun")


def main():
    natural = launches.tiny(
        "nodes-natural", "--tensor", 4, "--pipeline", 2, "--schedule", "1f1b", hosts=HOSTS
    )
    changed = natural.changed("nodes-permuted", permuted)
    exchanged = natural.changed("nodes-moved", moved)
    with CHECKS.step("torchrun"):
        check_torchrun(changed)
    with CHECKS.step("torchrun with moved ranks"):
        # Its ranks are numbered node by node: a rank that was moved alone cannot be had.
        try:
            exchanged.main_file("torchrun")
        except launches.Refused as refused:
            CHECKS.equal(refused.status, 65, "torchrun with moved ranks")
        else:
            CHECKS.expect(False, "torchrun took single ranks that were moved")
    if "openmpi" in launches.targets():
        for plan in (natural, changed, exchanged):
            with CHECKS.step(plan.name):
                check_mpi(plan)
        with CHECKS.step("faults"):
            check_mpi_faults(natural)
    CHECKS.finish()


machines.inside(HOSTS, "nodes")
main()

"""ShellCheck finds nothing in any emitted script, nor in the programs that scripts carry."""

import re
import subprocess

import launches
from checks import Checks

CHECKS = Checks("shellcheck")
SCRIPTS = ["megatron-lm", "torchtitan", "deepspeed", "torchrun", "slurm", "openmpi"]


def complaints(text):
    run = subprocess.run(
        ["shellcheck", "--shell=bash", "--format=gcc", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout


def carried(text):
    """The scripts that a script holds as documents."""
    for mark, document in re.findall(r"<<'(PLAN_\w+)' \|\| true\n(.*?)\n\1\n", text, re.S):
        yield mark, document


def main():
    targets = launches.offered(SCRIPTS, CHECKS)
    for plan in launches.examples():
        for target in launches.expressible(plan, targets, CHECKS):
            for file in sorted(plan.emitted(target).iterdir()):
                text = file.read_text()
                if not text.startswith("#!"):
                    continue
                found = complaints(text)
                CHECKS.expect(not found, f"{plan.name}/{target}/{file.name}:\n{found}")
                for mark, document in carried(text):
                    found = complaints(document)
                    CHECKS.expect(not found, f"{plan.name}/{target}/{file.name}, {mark}:\n{found}")
    CHECKS.expect(complaints("#!/usr/bin/env bash\necho $1\n"), "an unquoted word was let through")
    CHECKS.finish()


main()

"""Emitted Kubernetes objects have the fields that their definitions know, of the types they know."""

import json
import re

import launches
import yaml
from checks import Checks
from kubernetes_schema import faults

CHECKS = Checks("kubernetes")
TARGETS = ["kubernetes", "leaderworkerset", "trainjob"]


def main():
    targets = launches.offered(TARGETS, CHECKS)
    for plan in launches.examples():
        for target in launches.expressible(plan, targets, CHECKS):
            for file in sorted(plan.emitted(target).glob("*.yaml")):
                for document in yaml.safe_load_all(file.read_text()):
                    found = list(faults(document))
                    CHECKS.expect(not found, f"{plan.name}/{target}/{file.name}: {found}")
                    text = json.dumps(document)
                    for fault, changed in {
                        "a misspelt field": text.replace('"template"', '"templat"', 1),
                        "a text for a number": re.sub(r'"replicas": (\d+)', r'"replicas": "\1"', text),
                        "a name with a space": re.sub(r'"name": "', '"name": "a ', text, count=1),
                    }.items():
                        if changed == text:
                            continue
                        CHECKS.expect(
                            list(faults(json.loads(changed))),
                            f"{plan.name}/{target}/{file.name}: {fault} was accepted",
                        )
    CHECKS.finish()


main()

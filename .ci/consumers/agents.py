"""Starts an emitted torchrun.sh once on each node of a plan, as its operator would."""

import os
import signal
import subprocess

import launches
import machines


def hosts_of(plan):
    """The nodes of a plan in launch order."""
    return list(dict.fromkeys(row["host"] for row in plan.rows))


def run(plan, script, reports, program, *own, hosts=None, timeout=240):
    """The statuses of the agents, by node, and what they said; the first failure ends the others."""
    environment = dict(
        reports.environment(program), PLAN_TORCHRUN=str(launches.INSTALLED / "venv/bin/torchrun")
    )
    file = reports.folder / "torchrun.sh"
    file.write_text(script)
    log = open(reports.folder / "agents.log", "w+")
    agents = {
        host: subprocess.Popen(
            machines.on(host, ["bash", file, *own]),
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        for host in hosts or hosts_of(plan)
    }
    statuses = {}
    try:
        for host, agent in agents.items():
            statuses[host] = agent.wait(timeout)
            if statuses[host]:
                break
    except subprocess.TimeoutExpired:
        statuses["all"] = "took too long"
    for agent in agents.values():
        if agent.poll() is None:
            os.killpg(agent.pid, signal.SIGKILL)
            agent.wait()
    log.seek(0)
    return statuses, log.read()

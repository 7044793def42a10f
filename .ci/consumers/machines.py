"""Machines that are none: the nodes of a cluster as names of this one, in a namespace of their own.

Processes, network, host names and mounts of a check are its own, so that nothing of it is left and no
port is taken twice.
"""

import os
import shutil
import sys

import launches

_PREPARE = """
mount --bind "$PLAN_WORK/hosts-$1" /etc/hosts
ip link set lo up
# Resolvers leave out kinds of addresses of which a machine has none but the loopback's.
ip address add 192.0.2.1/32 dev lo
shift
exec "$@"
"""


def inside(hosts, name="check"):
    """Starts the running program again in namespaces where hosts have addresses of this machine."""
    if os.environ.get("PLAN_NAMESPACE") == name:
        return
    lines = [f"127.0.0.1 localhost {os.uname().nodename}"]
    lines += [f"127.0.1.{number} {host}" for number, host in enumerate(hosts, 1)]
    (launches.WORK / f"hosts-{name}").write_text("\n".join(lines) + "\n")
    environment = dict(os.environ, PLAN_NAMESPACE=name, PLAN_WORK=str(launches.WORK))
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--uts", "--mount-proc"]
    command += ["bash", "-ec", _PREPARE, "prepare", name, sys.executable, *sys.argv]
    os.execvpe(shutil.which("unshare"), command, environment)


def on(host, command):
    """The command, run on a machine of another name."""
    return ["unshare", "--uts", "bash", "-c", 'hostname "$0" && exec "$@"', host, *map(str, command)]

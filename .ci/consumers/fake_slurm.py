"""Slurm's own controller and node daemons, for nodes of eight made-up GPUs on this machine.

To be started inside `machines.inside`, whose end is theirs.
"""

import os
import pathlib
import subprocess
import time

_CONFIGURATION = """
ClusterName=fake
SlurmctldHost={machine}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
GresTypes=gpu
TopologyPlugin=topology/tree
SlurmdParameters=config_overrides
InactiveLimit=0
KillWait=2
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

_NODE = (
    "NodeName={host} NodeHostname={machine} NodeAddr=127.0.0.1 Port={port} CPUs={cores} "
    "RealMemory=4000 Gres=gpu:{devices} State=UNKNOWN\n"
)


class FakeSlurm:
    def __init__(self, folder, hosts, devices=8):
        self.folder = pathlib.Path(folder)
        self.hosts = hosts
        self.folder.mkdir(parents=True)
        self._configure(devices)
        os.environ["SLURM_CONF"] = str(self.folder / "slurm.conf")
        self._start()

    def _configure(self, devices):
        folder, machine = self.folder, os.uname().nodename
        for name in ("state", "devices", *(f"spool-{host}" for host in self.hosts)):
            (folder / name).mkdir()
        for device in range(devices):
            (folder / "devices" / f"nvidia{device}").touch()
        nodes = "".join(
            _NODE.format(host=host, machine=machine, port=17000 + i, cores=devices, devices=devices)
            for i, host in enumerate(self.hosts)
        )
        text = _CONFIGURATION.format(folder=folder, machine=machine)
        (folder / "slurm.conf").write_text(text + nodes)
        (folder / "gres.conf").write_text(
            f"Name=gpu File={folder}/devices/nvidia[0-{devices - 1}]\n"
        )
        half = (len(self.hosts) + 1) // 2
        leaves = [self.hosts[:half], self.hosts[half:]]
        (folder / "topology.conf").write_text(
            "".join(f"SwitchName=leaf{i} Nodes={','.join(leaf)}\n" for i, leaf in enumerate(leaves))
            + "SwitchName=spine Switches=leaf[0-1]\n"
        )
        key = folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        folder.chmod(0o755)

    def _start(self):
        folder = self.folder
        files = [f"--{name}-file={folder}/munge.{name}" for name in ("key", "pid", "log", "seed")]
        # Its files' owners and rights are those of a scratch folder.
        self._run("munged", "--force", f"--socket={folder}/munge.socket", *files)
        self._run("slurmctld")
        for host in self.hosts:
            self._run("slurmd", "-N", host)
        for _ in range(60):
            states = self.output("sinfo", "--noheader", "--Node", "--format=%T").split()
            if states.count("idle") == len(self.hosts):
                return
            time.sleep(0.5)
        raise RuntimeError(f"the nodes are {states}\n" + self.log())

    def _run(self, *command):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)

    def output(self, *command):
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout

    def log(self):
        return "\n".join(
            "\n".join(path.read_text(errors="replace").splitlines()[-15:])
            for path in sorted(self.folder.glob("*.log"))
        )

    @property
    def submitted(self):
        """The numbers of all jobs, running or done."""
        return sorted(self.output("squeue", "--noheader", "--states=all", "--format=%i").split())

    @property
    def queue(self):
        return self.output("squeue", "--noheader", "--format=%i").split()

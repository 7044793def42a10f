import LaunchPlan
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("Open MPI")
struct OpenMPITests {
  @Test("every rank is started on its host with its device, and bound to no core")
  func script() throws {
    let files = try LaunchTarget.openMPI.files(.flat)
    let program = try RankProgram.torchtitan(SampleLaunch.flat.launch()).script
    #expect(
      files["mpirun.sh"]
        == #"""
        #!/usr/bin/env bash
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x
        set -euo pipefail
        # The nodes in launch order.
        hosts=(
          a01 a02
        )
        hostfile=$(mktemp)
        trap 'rm -f "$hostfile"' EXIT
        for ((rank = 0; rank < 16; rank++)); do
          echo "${hosts[rank / 8]}"
        done > "$hostfile"
        : "${MASTER_ADDR:=${hosts[0]}}"
        : "${MASTER_PORT:=29500}"
        export MASTER_ADDR MASTER_PORT WORLD_SIZE=16
        forwarded=()
        while read -r name; do
          case $name in
            MASTER_ADDR | MASTER_PORT | WORLD_SIZE | PATH | LD_LIBRARY_PATH | PYTHONPATH | \
              VIRTUAL_ENV | CUDA_* | DEEPSPEED_* | FI_* | GLOO_* | HF_* | MEGATRON_* | NCCL_* | NVTE_* | \
              PLAN_* | PYTORCH_* | RCCL_* | TORCH*) forwarded+=(-x "$name") ;;
          esac
        done < <(compgen -e)
        IFS= read -r -d '' rank <<'PLAN_RANK' || true
        export RANK=$OMPI_COMM_WORLD_RANK
        devices=(
          0 1 2 3 4 5 6 7
        )
        export LOCAL_RANK=${devices[RANK % 8]}
        exec bash -c "$0" rank "$@"
        PLAN_RANK
        IFS= read -r -d '' program <<'PLAN_PROGRAM' || true
        <program>
        PLAN_PROGRAM
        "${PLAN_MPIRUN:-mpirun}" -np 16 --hostfile "$hostfile" --map-by seq \
          --bind-to none "${forwarded[@]}" bash -c "$rank" "$program" "$@"

        """#.replacing("<program>\n", with: program))
    #expect(
      files["hostfile"]
        == """
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x
        # Line i is the host of rank i: mpirun --hostfile hostfile --map-by seq --bind-to none
        \(String(repeating: "a01\n", count: 8) + String(repeating: "a02\n", count: 8))
        """)
  }

  @Test("a rank that was moved has its own host and device, and rank 0's host is the meeting point")
  func moved() throws {
    var sample = SampleLaunch.flat
    sample.exceptions = [
      LaunchPlan.MovedRank(rank: 0, host: 1, device: 7),
      LaunchPlan.MovedRank(rank: 15, host: 0, device: 0),
    ]
    let script = try #require(try LaunchTarget.openMPI.files(sample)["mpirun.sh"])
    #expect(script.contains("places=(\n  1 0 0 0 0 0 0 0 1 1 1 1 1 1 1 0\n)"))
    #expect(script.contains("devices=(\n  7 1 2 3 4 5 6 7 0 1 2 3 4 5 6 0\n)"))
    #expect(script.contains("LOCAL_RANK=${devices[RANK]}"))
    #expect(script.contains(#": "${MASTER_ADDR:=${hosts[1]}}""#))
  }

  @Test("nodes without names are asked for, and only the script is written")
  func unnamed() throws {
    var sample = SampleLaunch.flat
    sample.isNamed = false
    let files = try LaunchTarget.openMPI.files(sample)
    #expect(files.keys.sorted() == ["mpirun.sh"])
    #expect(files["mpirun.sh"]?.contains("read -r -a hosts <<< \"${PLAN_HOSTS:?is not set") == true)
  }

  @Test("a host's name that no host file takes is an error")
  func hostNames() throws {
    var sample = SampleLaunch.flat
    sample.hosts = ["a01", "$(x) y"]
    #expect(
      try LaunchTarget.openMPI.faults(sample)
        == [#""$(x) y" is no name that Open MPI gives a node"#])
  }
}

import LaunchPlan
import ParallelismSearch
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("Scripts of launchers")
struct LauncherTests {
  @Test("Slurm's job names the plan's nodes and lays ranks on them in launch order")
  func slurm() throws {
    let launch = try LaunchSample().launch { plan in
      var mapping = plan.mapping
      mapping.hosts = [
        LaunchPlan.Hosts(nodeGroup: "pod", firstNode: 1, nodes: 1),
        LaunchPlan.Hosts(nodeGroup: "pod", firstNode: 0, nodes: 1),
      ]
      mapping.deviceOrder = [7, 6, 5, 4, 3, 2, 1, 0]
      return try plan.with(mapping: mapping)
    }
    let text = try LaunchTarget.slurm.mainText(launch)
    #expect(
      text.hasPrefix(
        """
        #!/usr/bin/env bash
        # plan 0123456789abcdef: small on 16 devices of pod, megatron-core@0.16
        # made by: plan emit plan.json --target all
        #SBATCH --job-name=small
        #SBATCH --nodes=2
        #SBATCH --ntasks=16
        #SBATCH --gres=gpu:8
        #SBATCH --exclusive
        #SBATCH --nodelist=a2,a1
        set -euo pipefail
        # The nodes in launch order.
        hosts=(
          a2 a1
        )
        """))
    #expect(
      text.contains("devices=(\n  7 6 5 4 3 2 1 0\n)\nexport LOCAL_RANK=${devices[RANK % 8]}"))
    #expect(text.contains("srun --ntasks=16 --distribution=arbitrary"))
  }

  @Test("ranks that were moved one by one keep their places under Slurm, and torchrun refuses them")
  func moved() throws {
    let launch = try LaunchSample().launch { plan in
      var mapping = plan.mapping
      mapping.exceptions = [
        LaunchPlan.MovedRank(rank: 0, host: 1, device: 0),
        LaunchPlan.MovedRank(rank: 8, host: 0, device: 0),
      ]
      return try plan.with(mapping: mapping)
    }
    let text = try LaunchTarget.slurm.mainText(launch)
    #expect(text.contains("places=(\n  1 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1\n)"))
    #expect(text.contains("MASTER_ADDR=${hosts[1]}"))
    #expect {
      try LaunchTarget.torchrun.emit(launch)
    } throws: { error in
      "\(error)".hasSuffix("the targets slurm and openmpi start ranks one by one")
    }
  }

  @Test("torchrun meets at the first node, each node finding its place by its name")
  func torchrun() throws {
    let text = try LaunchTarget.torchrun.mainText(try LaunchSample().launch())
    #expect(text.contains("hosts=(\n  a1 a2\n)"))
    #expect(text.contains(": \"${MASTER_ADDR:=${hosts[0]}}\""))
    #expect(text.contains("--nnodes=2 --node-rank=\"$node_rank\""))
    #expect(text.contains("--rdzv-backend=static"))
    #expect(!text.contains("CUDA_VISIBLE_DEVICES"))
  }

  @Test("a cluster that names no nodes leaves them to the launcher, with a warning")
  func unnamed() throws {
    var sample = LaunchSample()
    sample.cluster = sample.cluster.replacing(#""names": "a[1-2]","#, with: "")
    let launch = try sample.launch()
    let emission = try LaunchTarget.slurm.emit(launch)
    #expect(emission.warnings.contains { $0.hasPrefix("the cluster's file names no nodes") })
    #expect(emission.files[0].text.contains("scontrol show hostnames"))
    #expect(!emission.files[0].text.contains("--nodelist"))
    #expect(try LaunchTarget.torchrun.mainText(launch).contains("PLAN_NODE_RANK:?is not set"))
  }

  @Test("a program that ends in the mark of its own document does not end it")
  func documents() throws {
    var script = ShellScript(try LaunchSample().launch())
    script.document("program", "echo\nPLAN_PROGRAM\nPLAN_PROGRAM_\n")
    #expect(script.text.contains("<<'PLAN_PROGRAM__' || true\necho\nPLAN_PROGRAM\n"))
  }
}

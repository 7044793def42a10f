import ArgumentParser
import ClusterImport

/// `plan import`: what users already have, as what the planner reads. Files that describe a cluster
/// need no further word.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read what you already have: what describes a cluster, a launch, routing traces.",
    discussion: """
      The kind of each file is told by its content; several files make one cluster:

        plan import topo.txt sinfo.json topology.conf --gigabits-per-second 400 -o cluster.json
        plan import nodes.json -o cluster.json
        plan import ibnetdiscover.out --node DGX-H100 -o cluster.json
        sinfo --json | plan import - --node DGX-A100 -o cluster.json

      A kind's name before a file says what it and those behind it are; 'auto' goes back:

        plan import slurm nodes.txt topology.txt auto topo.txt -o cluster.json

      Kinds:
      \(SourceKind.allCases.map { "  \($0.rawValue.padding(to: 18))\($0.summary)" }.joined(separator: "\n"))

      A launch that you already run, and the traces of a model's routers:

        plan import launch train.sh --cluster cluster.json
        plan import routing trace_rank0.jsonl -o routing.json

      What other planners measured of layers and links:

        plan import profiles galvatron/ --accelerator A100-SXM-40GB -o profiled

      See 'plan help import cluster' for the options.
      """,
    subcommands: [ImportCluster.self, ImportLaunch.self, ImportRouting.self, ImportProfiles.self],
    defaultSubcommand: ImportCluster.self)
}

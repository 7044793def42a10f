import ArgumentParser
import ClusterImport

/// `plan import FILE…`: a cluster file from what tools and schedulers say of a cluster, and what
/// placing experts needs from routing traces.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a cluster file of what tools and schedulers say.",
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

      Expert loads and transitions come from traces of routers:

        plan import routing trace_rank0.jsonl -o routing.json

      See 'plan help import cluster' for the options.
      """,
    subcommands: [ImportCluster.self, ImportRouting.self], defaultSubcommand: ImportCluster.self)
}

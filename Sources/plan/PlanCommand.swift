import ArgumentParser

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@main
struct Program {
  static func main() async {
    // A reader that closes the pipe ends the program quietly, whatever the parent process set.
    signal(SIGPIPE, SIG_DFL)
    await PlanCommand.main()
  }
}

/// The command line's root: everything else is a subcommand.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract:
      "Decide how a large model runs on a real cluster, with a proof of how good the plan is.",
    discussion: """
      Give a cluster and a model, and get degrees of parallelism, a layer split, the time and \
      memory of a step, and a bound on what any other plan could do:

        plan cluster.json model.json
        plan cluster.json config.json --sequence-length 8k -o plan.json
        plan cluster.json model.json --tensor 8 --schedule interleaved
        plan init --node DGX-H100 --nodes 16 -o cluster.json
        plan import topo.txt sinfo.json topology.conf -o cluster.json
        plan check plan.json --format github
        plan repair plan.json --lost n17 --spare n33 -o repaired.json

      A first argument that is a subcommand's name goes to that subcommand; write ./check for a \
      file named check. '-' stands for standard input. On a terminal a plan is a summary for \
      people, in a pipe it is JSON. See 'plan help make' for the options of 'plan CLUSTER MODEL'.

      Exit status:
         0  a plan, or a check that passed
         1  internal error
         3  proven infeasible; the explanation is the result
         4  no plan within the deadline, or not within the required gap
         5  the plan that was checked is not feasible
         6  its certificate does not hold
        64  usage
        65  bad input
        66  a file cannot be opened
      """,
    version: "0.1.0",
    subcommands: [
      Make.self, Check.self, Repair.self, SweepCommand.self, Emit.self, Trial.self, Import.self,
      Describe.self, Init.self, Show.self, Diff.self, Experts.self, Scatter.self, Validate.self,
      Calibrate.self,
      Schema.self,
    ],
    defaultSubcommand: Make.self)
}

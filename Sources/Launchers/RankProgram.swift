import CostModel
import InputFiles
import LaunchPlan

/// What runs once on every rank: a bash script that finds `RANK`, `WORLD_SIZE`, `LOCAL_RANK`,
/// `MASTER_ADDR` and `MASTER_PORT` in its environment and takes the user's own arguments.
///
/// `PLAN_PROGRAM` in the environment names an executable to run in place of the training program, with
/// the same arguments.
struct RankProgram: Sendable {
  /// The target's name, which is also the script's.
  var name: String
  var script: String
  var warnings: [String] = []

  var file: LaunchFile { LaunchFile(name: "\(name).sh", text: script, isExecutable: true) }

  /// The program of the stack that a plan is for.
  ///
  /// - Throws: `LaunchFaults`, where no program of that stack is known, or it cannot express the plan.
  static func of(_ launch: Launch, target: String) throws(LaunchFaults) -> RankProgram {
    guard let program = all.first(where: { $0.stacks.contains(launch.plan.stack.name) }) else {
      throw LaunchFaults(
        target: target,
        [
          "no program is known for the stack \(launch.plan.stack.identity); plans for "
            + all.flatMap(\.stacks).listed() + " can be launched"
        ])
    }
    return try program.make(launch)
  }

  /// The programs by the stacks that they run; a new one is a new file and a line here.
  private static let all: [Maker] = [
    Maker(stacks: ["megatron-core", "megatron-lm"]) { launch throws(LaunchFaults) in
      try megatron(launch)
    }
  ]

  private struct Maker: Sendable {
    var stacks: [String]
    var make: @Sendable (Launch) throws(LaunchFaults) -> RankProgram
  }
}

extension RankProgram {
  /// Lines that refuse to run without a rank, or in a job of another size.
  static func environmentCheck(ranks: Int) -> String {
    """
    : "${RANK:?is not set; this script runs once a rank, started by a launcher}"
    : "${WORLD_SIZE:?is not set}" "${LOCAL_RANK:?is not set}"
    : "${MASTER_ADDR:?is not set}" "${MASTER_PORT:?is not set}"
    if [[ $WORLD_SIZE != \(ranks) ]]; then
      echo "plan: the plan has \(ranks) ranks, but WORLD_SIZE is $WORLD_SIZE" >&2
      exit 64
    fi
    """
  }

  /// The last line: the program, or what stands in for it.
  static func execution(program: String, arguments: String) -> String {
    """
    if [[ -n ${PLAN_PROGRAM-} ]]; then
      exec "$PLAN_PROGRAM" \(arguments) "$@"
    fi
    exec \(program) \(arguments) "$@"
    """
  }
}

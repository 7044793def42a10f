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
    },
    Maker(stacks: ["megatron-bridge"]) { launch throws(LaunchFaults) in
      try megatronBridge(launch)
    },
    Maker(stacks: ["torchtitan"]) { launch throws(LaunchFaults) in try torchtitan(launch) },
    Maker(stacks: ["deepspeed"]) { launch throws(LaunchFaults) in try deepSpeed(launch) },
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

  /// Lines that make the text of a variable readable as `/dev/fd/9`, in a file that has no name any
  /// more when it is read, so that nothing is left behind.
  static func unnamedFile(of variable: String) -> String {
    """
    file=$(mktemp)
    printf '%s' "$\(variable)" > "$file"
    exec 9< "$file"
    rm "$file"
    """
  }

  /// The last lines: the program, or what stands in for it.
  ///
  /// `PLAN_ENVIRONMENT` names a file of assignments that every rank reads first, such as the target
  /// nccl's.
  static func execution(program: String, arguments: String = "") -> String {
    let words = (arguments.isEmpty ? "" : arguments + " ") + #""$@""#
    return """
      if [[ -n ${PLAN_ENVIRONMENT-} ]]; then
        set -a
        # shellcheck source=/dev/null
        source "$PLAN_ENVIRONMENT"
        set +a
      fi
      if [[ -n ${PLAN_PROGRAM-} ]]; then
        exec "$PLAN_PROGRAM" \(words)
      fi
      exec \(program) \(words)
      """
  }
}

import InputFiles

/// Lines of bash that know the node and the device of every rank, for launchers that start ranks one
/// by one: any permutation, and single ranks that were moved.
struct RankListing: Sendable {
  let launch: Launch

  /// A line that sets `hosts`, the nodes in launch order.
  var hosts: String {
    """
    # The nodes in launch order.
    hosts=(
    \(launch.places.hosts.map(\.name).shellLines(indentation: "  "))
    )
    """
  }

  /// The place among the hosts of the node of rank 0.
  var firstHost: Int { launch.places.places.first?.host ?? 0 }

  /// Lines that write the host of every rank into a file, one a line.
  ///
  /// - Parameter file: a word of the shell.
  func hostOfRank(into file: String) -> String {
    if let regular = launch.places.regular {
      return """
        for ((rank = 0; rank < \(launch.plan.devices); rank++)); do
          echo "${hosts[rank / \(regular.perHost)]}"
        done > \(file)
        """
    }
    let positions = launch.places.places.map { String($0.host) }
    return """
      # The place of every rank's node among the hosts.
      places=(
      \(positions.shellLines(indentation: "  "))
      )
      for place in "${places[@]}"; do
        echo "${hosts[place]}"
      done > \(file)
      """
  }

  /// What every task does before the program, which is its first argument: the number of its rank,
  /// and the device that the plan gives it.
  ///
  /// - Parameter rank: the variable in which the launcher numbers its tasks.
  func start(rank: String) -> String {
    let devices = launch.places.regular?.devices ?? launch.places.places.map(\.device)
    let index = launch.places.regular.map { "RANK % \($0.perHost)" } ?? "RANK"
    return """
      export RANK=$\(rank)
      devices=(
      \(devices.map(String.init).shellLines(indentation: "  "))
      )
      export LOCAL_RANK=${devices[\(index)]}
      exec bash -c "$0" rank "$@"
      """
  }
}

extension Launch {
  /// What is wrong with a host's name for launchers that take letters, digits, dots, hyphens and
  /// underscores only; `nil` where every name will do.
  func unaddressableHost(for program: String) -> String? {
    guard let host = places.hosts.first(where: { $0.isNamed && !$0.name.isHostName }) else {
      return nil
    }
    return "\(host.name.quoted) is no name that \(program) gives a node"
  }
}

extension String {
  /// A name of letters, digits, dots, hyphens and underscores that starts with no hyphen.
  var isHostName: Bool {
    !isEmpty && !hasPrefix("-")
      && unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || "-._".unicodeScalars.contains($0)
      }
  }
}

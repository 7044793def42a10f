import InputFiles

/// The ranks of a plan as launchers start them: the same number on every node, node after node.
///
/// Launchers that number ranks themselves give node i the ranks from i · n on; the order of the nodes
/// and the order of each node's devices realise a mapping. Single ranks that were moved elsewhere do
/// not fit in.
struct NodeLaunch: Sendable, Hashable {
  var hosts: [RankPlaces.Host]
  /// The ranks of a node; the last may have fewer.
  var ranksPerNode: Int
  /// The device of each local rank.
  var devices: [Int]
  var ranks: Int

  /// - Throws: `LaunchFaults`, where nodes hold different numbers of ranks or ranks were moved.
  init(_ launch: Launch, target: String) throws(LaunchFaults) {
    guard let regular = launch.places.regular, launch.plan.devices % regular.perHost == 0 else {
      throw LaunchFaults(
        target: target,
        [
          "its ranks are numbered node by node, equally many on each, but the plan's mapping moves "
            + "single ranks or fills nodes unevenly; the target slurm starts ranks one by one"
        ])
    }
    hosts = launch.places.hosts
    if let name = hosts.first(where: { $0.name.contains("\0") })?.name {
      throw LaunchFaults(
        target: target, ["\(name.quoted) has a NUL, which no argument or variable can hold"])
    }
    ranksPerNode = regular.perHost
    devices = regular.devices
    ranks = launch.plan.devices
  }

  /// Whether local rank i uses device i.
  var usesNaturalDevices: Bool { devices == Array(0..<devices.count) }
}

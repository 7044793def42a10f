import Quantities

extension LaunchPlan {
  /// What a plan repairs, and what has to move before it can run.
  public struct Repair: Sendable, Equatable, Codable {
    /// The nodes that failed, by name.
    public var lost: [String]
    /// The nodes that hold nothing yet, by name, in launch order.
    public var joined: [String]
    /// What ran before, and still lies in the memory of the nodes that are left.
    public var before: Layout
    public var moved: Movement

    public init(lost: [String], joined: [String], before: Layout, moved: Movement) {
      self.lost = lost
      self.joined = joined
      self.before = before
      self.moved = moved
    }
  }

  /// Which rank held what, and where.
  public struct Layout: Sendable, Equatable, Codable {
    public var parallelism: Parallelism
    public var stages: [Stage]
    /// The nodes in launch order.
    public var hosts: [HostNames]

    public init(parallelism: Parallelism, stages: [Stage], hosts: [HostNames]) {
      self.parallelism = parallelism
      self.stages = stages
      self.hosts = hosts
    }
  }

  /// Nodes that have equally many devices.
  public struct HostNames: Sendable, Equatable, Codable {
    /// The devices of each node.
    public var devices: Int
    public var names: [String]

    public init(devices: Int, names: [String]) {
      self.devices = devices
      self.names = names
    }
  }

  /// State that ranks need and their devices do not hold.
  ///
  /// A rank's share of a matrix is a slice of it; what of the slice its device held before stays. The
  /// bytes are those of all ranks together.
  public struct Movement: Sendable, Equatable, Codable {
    /// The ranks that need something.
    public var ranks: Int
    /// Their stages, ascending.
    public var stages: [Int]
    public var weights: Bytes
    public var optimizer: Bytes
    /// What no node that is left holds, one copy of it: it comes from a checkpoint.
    public var checkpoint: Bytes

    public init(
      ranks: Int, stages: [Int], weights: Bytes, optimizer: Bytes, checkpoint: Bytes
    ) {
      self.ranks = ranks
      self.stages = stages
      self.weights = weights
      self.optimizer = optimizer
      self.checkpoint = checkpoint
    }

    private enum CodingKeys: String, CodingKey {
      case ranks, stages
      case weights = "weightBytes"
      case optimizer = "optimizerBytes"
      case checkpoint = "checkpointBytes"
    }
  }
}

extension LaunchPlan.Layout {
  /// The name and the device of each rank's place, in rank order.
  public var places: some Sequence<(host: String, device: Int)> {
    hosts.lazy.flatMap { run in
      run.names.lazy.flatMap { name in (0..<max(0, run.devices)).lazy.map { (name, $0) } }
    }
  }
}

import ClusterTopology
import ParallelismVocabulary
import Quantities

/// All measured coefficients of the cost model: what accelerators, links and stacks really reach.
///
/// Every coefficient belongs to a kind of hardware, a kind of link or a software stack; none to a
/// model, a table or a run.
public struct Calibration: Sendable {
  /// The kernels of each generation of accelerators.
  var generations: [Architecture: KernelCalibration]
  /// How much longer arithmetic takes on an accelerator than its generation's derates say, for its
  /// power limit, memory and cooling; 1 where it is not named.
  var slownesses: [String: Double]
  /// The share of the line rate that collectives reach between nodes.
  var networks: [NetworkKind: Double]
  /// The timing of each stack, by identity.
  var stacks: [String: StackTiming]

  /// What a cluster's accelerator reaches.
  func kernels(of accelerator: Accelerator) -> KernelCalibration {
    var kernels = generations[accelerator.architecture] ?? .unknown
    if let slowness = slownesses[accelerator.name] {
      kernels.trainingDerate = kernels.trainingDerate.mapValues { slowness * $0 }
      kernels.defaultTrainingDerate *= slowness
      kernels.attentionDerate = slowness * kernels.attentionDerate
    }
    if let units = accelerator.computeUnits {
      kernels.matrixProduct.multiprocessors = Double(units)
    }
    return kernels
  }

  /// The timing of a stack under these coefficients.
  public func timing(of stack: Stack) -> StackTiming { stacks[stack.identity] ?? stack.timing }

  /// The same coefficients with another timing of one stack.
  public func with(_ timing: StackTiming, of stack: Stack) -> Calibration {
    var copy = self
    copy.stacks[stack.identity] = timing
    return copy
  }
}

/// A kind of network, in two generations where line rates tell them apart.
public struct NetworkKind: Hashable, Sendable {
  public var fabric: Fabric.Kind
  /// Whether each accelerator has 400 Gb/s or more (NDR and its like).
  public var isFast: Bool

  public init(fabric: Fabric.Kind, isFast: Bool) {
    self.fabric = fabric
    self.isFast = isFast
  }

  public var name: String { fabric.rawValue + (isFast ? "-400" : "") }

  /// The line rate per accelerator from which a network counts as fast, 400 Gb/s.
  static let fastRate = 50e9 * 0.99
}

extension Calibration {
  /// The share of the line rate that collectives reach over a network, at `tcpRate` a card where
  /// processors carry the bytes.
  func efficiency(_ network: NetworkKind) -> Double {
    networks[network]
      ?? networks[NetworkKind(fabric: network.fabric, isFast: false)] ?? 0.75
  }

  /// The same over cards of some rate.
  ///
  /// Over TCP processors copy each byte before or after it is on the wire, which takes as long at any line
  /// rate: share = 1 / (1 + (1/s − 1) · card / `tcpRate`) where s is the share at `tcpRate`: more of
  /// slower cards, less of faster ones.
  func efficiency(_ network: NetworkKind, card: BytesPerSecond) -> Double {
    let share = efficiency(network)
    guard network.fabric == .ethernet else { return share }
    return 1 / (1 + (1 / share - 1) * (card / Self.tcpRate))
  }

  /// The cards that the share of Ethernet is stated for, 50 Gb/s.
  private static let tcpRate = BytesPerSecond.gigabits(50)
}

extension ClusterTopology {
  /// The kinds of network that join its nodes.
  public var networks: Set<NetworkKind> {
    var kinds: Set<NetworkKind> = []
    for (index, group) in nodeGroups.enumerated() {
      for other in nodeGroups.indices {
        guard let fabric = fabric(between: index, and: other) else { continue }
        let from = nodeGroups[..<index].reduce(0) { $0 + $1.nodes }
        let to = nodeGroups[..<other].reduce(0) { $0 + $1.nodes } + nodeGroups[other].nodes - 1
        guard from != to else { continue }
        let share = 1 / Double(group.acceleratorsPerNode) * link(from: from, to: to).rate
        kinds.insert(
          NetworkKind(fabric: fabric.kind, isFast: share.value >= NetworkKind.fastRate))
      }
    }
    return kinds
  }
}

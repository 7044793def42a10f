import Quantities

/// What the network between nodes gives, pair by pair and direction by direction.
public struct NodeBandwidth: Sendable, Equatable {
  /// The number of nodes.
  public let count: Int
  /// Bytes per second from node i to node j at `i * count + j`; a node's own entry does not count.
  public let rates: [Double]
  /// Seconds from node i to node j; empty where none are known.
  public let latencies: [Double]

  /// - Precondition: a rate above 0 for each ordered pair, and a latency for each or for none.
  public init(count: Int, rates: [Double], latencies: [Double] = []) {
    precondition(rates.count == count * count, "a rate for every pair")
    precondition(latencies.isEmpty || latencies.count == rates.count, "a latency for every pair")
    for index in rates.indices where index % (count + 1) != 0 {
      precondition(rates[index] > 0, "every pair of nodes has a rate above 0")
    }
    self.count = count
    self.rates = rates
    self.latencies = latencies
  }

  /// The slowest of several measurements of the same nodes, pair by pair: what a plan can rely on.
  ///
  /// - Precondition: at least one, all of the same nodes.
  public static func slowest(of snapshots: [NodeBandwidth]) -> NodeBandwidth {
    precondition(!snapshots.isEmpty, "at least one measurement")
    let first = snapshots[0]
    return snapshots.dropFirst().reduce(first) { slowest, snapshot in
      precondition(snapshot.count == first.count, "measurements of the same nodes")
      let zeros = [Double](repeating: 0, count: first.rates.count)
      let hasLatencies = !(slowest.latencies.isEmpty && snapshot.latencies.isEmpty)
      let latencies = zip(
        slowest.latencies.isEmpty ? zeros : slowest.latencies,
        snapshot.latencies.isEmpty ? zeros : snapshot.latencies
      ).map(max)
      return NodeBandwidth(
        count: first.count, rates: zip(slowest.rates, snapshot.rates).map(min),
        latencies: hasLatencies ? latencies : [])
    }
  }

  /// Both directions of each pair at the rate of the slower one, and with the longer latency.
  public var symmetrised: NodeBandwidth {
    func both(_ values: [Double], _ choose: (Double, Double) -> Double) -> [Double] {
      values.indices.map { choose(values[$0], values[$0 % count * count + $0 / count]) }
    }
    return NodeBandwidth(
      count: count, rates: both(rates, min), latencies: both(latencies, max))
  }

  func time(of bytes: Double, from: Int, to: Int, messages: Double) -> Double {
    let index = from * count + to
    return bytes / rates[index] + (latencies.isEmpty ? 0 : messages * latencies[index])
  }
}

/// What a step moves between nodes.
public struct StepTraffic: Sendable, Equatable {
  /// The bytes that a node of one stage sends to the next for a micro-batch, and gets back for it.
  public var hopBytes: Bytes
  /// How often a micro-batch's way through all stages and back lies on the critical path.
  public var roundTrips: Double
  /// The bytes that a node of each stage exchanges with the other replicas.
  public var exchangeBytes: [Bytes]
  /// How much of each stage's exchange costs nothing.
  public var slack: [Seconds]

  /// - Precondition: as many slacks as stages.
  public init(
    hopBytes: Bytes, roundTrips: Double, exchangeBytes: [Bytes], slack: [Seconds]? = nil
  ) {
    self.hopBytes = hopBytes
    self.roundTrips = roundTrips
    self.exchangeBytes = exchangeBytes
    self.slack = slack ?? exchangeBytes.map { _ in .zero }
    precondition(self.slack.count == exchangeBytes.count, "one slack a stage")
  }

  /// The largest stage's exchange.
  var largestExchange: Double { exchangeBytes.map(\.value).max() ?? 0 }

  /// Each stage's exchange against the largest one's.
  var synchronisation: [StageSynchronisation] {
    zip(exchangeBytes, slack).map { bytes, slack in
      let largest = largestExchange
      return StageSynchronisation(
        share: largest > 0 ? bytes.value / largest : 0, slack: slack.value)
    }
  }
}

extension MappingProblem {
  /// The problem of a step on measured or modelled links.
  public init(
    grid: MappingGrid, bandwidth: NodeBandwidth, traffic: StepTraffic, classes: [Int] = []
  ) {
    let hop = PriceMatrix(count: bandwidth.count) { from, to in
      traffic.roundTrips
        * (bandwidth.time(of: traffic.hopBytes.value, from: from, to: to, messages: 1)
          + bandwidth.time(of: traffic.hopBytes.value, from: to, to: from, messages: 1))
    }
    let (bytes, messages) = traffic.ring(replicas: grid.replicas)
    let ring = PriceMatrix(count: bandwidth.count) { from, to in
      bandwidth.time(of: bytes, from: from, to: to, messages: messages)
    }
    self.init(
      grid: grid, links: .pairs(hop: hop, ring: ring), synchronisation: traffic.synchronisation,
      classes: classes)
  }

  /// The problem of a step on links that the lowest switch above both nodes decides.
  ///
  /// - Parameters:
  ///   - rates: by level, lowest first, never rising.
  ///   - latencies: by level, never falling.
  public init(
    grid: MappingGrid, levels: NodeLevels, rates: [BytesPerSecond], latencies: [Seconds],
    traffic: StepTraffic
  ) {
    func prices(_ bytes: Double, messages: Double) -> [Double] {
      zip(rates, latencies).map { bytes / $0.value + messages * $1.value }
    }
    let (bytes, messages) = traffic.ring(replicas: grid.replicas)
    self.init(
      grid: grid,
      links: .levels(
        levels,
        hop: prices(traffic.hopBytes.value, messages: 1).map { 2 * traffic.roundTrips * $0 },
        ring: prices(bytes, messages: messages)), synchronisation: traffic.synchronisation)
  }
}

extension StepTraffic {
  /// What goes over each link of a ring: an all-reduce over D replicas sends 2(D − 1)/D of its bytes, in
  /// 2(D − 1) messages.
  ///
  /// - Source: Thakur, Rabenseifner and Gropp 2005, "Optimization of collective communication
  ///   operations in MPICH", §4.4.
  fileprivate func ring(replicas: Int) -> (bytes: Double, messages: Double) {
    let messages = 2 * Double(replicas - 1)
    return (messages / Double(replicas) * largestExchange, messages)
  }
}

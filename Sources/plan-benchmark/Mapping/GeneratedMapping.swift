import Quantities
import RankMapping
import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Instances that are made rather than read: `leaves2048-1`, `levels12500-1`, with the seed behind the
/// hyphen.
struct GeneratedMapping {
  enum Kind: String, CaseIterable {
    /// A full matrix: leaf switches of 16 nodes that are not aligned with the order of hosts, rates
    /// lognormal with σ = 0.15 a link and 12 % lower between switches, 6 % of the nodes with a NIC at
    /// 55 to 80 % of its rate, 2 % of the links, in one direction, at 30 to 60 %.
    case leaves
    /// Three levels of switches, in pods of 500 nodes and leaves of 20, hosts in random order.
    case levels
  }

  let kind: Kind
  let nodes: Int
  let seed: UInt64

  /// - Returns: nil where the name is none of a generated instance.
  init?(named name: String) {
    guard let kind = Kind.allCases.first(where: { name.hasPrefix($0.rawValue) }) else { return nil }
    let parts = name.dropFirst(kind.rawValue.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let nodes = Int(parts[0]), let seed = UInt64(parts[1]) else {
      return nil
    }
    // A full matrix of 16,384 nodes has 2 GiB of rates.
    let (block, most) = kind == .leaves ? (16, 16_384) : (500, 1_000_000)
    guard nodes >= 2 * block, nodes.isMultiple(of: block), nodes <= most else { return nil }
    self.kind = kind
    self.nodes = nodes
    self.seed = seed
  }

  var instance: MappingInstance {
    let name = "\(kind.rawValue)\(nodes)-\(seed)"
    switch kind {
    case .leaves: return MappingInstance(name: name, problem: leaves())
    case .levels: return MappingInstance(name: name, problem: levels())
    }
  }

  /// A model of 405 billion parameters in 16 stages, as one trained on 16,384 accelerators: 50.6 GB of
  /// gradients in bf16 a stage, 268 MB a hop (8,192 tokens of 16,384 values), 16 micro-batches.
  private func leaves() -> MappingProblem {
    var random = SplitMix(seed: seed)
    let rate = 400e9 * 0.8
    let leafOfNode = random.shuffled(0..<nodes).map { $0 / 16 }
    let nics = (0..<nodes).map { _ in
      random.unit() < 0.06 ? random.uniform(0.55, 0.8) : 1
    }
    var rates = [Double](repeating: 0, count: nodes * nodes)
    for from in 0..<nodes {
      for to in 0..<nodes where to != from {
        var value = rate * min(nics[from], nics[to]) * exp(0.15 * random.normal())
        if leafOfNode[from] != leafOfNode[to] { value *= 0.88 }
        if random.unit() < 0.02 { value *= random.uniform(0.3, 0.6) }
        rates[from * nodes + to] = value
      }
    }
    return MappingProblem(
      grid: MappingGrid(stages: 16, replicas: nodes / 16),
      bandwidth: NodeBandwidth(count: nodes, rates: rates).symmetrised,
      traffic: StepTraffic(
        hopBytes: Bytes(0.268e9), roundTrips: 1,
        exchangeBytes: Array(repeating: Bytes(50.6e9), count: 16)))
  }

  /// 20 stages; leaves at 40 GB/s, pods at 30, the cluster at 15.
  private func levels() -> MappingProblem {
    var random = SplitMix(seed: seed)
    let places = random.shuffled(0..<nodes)
    let levels = NodeLevels(switches: [
      places.map { Int32($0 / 20) }, places.map { Int32($0 / 500) }, places.map { _ in 0 },
    ])
    let seconds = [40e9, 30e9, 15e9].map { 1 / $0 }
    let replicas = nodes / 20
    let exchange = 2 * Double(replicas - 1) / Double(replicas) * 9.75e9
    return MappingProblem(
      grid: MappingGrid(stages: 20, replicas: replicas),
      links: .levels(
        levels, hop: seconds.map { 8 * 2 * 0.067e9 * $0 }, ring: seconds.map { exchange * $0 }))
  }
}

/// What the generator draws; normal by Box and Muller 1958.
extension SplitMix {
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * unit()
  }

  mutating func normal() -> Double { sqrt(-2 * log(unit())) * cos(2 * .pi * unit()) }

  /// Fisher and Yates's shuffle, written out, so that the order does not depend on the library's.
  mutating func shuffled(_ range: Range<Int>) -> [Int] {
    var order = Array(range)
    for place in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(place, index(below: place + 1))
    }
    return order
  }
}

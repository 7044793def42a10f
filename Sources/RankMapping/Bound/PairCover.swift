/// Whether each node of a graph can have its full number of ring links, halves of links allowed.
///
/// Every node sends `demand` units and receives as many, at most one unit each way over a pair: the
/// linear relaxation of a cover by rings, which is whole up to halves, as a flow.
/// - Source: Balinski 1965, "Integer programming: methods, uses, computation": extreme points of the
///   fractional matching polytope are half-integral.
struct PairCover {
  private let graph: LinkGraph
  private let demand: Int
  /// For each receiver, the senders of its units.
  private var senders: [[Int32]]

  /// - Parameter demand: 2, or 1 for rings of two nodes.
  static func exists(in graph: LinkGraph, demand: Int) -> Bool {
    guard graph.degrees.allSatisfy({ $0 >= demand }) else { return false }
    var cover = PairCover(
      graph: graph, demand: demand, senders: Array(repeating: [], count: graph.count))
    // Nodes with few neighbours first, so that the others find their way around them at once.
    let order = (0..<graph.count).sorted { (graph.degrees[$0], $0) < (graph.degrees[$1], $1) }
    for node in order {
      for _ in cover.sendDirectly(from: node)..<demand where !cover.send(from: node) {
        return false
      }
    }
    return true
  }

  /// Sends what neighbours can take as it is, and counts it.
  private mutating func sendDirectly(from sender: Int) -> Int {
    var sent = 0
    graph.forEachNeighbour(of: sender) { receiver in
      if senders[receiver].count < demand {
        senders[receiver].append(Int32(sender))
        sent += 1
      }
      return sent < demand
    }
    return sent
  }

  /// Finds a way for one more unit of `source`, moving others' units where it must.
  private mutating func send(from source: Int) -> Bool {
    // Breadth first over senders; `receivers[s]` is where s would give up a unit, to `heirs[s]`.
    var heirs = [Int32](repeating: -1, count: graph.count)
    var receivers = heirs
    var isMet = [Bool](repeating: false, count: graph.count)
    var queue = [source]
    var isSender = isMet
    isSender[source] = true
    var next = 0
    while next < queue.count {
      let sender = queue[next]
      next += 1
      var end: Int?
      graph.forEachNeighbour(of: sender) { receiver in
        if isMet[receiver] || senders[receiver].contains(Int32(sender)) { return true }
        isMet[receiver] = true
        if senders[receiver].count < demand {
          end = receiver
          return false
        }
        for other in senders[receiver] where !isSender[Int(other)] {
          isSender[Int(other)] = true
          heirs[Int(other)] = Int32(sender)
          receivers[Int(other)] = Int32(receiver)
          queue.append(Int(other))
        }
        return true
      }
      guard var receiver = end else { continue }
      // Each sender on the way takes the unit that the next one gives up.
      var node = sender
      while true {
        senders[receiver].append(Int32(node))
        if node == source { return true }
        receiver = Int(receivers[node])
        senders[receiver].removeAll { $0 == Int32(node) }
        node = Int(heirs[node])
      }
    }
    return false
  }
}

/// A quantity of every layer under every recomputation policy, as running sums over the layers.
///
/// Any run of layers, the first of them under the last policy, is then a sum of four entries. All
/// sums lie in one array, so that the search reads them without touching a reference count.
struct PolicySums: Sendable {
  /// The number of layers plus one: entry i of a policy's sums covers the layers before layer i.
  private let width: Int
  private let sums: [Double]
  let policies: Int

  /// - Parameters:
  ///   - layers: each layer's kind.
  ///   - amount: the quantity of a kind of layer under a policy.
  init(layers: [Int], policies: Int, _ amount: (_ kind: Int, _ policy: Int) -> Double) {
    width = layers.count + 1
    self.policies = policies
    var sums: [Double] = []
    sums.reserveCapacity(policies * width)
    for policy in 0..<policies {
      var sum = 0.0
      sums.append(sum)
      for kind in layers {
        sum += amount(kind, policy)
        sums.append(sum)
      }
    }
    self.sums = sums
  }

  /// The sum over the layers `first..<end`, the first `full` of them under the last policy and the
  /// others under `policy`.
  @inline(__always)
  func sum(first: Int, end: Int, policy: Int, full: Int = 0) -> Double {
    let last = (policies - 1) * width
    let other = policy * width
    let border = first + full
    return sums[last + border] - sums[last + first] + sums[other + end] - sums[other + border]
  }

  /// The sums by policy.
  var byPolicy: [[Double]] {
    (0..<policies).map { Array(sums[$0 * width..<($0 + 1) * width]) }
  }
}

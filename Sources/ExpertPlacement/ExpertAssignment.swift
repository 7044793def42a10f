/// On which GPU each expert of each layer is, where every expert is on exactly one.
public struct ExpertAssignment: Sendable, Hashable {
  /// Experts in a layer.
  public let experts: Int
  /// The GPU of each expert, layer by layer.
  public internal(set) var gpus: [Int32]

  /// - Precondition: as many GPUs as experts in all layers together.
  public init(experts: Int, gpus: [Int32]) {
    precondition(experts > 0 && gpus.count.isMultiple(of: experts), "whole layers")
    self.experts = experts
    self.gpus = gpus
  }

  public var layers: Int { gpus.count / experts }

  public subscript(layer: Int, expert: Int) -> Int {
    get { Int(gpus[layer * experts + expert]) }
    set { gpus[layer * experts + expert] = Int32(newValue) }
  }

  /// The experts in order, as frameworks place them without being asked: the first on GPU 0.
  public static func linear(layers: Int, experts: Int, gpus: Int) -> ExpertAssignment {
    let slots = (experts + gpus - 1) / gpus
    let layer = (0..<experts).map { Int32($0 / slots) }
    return ExpertAssignment(experts: experts, gpus: (0..<layers).flatMap { _ in layer })
  }

  /// The experts of each GPU of a layer, in ascending order.
  public func expertsByGPU(layer: Int, gpus: Int) -> [[Int]] {
    var members = [[Int]](repeating: [], count: gpus)
    for expert in 0..<experts { members[self[layer, expert]].append(expert) }
    return members
  }
}

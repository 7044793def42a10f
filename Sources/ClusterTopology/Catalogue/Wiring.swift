import Quantities

/// How accelerators of a kind are joined inside a node, whatever their number; rates in 10⁹ bytes
/// a second, one direction.
public enum Wiring: Sendable, Hashable {
  /// NVLink through switches; `reduces` where the switches add up messages (third generation on).
  case nvswitch(Double, reduces: Bool)
  /// Links of its own for every pair.
  case mesh(ScaleUp.Kind, perPair: Double, perAccelerator: Double)
  /// PCIe; `bridge` is the rate inside a bridged pair of cards where the maker offers bridges.
  case pcie(Double, bridge: Double? = nil)
  /// Dies of one package, and a sparse mesh between packages.
  case dies(perPackage: Int, inside: Double, between: Double)
  /// Links to the neighbours in two or three dimensions.
  case torus(perLink: Double, perAccelerator: Double)

  /// The scale-up domain of that many accelerators. Bridges are left out: they are an option that
  /// a cluster file states by `levels`.
  public func scaleUp(accelerators: Int) -> ScaleUp {
    switch self {
    case .nvswitch(let rate, let reduces):
      ScaleUp(
        kind: .nvswitch, accelerators: accelerators, perAccelerator: .gigabytes(rate),
        inNetworkReduction: reduces)
    case .mesh(let kind, let perPair, let perAccelerator):
      ScaleUp(
        kind: kind, accelerators: accelerators, perAccelerator: .gigabytes(perAccelerator),
        perPair: .gigabytes(perPair))
    case .pcie(let rate, _):
      ScaleUp(kind: .pcie, accelerators: accelerators, perAccelerator: .gigabytes(rate))
    case .dies(let perPackage, let inside, let between):
      ScaleUp(
        kind: .xgmiMesh, accelerators: accelerators, perAccelerator: .gigabytes(between),
        innerLevels: [ScaleUp.Level(accelerators: perPackage, rate: .gigabytes(inside))])
    case .torus(let perLink, let perAccelerator):
      ScaleUp(
        kind: .torus, accelerators: accelerators, perAccelerator: .gigabytes(perAccelerator),
        perPair: .gigabytes(perLink))
    }
  }
}

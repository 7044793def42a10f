import InputFiles

extension TokenRoutes {
  /// The most experts that a layer may have.
  public static let expertLimit = 1_024

  /// Tokens × layers (one expert a token, as ExFlow traces it), or tokens × layers × experts of a
  /// token.
  ///
  /// - Parameter experts: in a layer; nil counts up to the highest that a token went to.
  /// - Throws: one fault, for another shape and for experts that cannot be.
  public init(_ array: NumPyArray, file: TextFile, experts stated: Int? = nil) throws(InputFaults) {
    let shape = array.shape
    guard shape.count == 2 || shape.count == 3, shape.allSatisfy({ $0 > 0 }) else {
      throw file.fault(
        "has shape \(shape), but must have tokens × layers or tokens × layers × experts of a token")
    }
    let limit = stated ?? Self.expertLimit
    if let index = array.values.firstIndex(where: { $0 < 0 || $0 >= limit }) {
      throw file.fault(
        "has expert \(array.values[index]) at index \(index), but must have experts from 0 to "
          + "\(limit - 1)")
    }
    let experts = stated ?? Int(array.values.max() ?? 0) + 1
    self.init(
      tokens: shape[0], layers: shape[1], topK: shape.count == 3 ? shape[2] : 1, experts: experts,
      choices: array.values.map(UInt16.init))
  }
}

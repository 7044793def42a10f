import ExpertPlacement
import InputFiles

/// What an instance file of expert placement asks for, recognised by what it holds.
enum ExpertInstance {
  /// Transitions between the experts of neighbouring layers.
  case hops(name: String, ExpertTransitions)
  /// The loads of experts in workloads.
  case loads(name: String, ExpertLoads)
  /// The experts of every token.
  case dispatch(name: String, TokenRoutes)

  /// - Throws: what is wrong with the file; a file of another kind is refused with the keys it has.
  static func read(path: String) throws(InputFaults) -> ExpertInstance {
    let file = try TextFile.read(
      path: path, limit: InputLimit(kind: "an instance of expert placement", mebibytes: 4_096))
    if NumPyArray.isBeginning(file.bytes) {
      let routes = try TokenRoutes(try NumPyArray(file), file: file)
      let name = path.split(separator: "/").last ?? "routing"
      return .dispatch(name: String(name.split(separator: ".").first ?? name), routes)
    }
    let root = try JSONDocument.parse(file.bytes, file: file.file).root
    let log = FaultLog(file: file.file)
    let name = root["name"]?.string ?? "experts"
    if let scenarios = root["scenarios"] {
      if let loads = loads(scenarios, log) { return .loads(name: name, loads) }
    } else if let transitions = root["transitions"] {
      if let counts = transitionCounts(transitions, log) { return .hops(name: name, counts) }
    } else {
      let keys = root.members?.map(\.key).joined(separator: ", ") ?? ""
      throw file.fault(
        at: root.position,
        "is of an unknown kind (keys: \(keys.prefix(200))); expert placement has 'transitions', "
          + "'scenarios', or is an array of NumPy")
    }
    try log.throwIfFaulty()
    throw file.fault("is no instance of expert placement")
  }

  private static func loads(_ node: JSONNode, _ log: FaultLog) -> ExpertLoads? {
    let shape = JSONShape<[(key: String, value: NumberMatrix)]>.members(
      of: .matrix(.atLeast(0), columns: .between(1, TokenRoutes.expertLimit)))
    guard let members = shape.read(node, log) else { return nil }
    guard let first = members.first else {
      log.error(at: node, "\(node.subject) is empty, but must have a workload")
      return nil
    }
    var workloads: [ExpertLoads.Workload] = []
    for (name, matrix) in members {
      let other = node[name] ?? node
      if matrix.rows != first.value.rows || matrix.columns != first.value.columns {
        log.error(
          at: other,
          "\(other.subject) has \(matrix.rows) layers of \(matrix.columns) experts, but must have "
            + "\(first.value.rows) of \(first.value.columns) as the first workload has")
      }
      let layers = (0..<matrix.rows).map { row in (0..<matrix.columns).map { matrix[row, $0] } }
      if let empty = layers.firstIndex(where: { $0.allSatisfy { $0 == 0 } }) {
        log.error(at: other, "\(other.subject)[\(empty)] is a layer without tokens")
      }
      workloads.append(ExpertLoads.Workload(name: name, layers: layers))
    }
    return log.isFaulty ? nil : ExpertLoads(workloads)
  }

  private static func transitionCounts(_ node: JSONNode, _ log: FaultLog) -> ExpertTransitions? {
    let matrix = JSONShape<NumberMatrix>.matrix(
      .atLeast(0), columns: .between(1, TokenRoutes.expertLimit))
    guard
      let matrices = JSONShape<[NumberMatrix]>.array(of: matrix, count: .atLeast(1)).read(
        node, log),
      let experts = matrices.first?.rows
    else { return nil }
    for (index, matrix) in matrices.enumerated()
    where matrix.rows != experts || matrix.columns != experts {
      log.error(
        at: node,
        "\(node.subject)[\(index)] is \(matrix.rows) × \(matrix.columns), but must be \(experts) × "
          + "\(experts)")
    }
    for (index, matrix) in matrices.enumerated() where matrix.values.allSatisfy({ $0 == 0 }) {
      log.error(at: node, "\(node.subject)[\(index)] has no token")
    }
    return log.isFaulty ? nil : ExpertTransitions(experts: experts, counts: matrices.map(\.values))
  }
}

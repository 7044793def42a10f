import InputFiles
import Quantities
import RankMapping

/// A mapping problem with a name, as `plan-benchmark mapping` solves it.
struct MappingInstance {
  var name: String
  var problem: MappingProblem
  /// The same problem under measurements that the mapping was not made for, by name.
  var others: [(name: String, problem: MappingProblem)] = []

  /// The instances that an argument names: in a file, or by the name of a generator with its seed.
  static func named(_ argument: String) throws(InputFaults) -> [MappingInstance] {
    if let generated = GeneratedMapping(named: argument) { return [generated.instance] }
    let limit = InputLimit(kind: "a mapping instance", mebibytes: 1024)
    let document = try JSONDocument.read(path: argument, limit: limit)
    return try document.read(
      JSONShape("a mapping instance") { node, log in
        guard let object = ObjectReader(node, log) else { return nil }
        if object.has("objective"), object.has("bandwidth_GBps") {
          return MappingFile.grid(object).map { [$0] }
        }
        if object.has("matrices") { return MappingFile.snapshots(object) }
        object.error(
          "is of no kind that is known here: a grid has the keys 'objective' and 'bandwidth_GBps', "
            + "a list of snapshots 'matrices'")
        return nil
      })
  }
}

/// Reads the two kinds of files that hold mapping instances.
enum MappingFile {
  /// One bandwidth matrix, and the grid and the bytes that go with it.
  static func grid(_ object: ObjectReader) -> MappingInstance? {
    let count = JSONShape<Int>.integer(.between(1, 65_536))
    let bytes = JSONShape<Double>.number(.atLeast(0))
    let name = object.required("name", .name)
    let nodes = object.required("nodes", count)
    let stages = object.required("pp", count)
    let replicas = object.required("dp", count)
    let hop = object.required("pp_msg_GB", bytes)
    let exchange = object.required("dp_bytes_GB_per_stage", bytes)
    let groups = object.required("groups_on_critical_path", count)
    let objective = object.required("objective", .string)
    let rates = object.required("bandwidth_GBps", .matrix(.atLeast(0)))
    object.ignore("gpus_per_node", "tp", "note", "provenance")
    object.finish()
    guard let name, let nodes, let stages, let replicas, let hop, let exchange, let groups,
      let objective, let rates
    else { return nil }
    let known =
      "T=\(groups)*2*msg*max_d sum_p 1/B + 2(D-1)/D*dp_bytes*max_{p,ring link} 1/B "
      + "; B symmetrised by min"
    guard objective == known else {
      object.error(at: "objective", "is '\(objective)', but must be '\(known)'")
      return nil
    }
    guard stages.multipliedReportingOverflow(by: replicas) == (nodes, false) else {
      object.error(at: "nodes", "is \(nodes), but must be pp × dp = \(stages) × \(replicas)")
      return nil
    }
    guard let bandwidth = bandwidth(rates, at: "bandwidth_GBps", nodes: nodes, object) else {
      return nil
    }
    let traffic = StepTraffic(
      hopBytes: Bytes(hop * 1e9), roundTrips: Double(groups),
      exchangeBytes: Array(repeating: Bytes(exchange * 1e9), count: stages))
    return MappingInstance(
      name: name,
      problem: MappingProblem(
        grid: MappingGrid(stages: stages, replicas: replicas), bandwidth: bandwidth.symmetrised,
        traffic: traffic))
  }

  /// Matrices that were measured one after the other on the same nodes, for a model of 78 GB of
  /// gradients in several grids: mapped on the first, and told under the others. What the senders and
  /// the receivers saw at one time (`…_send`, `…_recv`) is one measurement, the slower of both.
  static func snapshots(_ object: ObjectReader) -> [MappingInstance]? {
    let matrices = object.required("matrices", .members(of: .matrix(.atLeast(0))))
    object.ignore("provenance")
    object.finish()
    guard let matrices else { return nil }
    guard let first = matrices.first, matrices.count >= 2 else {
      object.error(at: "matrices", "must have at least 2 matrices")
      return nil
    }
    let nodes = first.value.rows
    var snapshots: [(name: String, bandwidth: NodeBandwidth)] = []
    for (name, matrix) in matrices {
      guard let bandwidth = bandwidth(matrix, at: "matrices", nodes: nodes, object) else {
        return nil
      }
      let time =
        name.hasSuffix("_send") || name.hasSuffix("_recv") ? String(name.dropLast(5)) : name
      if let index = snapshots.firstIndex(where: { $0.name == time }) {
        snapshots[index].bandwidth = .slowest(of: [
          snapshots[index].bandwidth, bandwidth.symmetrised,
        ])
      } else {
        snapshots.append((time, bandwidth.symmetrised))
      }
    }
    let shapes = (2...max(2, nodes / 2)).filter { nodes.isMultiple(of: $0) }
    return shapes.map { stages in
      let traffic = StepTraffic(
        hopBytes: Bytes(0.067e9), roundTrips: 8,
        exchangeBytes: Array(repeating: Bytes(78e9 / Double(stages)), count: stages))
      let problems = snapshots.map { snapshot in
        MappingProblem(
          grid: MappingGrid(stages: stages, replicas: nodes / stages),
          bandwidth: snapshot.bandwidth, traffic: traffic)
      }
      return MappingInstance(
        name: "snapshots\(nodes)-\(stages)x\(nodes / stages)", problem: problems[0],
        others: zip(snapshots, problems).dropFirst().map { ($0.name, $1) })
    }
  }

  private static func bandwidth(
    _ matrix: NumberMatrix, at key: String, nodes: Int, _ object: ObjectReader
  ) -> NodeBandwidth? {
    guard matrix.rows == nodes, matrix.columns == nodes else {
      object.error(
        at: key,
        "has a matrix of \(matrix.rows) × \(matrix.columns), but must be \(nodes) × \(nodes)")
      return nil
    }
    let isPositive = (0..<nodes).allSatisfy { from in
      (0..<nodes).allSatisfy { from == $0 || matrix[from, $0] > 0 }
    }
    guard isPositive else {
      object.error(at: key, "has a pair of nodes without bandwidth; every rate must be above 0")
      return nil
    }
    return NodeBandwidth(count: nodes, rates: matrix.values.map { $0 * 1e9 })
  }
}

import Foundation
import InputFiles
import Quantities
import Testing

@testable import RankMapping

@Suite(
  "The published instances are mapped within their gaps",
  .enabled(if: Reference.exists, "needs the reference data in ../shared/instances/mapping"))
struct InstanceTests {
  @Test(
    "Measured, two-cluster and lognormal nodes",
    arguments: [("real16", 0.003), ("holmes32", 0.02), ("lognormal64", 0.025)])
  func gaps(name: String, gap: Double) throws {
    let problem = try Reference.problem(name)
    let solution = problem.solve()
    #expect(solution.gap <= gap)
    #expect(solution.time.total < problem.time(of: .identity(problem.grid)).total)
  }

  @Test("A mapping for Pipette's first measurement keeps 80 % of its gain on the second")
  func gainIsKept() throws {
    let document = try JSONDocument.read(
      path: Reference.path("pipette_bandwidth_16x16"), limit: Reference.limit)
    func bandwidth(_ matrix: String) throws -> NodeBandwidth {
      let node = try #require(document.root["matrices"]?[matrix])
      let log = FaultLog(file: "snapshots")
      let rates = try #require(JSONShape<NumberMatrix>.matrix().read(node, log))
      return NodeBandwidth(count: 16, rates: rates.values.map { $0 * 1e9 }).symmetrised
    }
    // What the senders and the receivers saw at one time is one measurement.
    func problem(_ time: String, stages: Int) throws -> MappingProblem {
      let both = try NodeBandwidth.slowest(
        of: [bandwidth(time + "_send"), bandwidth(time + "_recv")])
      return Reference.problem(
        both, stages: stages, replicas: 16 / stages, exchangeGigabytes: 78 / Double(stages))
    }
    for stages in [2, 4, 8] {
      let first = try problem("time_0", stages: stages)
      let second = try problem("time_1", stages: stages)
      let mapping = first.solve().mapping
      func gain(_ problem: MappingProblem) -> Double {
        1 - problem.time(of: mapping).total.value
          / problem.time(of: .identity(problem.grid)).total.value
      }
      #expect(gain(second) >= 0.8 * gain(first), "\(stages) stages")
    }
  }
}

/// The mapping instances beside the repository.
enum Reference {
  static let limit = InputLimit(kind: "an instance", mebibytes: 16)

  static var exists: Bool { FileManager.default.fileExists(atPath: path("real16")) }

  static func path(_ name: String) -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("../shared/instances/mapping/\(name).json").path
  }

  static func problem(_ name: String) throws -> MappingProblem {
    let root = try JSONDocument.read(path: path(name), limit: limit).root
    let log = FaultLog(file: name)
    let node = try #require(root["bandwidth_GBps"])
    let matrix = try #require(JSONShape<NumberMatrix>.matrix().read(node, log))
    return problem(
      NodeBandwidth(count: matrix.rows, rates: matrix.values.map { $0 * 1e9 }),
      stages: try #require(root["pp"]?.integer),
      replicas: try #require(root["dp"]?.integer),
      exchangeGigabytes: try #require(root["dp_bytes_GB_per_stage"]?.number))
  }

  static func problem(
    _ bandwidth: NodeBandwidth, stages: Int, replicas: Int, exchangeGigabytes: Double
  ) -> MappingProblem {
    MappingProblem(
      grid: MappingGrid(stages: stages, replicas: replicas),
      bandwidth: bandwidth.symmetrised,
      traffic: StepTraffic(
        hopBytes: Bytes(0.067e9), roundTrips: 8,
        exchangeBytes: Array(repeating: Bytes(exchangeGigabytes * 1e9), count: stages)))
  }
}

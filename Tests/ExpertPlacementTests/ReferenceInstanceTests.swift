import Foundation
import InputFiles
import Testing

@testable import ExpertPlacement

@Suite("Baselines and bounds on real routing are those that were found before")
struct ReferenceInstanceTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/instances/experts").path

  static var isHere: Bool { FileManager.default.fileExists(atPath: folder) }

  static func read(_ name: String) throws -> JSONNode {
    try JSONDocument.read(
      path: "\(folder)/\(name)", limit: InputLimit(kind: "an instance", mebibytes: 64)
    ).root
  }

  @Test(
    "DeepSeek-V2-Lite, 26 layers of 64 experts: linear 0.8730 flat, 0.5995 on nodes; found below 0.372",
    .enabled(if: isHere, "the reference data in ../shared/instances/experts is not here"))
  func hops() throws {
    let log = FaultLog(file: "affinity-dev.json")
    let node = try #require(try Self.read("affinity-dev.json")["transitions"])
    let matrices = try #require(JSONShape<[NumberMatrix]>.array(of: .matrix()).read(node, log))
    let transitions = ExpertTransitions(experts: 64, counts: matrices.map(\.values))
    let linear = ExpertAssignment.linear(layers: 26, experts: 64, gpus: 8)
    let nodes = GPUHierarchy(nodes: 2, gpusPerNode: 4, hopWithinNode: 0.25, hopBetweenNodes: 1)
    #expect(abs(transitions.meanHop(linear, on: .flat(gpus: 8)) - 0.8730) < 1e-4)
    #expect(abs(transitions.meanHop(linear, on: nodes) - 0.5995) < 1e-4)
    let search = HopSearch(transitions, on: .flat(gpus: 8))
    let found = transitions.meanHop(
      search.best(SearchEffort(moves: 20_000_000)), on: .flat(gpus: 8))
    #expect(found < 0.372)
    // The semidefinite bound that another solver reached is 0.32159.
    #expect(found > 0.32159)
  }

  @Test(
    "DeepSeek-V3, 58 layers of 256 experts, 4,096-token prefill: EPLB 1.0061 and 1.0714, bound 1.0227",
    .enabled(if: isHere, "the reference data in ../shared/instances/experts is not here"))
  func loads() throws {
    let log = FaultLog(file: "load-dev.json")
    let node = try #require(try Self.read("load-dev.json")["scenarios"]?["prefill_in4096"])
    let matrix = try #require(JSONShape<NumberMatrix>.matrix().read(node, log))
    let layers = (0..<matrix.rows).map { row in (0..<matrix.columns).map { matrix[row, $0] } }
    let loads = ExpertLoads([.init(name: "prefill", layers: layers)])
    let few = EPLB.placement(layers, slots: 288, gpus: 32)
    #expect(abs(few.worstImbalance(loads) - 1.0061) < 1e-4)
    let many = EPLB.placement(layers, slots: 320, gpus: 160)
    #expect(abs(many.worstImbalance(loads) - 1.0714) < 1e-4)
    #expect(abs(LoadBound.worstImbalance(loads, slots: 320, gpus: 160) - 1.0227) < 1e-4)
    let best = LoadSearch(loads, slots: 288, gpus: 32).best(SearchEffort(moves: 2_000_000))
    #expect(best.worstImbalance(loads) < 1.0061)
  }
}

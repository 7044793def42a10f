import ClusterTopology
import CostModel
import ExpertChecks
import ExpertPlacement
import InputFiles
import LaunchPlan
import ModelDescription
import PlanChecks
import Reports

extension CheckVerdict {
  /// The verdict on a placement of experts by itself, for the routing that it was made for.
  static func placement(
    _ document: JSONDocument, file: String, routing: [String]
  ) throws -> CheckVerdict {
    let check = try PlacementCheck(
      placement: document.root, file: file, routing: TextFile.routing(routing))
    return CheckVerdict(
      file: file, examined: ["slots", "value", "bound"], findings: check.verdict)
  }
}

extension PlacementCheck {
  fileprivate var verdict: [CheckVerdict.Finding] {
    findings().map {
      .init(
        code: $0.isCertificate ? "bound" : "placement", message: $0.message,
        isCertificate: $0.isCertificate)
    }
  }
}

extension TextFile {
  fileprivate static func routing(_ paths: [String]) throws(InputFaults) -> [TextFile] {
    var files: [TextFile] = []
    for path in paths {
      files.append(try TextFile.read(path: path, limit: RoutingStatistics.limit))
    }
    return files
  }
}

/// The check of the experts that a plan has placed.
struct PlacedExpertsCheck {
  let plan: LaunchPlan
  let document: JSONDocument
  let file: String
  /// Files to take in place of those that the plan names.
  let routing: [String]

  /// What does not hold; nothing for a plan that knows nothing of routing.
  func findings(
    cluster: ClusterInput, model: ModelDescription, workload: Workload
  ) throws -> [CheckVerdict.Finding] {
    var findings: [CheckVerdict.Finding] = []
    var uses: (placed: [LayerUse], inOrder: [LayerUse])?
    if let stated = plan.inputs.routing?.files {
      let files = try TextFile.routing(routing.isEmpty ? stated.map(\.file) : routing)
      for (index, file) in files.enumerated()
      where index < stated.count && SHA256.hexadecimal(file.bytes) != stated[index].sha256 {
        findings.append(
          .init(
            code: "inputs",
            message:
              "inputs.routing.files[\(index)] has another SHA-256 than \(file.file); the plan "
              + "was made for other routing, or the file changed", isCertificate: false))
      }
      findings += try useFindings(files, cluster.topology, model)
      if let node = document.root["expertPlacement"]?["placement"] {
        let check = try PlacementCheck(placement: node, file: file, routing: files)
        findings += check.verdict
        let placed = check.layerUses(inOrder: false)
        // Slots that are no placement have been told already.
        if !placed.isEmpty { uses = (placed, check.layerUses(inOrder: true)) }
      }
    }
    let violations = PlanCheck.expertViolations(
      plan: plan, cluster: cluster.topology, model: model, workload: workload, uses: uses)
    return findings
      + violations.map {
        .init(code: $0.code, message: $0.message, isCertificate: $0.isCertificate)
      }
  }
}

extension PlacedExpertsCheck {
  /// Whether the ways to divide experts are priced with what the routing files give.
  private func useFindings(
    _ files: [TextFile], _ cluster: ClusterTopology, _ model: ModelDescription
  ) throws -> [CheckVerdict.Finding] {
    let stated = plan.inputs.workload.expertUse ?? []
    guard let experts = stated.first?.experts, model.expertCounts.contains(experts) else {
      return [
        .init(
          code: "placement", message: "inputs.workload.expertUse has nothing of the routing",
          isCertificate: false)
      ]
    }
    let check = try ExpertUseCheck(
      files, experts: experts,
      countsTokens: Stack.named(plan.stack.identity)?.timing.sendsOncePerNode ?? false)
    return check.findings(
      stated, ranks: cluster.deviceCount,
      domain: cluster.nodeGroups.map(\.scaleUp.accelerators).max() ?? 1
    ).map { .init(code: "placement", message: $0.message, isCertificate: $0.isCertificate) }
  }
}

extension PlacementCheck {
  fileprivate func layerUses(inOrder: Bool) -> [LayerUse] {
    uses(inOrder: inOrder).map {
      LayerUse(layer: $0.layer, imbalance: $0.imbalance, destinations: $0.destinations)
    }
  }
}

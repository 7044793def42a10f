import ClusterTopology
import CostModel
import LaunchPlan
import ParallelismVocabulary
import PlanChecks
import Quantities
import Testing

@Suite("A certificate that does not hold is refused, with both numbers")
struct CertificateTests {
  /// A plan whose memory is scarce, so that several rules close frames.
  private let searched: SearchedPlan

  init() throws {
    searched = try #require(
      try SearchedPlan(
        .toys(nodes: 2, memory: .gibibytes(5)), .mixed(layers: 12), gap: 0.01))
  }

  private var certificate: Certificate { searched.plan.certificate }

  /// What is said of the plan with another certificate.
  private func violations(_ change: (inout Certificate) throws -> Void) throws -> [Violation] {
    try searched.violations(change)
  }

  @Test("The certificate of the search holds")
  func holds() throws {
    #expect(try violations { _ in }.isEmpty)
  }

  // MARK: The bound

  @Test("A bound below what the evidence makes is refused")
  func boundTooLow() throws {
    let low = 0.9 * certificate.bound
    let found = try violations {
      $0.bound = low
      $0.parts[0].bound = low
    }
    let opening = "certificate.boundSeconds is \(low.value) s, but the evidence makes "
    #expect(found.messages(.bound).first?.hasPrefix(opening) == true)
  }

  @Test("An objective that is not the plan's step is refused")
  func objective() throws {
    let wrong = (1 + 1e-7) * certificate.objective
    let found = try violations {
      $0.objective = wrong
      $0.parts[0].objective = wrong
    }
    #expect(
      found.messages(.objective) == [
        "certificate.objectiveSeconds is \(wrong.value) s, but the plan's step takes "
          + "\(certificate.objective.value) s"
      ])
  }

  @Test("Parts that are not the whole are refused")
  func parts() throws {
    let found = try violations { $0.parts[0].bound = 0.5 * $0.bound }
    #expect(
      found.map(\.message) == [
        "certificate.parts[0].boundSeconds is \((0.5 * certificate.bound).value) s, but the "
          + "certificate's is \(certificate.bound.value) s"
      ])
    #expect(try violations { $0.parts = [] }.map(\.kind) == [.parts])
  }

  // MARK: Counts and scope

  @Test("Counts of closed frames are taken again")
  func closures() throws {
    let memory = try #require(certificate.evidence.closures.first { $0.rule == .memory }).frames
    let found = try violations {
      for index in $0.evidence.closures.indices {
        switch $0.evidence.closures[index].rule {
        case .memory: $0.evidence.closures[index].frames += 1
        case .closedForm: $0.evidence.closures[index].frames -= 1
        default: break
        }
      }
    }
    #expect(found.map(\.kind) == [.closures, .closures])
    #expect(
      found.first?.message
        == "certificate.evidence.closures state \((memory + 1).grouped) frames closed by memory, but "
        + "it closes \(memory.grouped)")
  }

  @Test("The frames of the space are counted again")
  func frameCount() throws {
    let frames = certificate.scope.frames
    let found = try violations {
      $0.scope.frames += 1
      $0.evidence.closures[0].frames += 1
    }
    #expect(
      found.messages(.frameCount) == [
        "certificate.scope.frames is \((frames + 1).grouped), but the space has \(frames.grouped)"
      ])
  }

  @Test("The values on each axis are listed again")
  func axes() throws {
    #expect(
      try violations { $0.scope.tensor = [1, 2] }.map(\.message) == [
        "certificate.scope.tensor is [1, 2], but the space has [1, 2, 4]"
      ])
    #expect(try violations { $0.scope.shardings = [.none] }.map(\.kind) == [.scope])
    #expect(try violations { $0.scope.recompute.removeLast() }.map(\.kind) == [.scope])
  }

  @Test("A pin that the plan does not obey is refused")
  func pins() throws {
    let other = searched.plan.parallelism.tensor == 1 ? 2 : 1
    let found = try violations { $0.scope.pins.tensor = other }
    #expect(
      found.messages(.pins) == [
        "parallelism.tensor is \(searched.plan.parallelism.tensor), but certificate.scope.pins states "
          + "\(other)"
      ])
    let unknown = try violations { $0.scope.pins.recompute = "attention" }
    #expect(
      unknown.messages(.pins) == [
        "certificate.scope.pins.recompute is 'attention', which names no recomputation"
      ])
  }

  @Test("A runner-up takes what its stages take, and is a near tie just where the error reaches it")
  func alternatives() throws {
    let alternative = try #require(searched.plan.alternatives.first)
    func edited(
      _ change: (inout LaunchPlan.Alternative) -> Void
    ) throws(PlanFaults) -> LaunchPlan {
      var changed = alternative
      change(&changed)
      let plan = searched.plan
      return try LaunchPlan(
        stack: plan.stack, inputs: plan.inputs, parallelism: plan.parallelism,
        stageGroups: plan.stageGroups, stages: plan.stages, mapping: plan.mapping,
        expertPlacement: plan.expertPlacement, prediction: plan.prediction,
        certificate: plan.certificate,
        alternatives: [changed] + plan.alternatives.dropFirst(), assumptions: plan.assumptions)
    }
    func messages(_ change: (inout LaunchPlan.Alternative) -> Void) throws -> [String] {
      searched.check(try edited(change)).violations.messages(.alternative)
    }
    #expect(try messages { _ in } == [])
    let slower = 2 * alternative.step
    #expect(
      try messages { $0.step = slower } == [
        "alternatives[0].stepSeconds is \(slower.value) s, but simulating it gives "
          + "\(alternative.step.value) s"
      ])
    #expect(
      try messages { $0.isNearTie.toggle() }.first?.hasPrefix(
        "alternatives[0].isNearTie is \(!alternative.isNearTie), but what it counts for is ")
        == true)
    #expect(
      try messages { $0.stages = [] } == [
        "alternatives[0].stages do not hold the model's layers, or recompute what they cannot"
      ])
    #expect {
      try edited { $0.stages[0].recompute.fullLayers = 1_000 }
    } throws: { error in
      "\(error)".hasPrefix(
        "alternatives[0].stages[0].recompute.fullLayers is 1000, but must be from 0 to the ")
    }
  }

  @Test("A split outside the declared space is feasible, but not what the certificate covers")
  func outsideSpace() throws {
    let report = try HandPlan {
      $0.schedule = .interleaved(virtualStages: 2)
      $0.sizes = [1, 3, 1, 1]
    }.check()
    #expect(report.isFeasible)
    #expect(
      report.violations.messages(.outsideSpace) == [
        "stages[1].chunks hold 3 layers in run 0, but the space has 1 to 2 there"
      ])
  }
}

extension LaunchPlan {
  /// The plan with another certificate.
  func with(_ certificate: Certificate) throws -> LaunchPlan {
    try LaunchPlan(
      stack: stack, inputs: inputs, parallelism: parallelism, stageGroups: stageGroups,
      stages: stages, mapping: mapping, expertPlacement: expertPlacement, prediction: prediction,
      certificate: certificate, alternatives: alternatives, assumptions: assumptions)
  }
}

import ClusterTopology
import CostModel
import LaunchPlan
import ParallelismVocabulary
import PlanChecks
import Quantities
import Testing

@Suite("A certificate that does not hold is refused, with both numbers")
struct CertificateTests {
  /// A plan whose memory is scarce, so that its evidence lists frames under several rules.
  private let searched: SearchedPlan

  init() throws {
    searched = try #require(
      try SearchedPlan(
        .toys(nodes: 2, memory: .gibibytes(5)), .mixed(layers: 12), gap: 0.01))
  }

  private var certificate: Certificate { searched.plan.certificate }

  /// What is said of the plan with another certificate.
  private func violations(_ change: (inout Certificate) throws -> Void) throws -> [Violation] {
    var certificate = certificate
    try change(&certificate)
    certificate.gap = Certificate.gap(
      objective: certificate.objective, bound: certificate.bound)
    let violations = searched.check(try searched.plan.with(certificate)).violations
    let broken = violations.filter { !$0.isCertificate }
    #expect(broken.isEmpty, "the plan itself is feasible")
    return violations
  }

  private func messages(_ kind: Violation.Kind, in violations: [Violation]) -> [String] {
    violations.filter { $0.kind == kind }.map(\.message)
  }

  /// A listed frame of an interleaved schedule.
  private func interleaved() throws -> Int {
    try #require(certificate.evidence.frames.firstIndex { $0.schedule.virtualStages > 1 })
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
    #expect(messages(.bound, in: found).first?.hasPrefix(opening) == true)
  }

  @Test("A bound above what the evidence makes is refused")
  func boundTooHigh() throws {
    let high = 0.5 * (certificate.bound + certificate.objective)
    let found = try violations {
      $0.bound = high
      $0.parts[0].bound = high
    }
    #expect(
      messages(.bound, in: found) == [
        "certificate.boundSeconds is \(high.value) s, but the evidence makes "
          + "\(certificate.bound.value) s"
      ])
    #expect(
      messages(.evidenceBound, in: found).contains {
        $0.hasSuffix("the certificate's bound, which must not exceed it, is \(high.value) s")
      })
  }

  @Test("An objective that is not the plan's step is refused")
  func objective() throws {
    let wrong = (1 + 1e-7) * certificate.objective
    let found = try violations {
      $0.objective = wrong
      $0.parts[0].objective = wrong
    }
    #expect(
      messages(.objective, in: found) == [
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

  // MARK: Evidence

  @Test(
    "A frame's bound above what its rule proves is refused", arguments: ["ranks", "multipliers"])
  func claim(rule: String) throws {
    let index = try interleaved()
    let claim = try #require(certificate.evidence.frames[index].bound)
    let named = try #require(Certificate.Rule(rawValue: rule))
    let found = try violations {
      $0.evidence.frames[index].rule = named
      $0.evidence.frames[index].multipliers =
        named == .multipliers ? [.init(row: 0, weight: 1)] : nil
      $0.evidence.frames[index].bound = 1.5 * claim
    }
    let message = try #require(messages(.evidenceBound, in: found).first)
    let opening = "certificate.evidence.frames[\(index)].boundSeconds is \((1.5 * claim).value) s, "
    #expect(message.hasPrefix(opening + "but the rule \(rule) proves only "), "\(message)")
  }

  @Test("Weights that are negative, do not add up to 1 or name no row are refused")
  func weights() throws {
    let index = try interleaved()
    let place = "certificate.evidence.frames[\(index)] is closed by the rule multipliers, which "
    func message(_ multipliers: [Certificate.Multiplier]) throws -> [String] {
      messages(
        .multipliers,
        in: try violations {
          $0.evidence.frames[index].rule = .multipliers
          $0.evidence.frames[index].multipliers = multipliers
        })
    }
    #expect(
      try message([.init(row: 0, weight: 0.5)])
        == [place + "has weights that add up to 0.5, not to 1"])
    #expect(
      try message([.init(row: 0, weight: 2), .init(row: 1, weight: -1)])
        == [place + "has a weight below 0"])
    let beyond = try message([.init(row: 1_000_000, weight: 1)])
    #expect(beyond.first?.hasPrefix(place + "names a row beyond the ") == true)
  }

  @Test("A rule that says nothing about a frame is refused")
  func wrongRule() throws {
    let index = try interleaved()
    let found = try violations {
      $0.evidence.frames[index].rule = .recursion
      $0.evidence.frames[index].multipliers = nil
    }
    #expect(
      messages(.evidenceBound, in: found) == [
        "certificate.evidence.frames[\(index)] is closed by the rule recursion, which is for one chunk a stage"
      ])
  }

  @Test("A frame that fits is not closed as infeasible")
  func infeasible() throws {
    let index = try interleaved()
    let found = try violations {
      $0.evidence.frames[index].rule = .infeasible
      $0.evidence.frames[index].multipliers = nil
      $0.evidence.frames[index].bound = nil
    }
    #expect(
      messages(.evidenceBound, in: found) == [
        "certificate.evidence.frames[\(index)] is closed by the rule infeasible, but some split may fit in "
          + "memory"
      ])
  }

  @Test("Without its evidence a frame may hold a better plan")
  func dropped() throws {
    let index = try #require(
      certificate.evidence.frames.firstIndex { $0.bound == certificate.bound })
    let found = try violations { $0.evidence.frames.remove(at: index) }
    let message = try #require(messages(.openFrame, in: found).first)
    #expect(
      message.hasPrefix(
        "certificate.boundSeconds is \(certificate.bound.value) s, but 1 frame may be faster than "
          + "that and is not in the evidence: "), "\(message)")
  }

  @Test("Evidence for frames that do not exist, or twice for one, is refused")
  func frames() throws {
    let foreign = try violations { $0.evidence.frames[0].tensor = 3 }
    #expect(
      messages(.evidenceFrame, in: foreign)
        == ["certificate.evidence.frames[0] is no frame of the space"])
    let twice = try violations { $0.evidence.frames.append($0.evidence.frames[0]) }
    let last = certificate.evidence.frames.count
    #expect(
      messages(.evidenceFrame, in: twice)
        == ["certificate.evidence.frames[\(last)] is the same frame as frames[0]"])
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
      messages(.frameCount, in: found) == [
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
      messages(.pins, in: found) == [
        "parallelism.tensor is \(searched.plan.parallelism.tensor), but certificate.scope.pins states "
          + "\(other)"
      ])
    let unknown = try violations { $0.scope.pins.recompute = "attention" }
    #expect(
      messages(.pins, in: unknown) == [
        "certificate.scope.pins.recompute is 'attention', which names no recomputation"
      ])
  }

  @Test("A split outside the declared space is feasible, but not what the certificate covers")
  func outsideSpace() throws {
    let report = try HandPlan {
      $0.schedule = .interleaved(virtualStages: 2)
      $0.sizes = [1, 3, 1, 1]
    }.check()
    #expect(report.isFeasible)
    #expect(
      messages(.outsideSpace, in: report.violations) == [
        "stages[1].chunks hold 3 layers in run 0, but the space has 1 to 2 there"
      ])
  }
}

extension LaunchPlan {
  /// The plan with another certificate.
  fileprivate func with(_ certificate: Certificate) throws -> LaunchPlan {
    try LaunchPlan(
      stack: stack, inputs: inputs, parallelism: parallelism, stageGroups: stageGroups,
      stages: stages, mapping: mapping, expertPlacement: expertPlacement, prediction: prediction,
      certificate: certificate, alternatives: alternatives, assumptions: assumptions)
  }
}

import CostModel
import LaunchPlan
import PlanChecks
import Quantities
import Testing

@Suite("Evidence that does not prove what it claims is refused")
struct EvidenceTests {
  private let searched: SearchedPlan

  init() throws { searched = try .uneven() }

  private var certificate: Certificate { searched.plan.certificate }

  private func violations(_ change: (inout Certificate) throws -> Void) throws -> [Violation] {
    try searched.violations(change)
  }

  @Test("A plan with a worse split than its frame's best lists the frame, and holds")
  func holds() throws {
    #expect(certificate.gap > 0.01)
    #expect(certificate.evidence.frames.map(\.rule) == [.enumeration])
    #expect(try violations { _ in }.isEmpty)
  }

  @Test("A bound above what the evidence makes is refused")
  func boundTooHigh() throws {
    let high = 0.5 * (certificate.bound + certificate.objective)
    let found = try violations {
      $0.bound = high
      $0.parts[0].bound = high
    }
    #expect(
      found.messages(.bound) == [
        "certificate.boundSeconds is \(high.value) s, but the evidence makes "
          + "\(certificate.bound.value) s"
      ])
    #expect(
      found.messages(.evidenceBound).contains {
        $0.hasSuffix("the certificate's bound, which must not exceed it, is \(high.value) s")
      })
  }

  @Test(
    "A frame's bound above what its rule proves is refused", arguments: ["ranks", "enumeration"])
  func claim(rule: String) throws {
    let index = 0
    let claim = try #require(certificate.evidence.frames[index].bound)
    let named = try #require(Certificate.Rule(rawValue: rule))
    let found = try violations {
      $0.evidence.frames[index].rule = named
      $0.evidence.frames[index].bound = 1.5 * claim
    }
    let message = try #require(found.messages(.evidenceBound).first)
    let opening = "certificate.evidence.frames[\(index)].boundSeconds is \((1.5 * claim).value) s, "
    #expect(message.hasPrefix(opening + "but the rule \(rule) proves only "), "\(message)")
  }

  @Test("A rule that says nothing about a frame is refused")
  func wrongRule() throws {
    let index = 0
    let found = try violations {
      $0.evidence.frames[index].rule = .recursion
    }
    #expect(
      found.messages(.evidenceBound) == [
        "certificate.evidence.frames[\(index)] is closed by the rule recursion, which is for one chunk a stage"
      ])
  }

  @Test("A frame that fits is not closed as infeasible")
  func infeasible() throws {
    let index = 0
    let found = try violations {
      $0.evidence.frames[index].rule = .infeasible
      $0.evidence.frames[index].bound = nil
    }
    #expect(
      found.messages(.evidenceBound) == [
        "certificate.evidence.frames[\(index)] is closed by the rule infeasible, but some split may fit in "
          + "memory"
      ])
  }

  @Test("Without its evidence a frame may hold a better plan")
  func dropped() throws {
    let index = try #require(
      certificate.evidence.frames.firstIndex { $0.bound == certificate.bound })
    let found = try violations { $0.evidence.frames.remove(at: index) }
    let message = try #require(found.messages(.openFrame).first)
    #expect(
      message.hasPrefix(
        "certificate.boundSeconds is \(certificate.bound.value) s, but 1 frame may be faster than "
          + "that and is not in the evidence: "), "\(message)")
  }

  @Test("Evidence for frames that do not exist, or twice for one, is refused")
  func frames() throws {
    let foreign = try violations { $0.evidence.frames[0].tensor = 3 }
    #expect(
      foreign.messages(.evidenceFrame)
        == ["certificate.evidence.frames[0] is no frame of the space"])
    let twice = try violations { $0.evidence.frames.append($0.evidence.frames[0]) }
    let last = certificate.evidence.frames.count
    #expect(
      twice.messages(.evidenceFrame)
        == ["certificate.evidence.frames[\(last)] is the same frame as frames[0]"])
  }
}

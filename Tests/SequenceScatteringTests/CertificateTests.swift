import InputFiles
import Quantities
import Testing

@testable import SequenceScattering

@Suite("A certificate verifies by arithmetic, and a corrupted one is refused")
struct CertificateTests {
  /// One long sequence sets the time of its micro-batch, so that the work alone proves less.
  private let batch = LengthDistribution.wikipedia.batch(of: 95, seed: 4) + [60_000]

  private func certificate() throws -> (ScatteringSetting, ScatteringCertificate) {
    let setting = try ScatteringSetting.flexSP(gpus: 16, degrees: [1, 2, 4, 8, 16])
    let result = try ScatteringInstance(setting, batch: batch).scattered()
    return (setting, result.certificate)
  }

  @Test("as it is, and after it went through a file")
  func verifies() throws {
    let (setting, certificate) = try certificate()
    try certificate.check(setting, batch: batch)
    let text = JSONText.compact(certificate.json)
    let read = try JSONDocument.parse(text, file: "result.json").read(ScatteringCertificate.shape)
    #expect(read == certificate)
    try read.check(setting, batch: batch)
  }

  @Test("a bound raised by a thousandth is refused")
  func raisedBound() throws {
    var (setting, certificate) = try certificate()
    certificate.bound *= 1.001
    let fault = #expect(throws: CertificateFault.self) {
      try certificate.check(setting, batch: self.batch)
    }
    #expect(fault?.description.contains("less than") == true)
  }

  @Test("a tree that is missing, a node that is, and a node that stands twice are refused")
  func missingParts() throws {
    let (setting, certificate) = try certificate()
    var fewer = certificate
    fewer.roots.removeFirst()
    #expect(throws: CertificateFault.self) { try fewer.check(setting, batch: self.batch) }
    var later = certificate
    later.firstMicroBatches += 1
    #expect(throws: CertificateFault.self) { try later.check(setting, batch: self.batch) }
    var twice = certificate
    for (index, node) in certificate.nodes.enumerated() {
      guard case .time(let kind, let threshold, let below, _) = node else { continue }
      twice.nodes[index] = .time(kind: kind, threshold: threshold, below: below, atLeast: below)
    }
    #expect(throws: CertificateFault.self) { try twice.check(setting, batch: self.batch) }
  }

  @Test("multipliers that are negative, missing or of a row that does not hold are refused")
  func wrongMultipliers() throws {
    let (setting, certificate) = try certificate()
    let changes: [(inout KindMultipliers) -> Void] = [
      { $0.work = -1 },
      { $0.work = .nan },
      { $0.work *= 2 },
      { $0.tokens = [] },
      { multipliers in
        // The shortest sequences do share groups.
        multipliers.exclusive.append(
          ExclusiveMultiplier(option: 4, ranks: 0..<96, price: 1e-3))
      },
      { $0.fill = 0.5 },
      { $0.headed.append(HeadedMultiplier(option: 4, heads: [94, 95], price: 1e-9)) },
    ]
    for change in changes {
      let copy = certificate.changed(change)
      #expect(throws: CertificateFault.self) { try copy.check(setting, batch: self.batch) }
    }
  }

  @Test("multipliers so large that their sums overflow prove nothing")
  func overflow() throws {
    let (setting, certificate) = try certificate()
    let changes: [(inout KindMultipliers) -> Void] = [
      { multipliers in multipliers.tokens = multipliers.tokens.map { _ in 1e308 } },
      { multipliers in multipliers.paced = multipliers.paced.map { _ in 1e308 } },
      { $0.work = 1e308 },
    ]
    for change in changes {
      let copy = certificate.changed(change)
      #expect(throws: CertificateFault.self) { try copy.check(setting, batch: self.batch) }
    }
  }

  @Test(
    "patterns that no group holds raise the bound, and are refused where a group does hold them")
  func knapsackRows() throws {
    // Of 4 groups each holds two sequences of 7 tokens at most, so that 9 need a second micro-batch.
    let setting = try ScatteringSetting.oneSecondATokens(gpus: 8, degrees: [2], tokensPerGPU: 10)
    let batch = [Int](repeating: 7, count: 9) + [5]
    let instance = try ScatteringInstance(setting, batch: batch)
    let plain = try instance.scattered()
    let proven = try instance.scattered(.proving)
    // 68 tokens on 8 GPUs take 8.5 s, beside 10 s for one micro-batch or 20 s for two; of the two one
    // takes 7 s, with full groups, and the other 3.5 s.
    #expect(abs(plain.bound.value - 18.5) < 1e-6)
    #expect(proven.bound.value >= 28.499)
    #expect(proven.time == Seconds(30.5))
    let certificate = proven.certificate
    try certificate.check(setting, batch: batch)
    let text = JSONText.compact(certificate.json)
    let read = try JSONDocument.parse(text, file: "result.json").read(ScatteringCertificate.shape)
    #expect(read == certificate)

    func words(_ change: (inout ScatteringCertificate) -> Void) -> String? {
      var copy = certificate
      change(&copy)
      return #expect(throws: CertificateFault.self) { try copy.check(setting, batch: batch) }?
        .description
    }
    #expect(
      words { $0.knapsacks[0].weights = batch.map { $0 == 7 ? 400_000_000 : 250_000_000 } }
        == "knapsack row 0 lets no group weigh more than 1000000000, but one of degree 2 may weigh "
        + "1050000000")
    #expect(words { $0.knapsacks[0].weights.removeLast() }?.contains("one weight for each") == true)
    #expect(words { $0.knapsacks[0].weights[0] = -1 }?.contains("one weight for each") == true)
    #expect(words { $0.knapsacks[0].option = 1 }?.contains("one weight for each") == true)
    #expect(words { $0.knapsacks = [] }?.contains("missing or negative") == true)
  }

  @Test("a knapsack row holds for the sequences as they are, not as the shortest of their weight")
  func unlikeSizes() throws {
    // 36 and 30 tokens are 6 and 5 units of 6; of either no three fit 16 units.
    let setting = try ScatteringSetting.oneSecondATokens(gpus: 2, degrees: [1], tokensPerGPU: 100)
    let batch = [36, 36, 36, 36, 30]
    let proven = try ScatteringInstance(setting, batch: batch).scattered(.proving)
    try proven.certificate.check(setting, batch: batch)
    // No group holds three, and two groups not five, so that two micro-batches are needed.
    #expect(proven.bound.value > 20)
  }

  @Test("a chain of nodes that is deeper than calls can be is refused like any other")
  func deepChain() throws {
    let (setting, certificate) = try certificate()
    var deep = certificate
    let depth = 200_000
    deep.nodes = (0..<depth).map { level in
      .groups(kind: 0, option: 0, upTo: 16, few: level + 1, many: depth)
    }
    deep.roots = [0]
    #expect(throws: CertificateFault.self) { try deep.check(setting, batch: self.batch) }
  }

  @Test("a certificate of another batch or setting is refused")
  func otherBatch() throws {
    let (setting, certificate) = try certificate()
    let shorter = batch.map { max(1, $0 / 2) }
    #expect(throws: CertificateFault.self) { try certificate.check(setting, batch: shorter) }
    let larger = try ScatteringSetting.flexSP(gpus: 32, degrees: [1, 2, 4, 8, 16])
    #expect(throws: CertificateFault.self) { try certificate.check(larger, batch: self.batch) }
  }
}

extension ScatteringCertificate {
  /// A copy in which every set of multipliers is changed.
  fileprivate func changed(_ change: (inout KindMultipliers) -> Void) -> ScatteringCertificate {
    var copy = self
    for (index, node) in nodes.enumerated() {
      guard case .leaf(var multipliers) = node else { continue }
      for kind in multipliers.indices { change(&multipliers[kind]) }
      copy.nodes[index] = .leaf(multipliers)
    }
    return copy
  }
}

import CostModel
import LaunchPlan
import ParallelismVocabulary
import Quantities

/// The certificate's argument, frame by frame: each frame of the space is closed by a rule, or listed
/// with a bound, and the certificate's bound is the least that they leave.
///
/// Frames with the same degrees are closed together, and count as one, by `work`, where that bound is at least
/// the certificate's. Any other frame that is not listed is closed
/// - by `memory`, where its ranks together lack it;
/// - by `closedForm`, where that bound is at least the certificate's;
/// - by `ranks`, `enumeration`, `recursion` or `labels`, where that bound is at least the objective; or by
///   `infeasible`.
///
/// A listed frame counts under the rule that it names, which must prove the bound that it claims.
///
/// Where the price counts, a frame's bounds are times the price of its nodes over that of the plan's; where
/// steps may only be so long, bounds above that are infinite.
struct SpaceAudit {
  let certificate: Certificate
  let space: DeclaredSpace
  let pricer: FramePricer
  /// The plan's step as simulated again.
  let step: Seconds
  private let goal: CountedSteps
  private let plan: FrameFamily
  private(set) var axes = SpaceAxes()
  private(set) var violations: [Violation] = []
  /// The least bound of any frame that may hold a better plan.
  private(set) var least = Seconds.infinity
  private var closures = ClosureCounts()
  private var listed: [Frame: Int] = [:]
  private var open: (count: Int, worst: (bound: Seconds, frame: Frame)?) = (0, nil)

  /// - Parameters:
  ///   - goal: what the steps of other frames count for beside the plan's.
  ///   - plan: the plan's degrees.
  init(
    _ certificate: Certificate, space: DeclaredSpace, pricer: FramePricer, step: Seconds,
    goal: CountedSteps, plan: FrameFamily
  ) {
    self.goal = goal
    self.plan = plan
    self.certificate = certificate
    self.space = space
    self.pricer = pricer
    self.step = step
  }

  mutating func run() {
    listEvidence()
    let work = space.workBound(pricer)
    var closed: Set<FrameFamily> = []
    for family in space.families() {
      let bound = work.proof(of: family, reaching: certificate.bound) { goal.counted($0, family) }
      if bound.value.isBelow(certificate.bound.value) {
        open(family)
      } else {
        closed.insert(family)
        axes.addClosedFamily()
        closures.count([.work])
        least = min(least, bound)
      }
    }
    listDegrees(of: closed)
    // The plan itself refutes a bound of its own degrees that is above its step.
    let least = max(work.step(of: plan), work.stepWithExchanges(of: plan))
    if step.value.isBelow(least.value) {
      violations.append(
        Violation(
          .bound,
          "the plan's step takes \(step.value) s, but the work of its degrees would take "
            + "\(least.value) s"))
    }
    for (frame, index) in listed where closed.contains(FrameFamily(frame)) {
      violations.append(
        Violation(
          .evidenceFrame,
          "certificate.evidence.frames[\(index)] is closed already, by the work of its degrees"))
    }
    // Nothing follows from a space without frames, which is a violation of its own.
    guard axes.frames > 0 else { return }
    violations += closures.violations(certificate.evidence.closures)
    judgeBound()
  }

  /// Closes the frames of a family one by one.
  private mutating func open(_ family: FrameFamily) {
    // Closures cannot capture what they change, so that the frames are gathered first.
    var frames: [Frame] = []
    space.forEachFrame(of: family) { frames.append($0) }
    for frame in frames {
      axes.add(frame)
      if let index = listed[frame] {
        verify(certificate.evidence.frames[index], at: index, pricer.prices(of: frame))
      } else {
        close(frame)
      }
    }
  }

  /// Adds the degrees of families that were closed whole to the axes, where they have frames at all.
  private mutating func listDegrees(of families: Set<FrameFamily>) {
    for family in families where !axes.list(family.degrees) {
      var isEmpty = true
      space.forEachFrame(of: family) { _ in isEmpty = false }
      if !isEmpty { axes.add(family.degrees) }
    }
  }

  // MARK: Listed frames

  private mutating func listEvidence() {
    let batch = space.model.workload.globalBatch
    for (index, evidence) in certificate.evidence.frames.enumerated() {
      let place = "certificate.evidence.frames[\(index)]"
      guard var frame = Frame(evidence, globalBatch: batch),
        let order = space.groupOrder(evidence.nodeGroups)
      else {
        violations.append(Violation(.evidenceFrame, "\(place) is no frame of the space"))
        continue
      }
      frame.groupOrder = order
      guard frame.runs(on: space.model.cluster.deviceCount), space.contains(frame)
      else {
        violations.append(Violation(.evidenceFrame, "\(place) is no frame of the space"))
        continue
      }
      if let first = listed.updateValue(index, forKey: frame) {
        violations.append(
          Violation(.evidenceFrame, "\(place) is the same frame as frames[\(first)]"))
      }
    }
  }

  /// Computes again what a listed frame claims.
  private mutating func verify(
    _ evidence: Certificate.FrameEvidence, at index: Int, _ prices: FramePrices
  ) {
    let place = "certificate.evidence.frames[\(index)]"
    closures.count([evidence.rule])
    // What a rule proves grows as its limit falls, and nothing above the claim is of interest.
    let proof = proof(evidence.rule, of: prices, limit: evidence.bound ?? step)
    if case .notApplicable(let reason) = proof {
      violations.append(
        Violation(
          .evidenceBound,
          "\(place) is closed by the rule \(evidence.rule.rawValue), which \(reason)"))
      return
    }
    guard let claim = evidence.bound else {
      if proof != .nothingFits {
        violations.append(
          Violation(
            .evidenceBound,
            "\(place) is closed by the rule \(evidence.rule.rawValue), but some split may fit in memory"
          ))
      }
      return
    }
    if proof.value.isBelow(claim.value) {
      violations.append(
        Violation(
          .evidenceBound,
          "\(place).boundSeconds is \(claim.value) s, but the rule \(evidence.rule.rawValue) "
            + "proves only \(proof.value) s"))
    }
    if claim.value.isBelow(certificate.bound.value) {
      violations.append(
        Violation(
          .evidenceBound,
          "\(place).boundSeconds is \(claim.value) s, but the certificate's bound, which must not "
            + "exceed it, is \(certificate.bound.value) s"))
    }
    least = min(least, claim)
  }

  // MARK: Frames closed by a rule without data

  private mutating func close(_ frame: Frame) {
    guard
      case .step(let closedForm) = goal.counted(
        FrameProof(pricer.closedFormBound(of: frame)), frame)
    else { return closures.count([.memory]) }
    let isBound = closedForm.value.agrees(with: certificate.bound.value)
    if closedForm >= certificate.bound || isBound { least = min(least, closedForm) }
    // Seconds that were counted at a price may differ in their last digit.
    if closedForm >= certificate.bound, !isBound || space.goal == .time {
      return closures.count([.closedForm])
    }
    let prices = pricer.prices(of: frame)
    var (rules, known) =
      frame.schedule.isInterleaved
      ? rulesForSeveralChunks(prices) : rulesForOneChunk(prices)
    // A frame whose formula gives the certificate's bound but for rounding may stand under it.
    if isBound { rules.insert(.closedForm) }
    guard rules.isEmpty else { return closures.count(rules) }
    open.count += 1
    known = max(known, closedForm)
    if known < open.worst?.bound ?? .infinity { open.worst = (known, frame) }
  }

  /// The rules that close a frame, as the search asks them, and the best bound that any proves.
  private func rulesForSeveralChunks(_ prices: FramePrices) -> (Set<Certificate.Rule>, Seconds) {
    var known = Seconds.zero
    for rule in [Certificate.Rule.ranks, .enumeration] {
      let proof = proof(rule, of: prices, limit: step)
      if proof == .nothingFits { return ([.infeasible], .infinity) }
      if !proof.value.isBelow(step.value) { return ([rule], Seconds(proof.value)) }
      known = max(known, Seconds(proof.value))
    }
    return ([], known)
  }

  private func rulesForOneChunk(_ prices: FramePrices) -> (Set<Certificate.Rule>, Seconds) {
    let recursion = proof(.recursion, of: prices, limit: step)
    var rules: Set<Certificate.Rule> = recursion.value.isBelow(step.value) ? [] : [.recursion]
    if recursion.value == .infinity,
      proof(.infeasible, of: prices, limit: step) == .nothingFits
    {
      rules.insert(.infeasible)
    }
    guard rules.isEmpty else { return (rules, Seconds(recursion.value)) }
    let last: Certificate.Rule = prices.frame.degrees.pipeline == 2 ? .enumeration : .labels
    let closer = proof(last, of: prices, limit: step)
    if closer == .nothingFits {
      rules.insert(.infeasible)
    } else if !closer.value.isBelow(step.value) {
      rules.insert(last)
    }
    return (rules, Seconds(max(recursion.value, closer.value)))
  }

  /// What a rule proves, as it counts.
  private func proof(
    _ rule: Certificate.Rule, of prices: FramePrices, limit: Seconds
  ) -> FrameProof {
    goal.counted(
      pricer.proof(rule, of: prices, limit: goal.step(countingFor: limit, prices.frame)),
      prices.frame)
  }

  // MARK: The bound

  private mutating func judgeBound() {
    if let worst = open.worst {
      violations.append(
        Violation(
          .openFrame,
          "certificate.boundSeconds is \(certificate.bound.value) s, but \(open.count.grouped) "
            + "\(open.count == 1 ? "frame" : "frames") may be "
            + "\(space.goal.measure == .time ? "faster" : "cheaper") than that and "
            + "\(open.count == 1 ? "is" : "are") not in the evidence: "
            + "\(worst.frame.phrase) is known to take \(worst.bound.value) s at least"))
    }
    let supported = min(step, least)
    if !certificate.bound.value.agrees(with: supported.value) {
      violations.append(
        Violation(
          .bound,
          "certificate.boundSeconds is \(certificate.bound.value) s, but the evidence makes "
            + "\(supported.value) s"))
    }
  }
}

extension Frame {
  /// The frame that evidence names; `nil` where its replicas and micro-batches do not divide the
  /// batch.
  init?(_ evidence: Certificate.FrameEvidence, globalBatch: Int) {
    let (sequences, overflow) = evidence.data.multipliedReportingOverflow(
      by: evidence.microBatchSize)
    guard !overflow, sequences > 0, globalBatch.isMultiple(of: sequences) else { return nil }
    self.init(
      degrees: evidence.degrees, microBatchSize: evidence.microBatchSize,
      microBatches: globalBatch / sequences, schedule: evidence.schedule,
      sharding: evidence.sharding, stateReplicas: evidence.stateReplicas ?? 1,
      contextMethod: evidence.contextMethod,
      sequenceParallel: evidence.sequenceParallel,
      rankOrder: evidence.rankOrder ?? .pipelineOutermost)
  }
}

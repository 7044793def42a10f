import CostModel
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import ParallelismSearch

@Suite("On small random problems the search agrees with trying everything")
struct BruteForceTests {
  /// Among them 50, 60 and 184, where every layer is recomputed and chunks of a stage differ in size,
  /// and 9, where a GPipe frame of one micro-batch fits no split.
  static let seeds = Array(0..<100) + [184]
  /// Problems on several kinds of accelerator.
  static let mixedSeeds = Array(1_000..<1_100)
  /// Problems with nodes that are slower than others of their kind.
  static let slowSeeds = Array(3_000..<3_060)
  /// Problems on kinds of accelerator whose kernels reach unlike shares of their peak.
  static let unlikeSeeds = Array(1_900..<1_940)

  /// A problem with the true optimum of every frame of its space.
  struct Solved {
    var problem: RandomProblem
    var model: CostModel
    var pricer: FramePricer
    /// In seconds of step; infinite where nothing fits.
    var optima: [(frame: Frame, step: Seconds)]

    var best: Seconds { optima.map(\.step).min() ?? .infinity }

    /// - Parameter goal: what makes the space; prices are made up where they count.
    init(seed: UInt64, goal: Goal = .time) throws {
      var random = SplitMix(seed: seed)
      problem =
        (1_000..<2_000).contains(seed)
        ? .mixed(using: &random) : RandomProblem(using: &random)
      if BruteForceTests.unlikeSeeds.contains(Int(seed)) {
        for index in problem.others.indices {
          problem.others[index].architecture =
            ["turing", "volta", "hopper"].randomElement(using: &random) ?? "turing"
          problem.others[index].speed = [0.9, 1.1].randomElement(using: &random) ?? 1
        }
      }
      if seed >= 3_000 {
        (problem.nodes, problem.acceleratorsPerNode) =
          [(2, 2), (3, 2), (4, 2), (2, 4), (3, 4)].randomElement(using: &random) ?? (2, 2)
        let slow = 0..<Int.random(in: 1..<problem.nodes + 1, using: &random)
        for node in slow {
          problem.slowNodes[node] = [0.4, 0.7, 0.9].randomElement(using: &random) ?? 0.7
        }
      }
      if seed.isMultiple(of: 4) == false {
        problem = try problem.withScarceMemory(using: &random)
      }
      if goal.measure == .cost, !seed.isMultiple(of: 5) {
        problem.prices = (0...problem.others.count).map { _ in
          Double.random(in: 1...4, using: &random)
        }
      }
      model = try problem.costModel()
      let pricer = FramePricer(model)
      self.pricer = pricer
      optima = SearchSpace(model: model, pins: problem.pins, goal: goal).frames().map { frame in
        guard let force = BruteForce(frame, pricer) else { return (frame, .infinity) }
        let makespan = force.optimum
        return (frame, makespan.isFinite ? force.prices.step(makespan: makespan) : .infinity)
      }
    }
  }

  @Test(
    "With no gap allowed the plan is the optimum, and the bound never exceeds it",
    arguments: seeds + mixedSeeds + unlikeSeeds + slowSeeds)
  func search(seed: Int) throws {
    let solved = try Solved(seed: UInt64(seed))
    let space = SearchSpace(model: solved.model, pins: solved.problem.pins)
    let result = try ParallelismSearch(space: space, effort: Effort(gap: 0)).run()
    let best = solved.best.value
    guard best.isFinite else {
      #expect(result.best == nil, "a plan was found where nothing fits")
      return
    }
    #expect(
      abs(result.objective.value - best) <= 1e-6 * best,
      "the plan takes \(result.objective.value) s, the optimum \(best) s")
    #expect(
      result.bound.value <= best * (1 + 1e-9), "the bound is \(result.bound.value) s of \(best) s")
    for (frame, step) in solved.optima {
      for examined in result.examined where examined.frame == frame {
        // Below the best plan a frame's bound holds for the frame; above it, it need not.
        #expect(
          min(examined.bound.value, best) <= step.value * (1 + 1e-9),
          "\(frame) takes \(step.value) s, but \(examined.rule) bounds it by \(examined.bound.value)"
        )
      }
    }
  }

  @Test(
    "No bound of a family exceeds the optimum of any of its frames",
    arguments: seeds + mixedSeeds + unlikeSeeds + slowSeeds)
  func families(seed: Int) throws {
    let solved = try Solved(seed: UInt64(seed))
    let pins = solved.problem.pins
    let work = WorkBound(
      solved.pricer, mostSequences: SearchSpace.mostSequences, microBatchSize: pins.microBatchSize,
      sequenceParallel: pins.sequenceParallel)
    var known: [FrameFamily: (quick: Seconds, sharp: Seconds)] = [:]
    for (frame, step) in solved.optima {
      let family = FrameFamily(frame)
      let bound = known[family] ?? (work.step(of: family), work.stepWithExchanges(of: family))
      known[family] = bound
      let most = step.value * (1 + 1e-9)
      #expect(bound.quick.value > 0)
      #expect(bound.quick.value <= most, "\(frame) takes \(step.value) s")
      #expect(bound.sharp.value <= most, "\(frame) takes \(step.value) s")
    }
  }

  @Test(
    "No bound of a frame exceeds its optimum",
    arguments: seeds + mixedSeeds + unlikeSeeds + slowSeeds)
  func bounds(seed: Int) throws {
    let solved = try Solved(seed: UInt64(seed))
    for (frame, step) in solved.optima {
      let prices = solved.pricer.prices(of: frame)
      let most = step.value * (1 + 1e-9)
      func hold(_ bound: FrameBound, _ name: String) {
        switch bound {
        case .exceedsMemory: #expect(!step.isFinite, "\(name) refutes \(frame), which fits")
        case .step(let bound):
          #expect(
            bound.value <= most, "\(name) gives \(bound.value) s for \(frame) of \(step.value)")
        }
      }
      hold(prices.closedFormBound(), "the closed form")
      if frame.schedule.virtualStages == 1 {
        let recursion = StageRecursion(prices, limit: .infinity)
        hold(.step(prices.step(makespan: recursion.bound)), "the recursion")
        // Some split fits also where a stack's even ones do not.
        if solved.model.stack.capabilities.supportsUnevenStages || !solved.model.hasUnlikeDevices {
          #expect(recursion.bound.isFinite == step.isFinite)
        }
        let limit = 2 * min(prices.makespan(step: step), 1e6)
        if let labels = PathLabels(prices, limit: limit), step.isFinite {
          hold(.step(prices.step(makespan: labels.bound)), "the recursion with labels")
          #expect(labels.bound >= recursion.bound * (1 - 1e-9))
        }
      } else {
        hold(prices.ranksBound(), "the ranks' bound")
        let solver = FrameSolver(
          pricer: solved.pricer, worth: Worth(solved.model, .time))
        let examined = solver.examine(frame, closedForm: .zero, incumbent: .infinity)
        #expect(
          examined.best?.step.value ?? .infinity == step.value
            || abs((examined.best?.step.value ?? 0) - step.value) <= 1e-9 * step.value)
      }
    }
  }
}

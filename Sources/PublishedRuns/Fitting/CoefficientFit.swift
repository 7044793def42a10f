import CostModel
import ParallelismVocabulary
import Quantities

/// Fits coefficients to measured step times: robust least squares of logarithms, with a prior.
///
/// Each coefficient's logarithm x has a prior of mean log(start) and deviation `spread`; a run's
/// residual is log(predicted / measured). What is minimised is
/// ```
/// Σ runs w² · 2 (√(1 + (r/s)²) − 1) + Σ coefficients ((x − x₀)/spread)²,   s = 5 %
/// ```
/// so that a run that no value explains pulls with a constant force only. Runs of one source and stack
/// err together, so that n of them weigh as √n: w² is in proportion to 1/√n, but from 1 to 12 runs,
/// too few to tell what they share, each weighs the same. 20 runs have w = 1.
public struct CoefficientFit {
  public let runs: [MeasuredRun]
  /// The coefficients that concern any run.
  public let coefficients: [Coefficient]
  public let start: Calibration
  /// By run: the indices of the coefficients that concern it, and its weight.
  private let support: [[Int]]
  private let weights: [Double]
  private let pipelines = PipelineCache()

  static let scale = 0.05

  /// - Parameter runs: those with a measured step; others are dropped.
  public init(
    runs: [MeasuredRun], coefficients: [Coefficient] = Coefficient.all, start: Calibration
  ) {
    let timed = runs.filter { $0.isTimed }
    let concerning = coefficients.filter { coefficient in
      timed.contains { coefficient.concerns($0) }
    }
    self.runs = timed
    self.coefficients = concerning
    self.start = start
    support = timed.map { run in concerning.indices.filter { concerning[$0].concerns(run) } }
    let kinds = timed.map(Kind.init)
    var rows: [Kind: Int] = [:]
    for kind in kinds { rows[kind, default: 0] += 1 }
    weights = kinds.map { Self.weight(ofEachAmong: rows[$0] ?? 1) }
  }

  /// Runs that weigh together.
  private struct Kind: Hashable {
    var source: String
    var stack: String

    init(_ run: MeasuredRun) {
      source = run.source
      stack = run.stack
    }
  }

  /// The weight w of a run that is one of `runs` of its source and stack.
  static func weight(ofEachAmong runs: Int) -> Double {
    (20 / Double(max(runs, 12))).squareRoot().squareRoot()
  }

  /// Where a fit stands after an iteration.
  public struct Progress: Sendable {
    public var iteration: Int
    public var cost: Double
  }

  /// The calibration of least cost that a number of damped Gauss–Newton steps reach.
  public func fitted(
    iterations: Int = 30, progress: (Progress) -> Void = { _ in }
  ) -> Calibration {
    let origin = coefficients.map { max(1e-9, $0.value(in: start)).logarithm }
    var point = origin
    var residuals = residuals(at: calibration(point))
    var cost = cost(residuals, point, origin)
    var damping = 1e-3
    for iteration in 0..<iterations {
      let equations = equations(residuals, point, origin)
      var isBetter = false
      var gain = 0.0
      while damping < 1e6 {
        guard let step = equations.step(damping: damping) else {
          damping *= 10
          continue
        }
        let trial = zip(point, step).map { $0 + min(0.7, max(-0.7, $1)) }
        let trialResiduals = self.residuals(at: calibration(trial))
        let trialCost = self.cost(trialResiduals, trial, origin)
        if trialCost < cost {
          gain = cost - trialCost
          (point, residuals, cost) = (trial, trialResiduals, trialCost)
          damping = max(1e-6, damping / 5)
          isBetter = true
          break
        }
        damping *= 5
      }
      progress(Progress(iteration: iteration, cost: cost))
      if !isBetter || gain < 1e-4 * cost { break }
    }
    return calibration(point)
  }

  /// How far log(predicted / measured) of each run is, zero where a run cannot be predicted.
  public func residuals(at calibration: Calibration) -> [Double] {
    runs.map { residual(of: $0, at: calibration) }
  }

  /// How many of the runs a coefficient concerns.
  public func runs(concernedBy coefficient: Coefficient) -> Int {
    runs.count { coefficient.concerns($0) }
  }

  /// The mean of |predicted − measured| / measured.
  public func meanError(at calibration: Calibration) -> Double {
    let errors = residuals(at: calibration).map { abs($0.exponential - 1) }
    return errors.reduce(0, +) / Double(max(1, errors.count))
  }

  private func residual(of run: MeasuredRun, at calibration: Calibration) -> Double {
    guard let measured = run.measured.step,
      let predicted = try? run.prediction(under: calibration, pipelines: pipelines).step
    else { return 0 }
    return (predicted / measured).logarithm
  }

  private func calibration(_ point: [Double]) -> Calibration {
    var calibration = start
    for (coefficient, logarithm) in zip(coefficients, point) {
      coefficient.set(logarithm.exponential, in: &calibration)
    }
    return calibration
  }

  private func cost(_ residuals: [Double], _ point: [Double], _ origin: [Double]) -> Double {
    var sum = 0.0
    for (residual, weight) in zip(residuals, weights) {
      let relative = residual / Self.scale
      sum += weight * weight * 2 * ((1 + relative * relative).squareRoot() - 1)
    }
    for index in coefficients.indices {
      let distance = (point[index] - origin[index]) / coefficients[index].spread
      sum += distance * distance
    }
    return sum
  }

  private func equations(
    _ residuals: [Double], _ point: [Double], _ origin: [Double]
  ) -> NormalEquations {
    let size = 1e-3
    let base = calibration(point)
    var equations = NormalEquations(size: coefficients.count)
    for (row, run) in runs.enumerated() {
      let slopes = support[row].map { index in
        var moved = base
        coefficients[index].set((point[index] + size).exponential, in: &moved)
        return (residual(of: run, at: moved) - residuals[row]) / size
      }
      let relative = residuals[row] / Self.scale
      let robust = 1 / (1 + relative * relative).squareRoot()
      let weight = weights[row] * weights[row] * robust / (Self.scale * Self.scale)
      equations.add(
        residual: residuals[row], slopes: slopes, at: support[row], weight: weight)
    }
    for index in coefficients.indices {
      let spread = coefficients[index].spread
      equations.add(
        residual: point[index] - origin[index], slopes: [1], at: [index],
        weight: 1 / (spread * spread))
    }
    return equations
  }
}

extension MeasuredRun {
  /// Whether its step time is measured, and not by assumption.
  public var isTimed: Bool {
    measured.step != nil && !measured.isStepAssumed && measured.outcome == .ran
  }
}

extension Coefficient {
  /// Whether a run's prediction can depend on it.
  func concerns(_ run: MeasuredRun) -> Bool {
    let groups = run.cluster.nodeGroups
    switch owner {
    case .accelerator(let name): return groups.contains { $0.accelerator.name == name }
    case .products(let architectures, let precision):
      // The head and attention stay in sixteen bits whatever the products' format.
      return groups.contains { architectures.contains($0.accelerator.architecture) }
        && (precision == run.workload.precision || precision == .bf16)
    case .generation(let architecture):
      return groups.contains { $0.accelerator.architecture == architecture }
    case .network(let kind):
      return run.cluster.nodeCount > 1 && run.cluster.networks.contains(kind)
    case .stackName(let name): return Stack.named(run.stack)?.name == name
    case .stack(let identity): return Stack.named(run.stack)?.identity == identity
    }
  }
}

import LinearProgramming
import Quantities

/// How others scatter a batch.
public enum ScatteringBaseline: String, Sendable, Hashable, CaseIterable {
  /// One degree for the whole batch, the best there is, and best-fit packing.
  case uniformDegree
  /// FlexSP's program for each micro-batch, straight to GLPK.
  case flexSP
  /// Megatron's balanced scheduler.
  case balancedPhases
}

extension ScatteringInstance {
  /// What a baseline finds, with its time; nil where it finds nothing.
  ///
  /// - Parameter timeLimit: for each program of FlexSP's.
  public func scattered(
    by baseline: ScatteringBaseline, timeLimit: Duration = .seconds(2)
  ) throws(SolverError) -> (scattering: Scattering, time: Seconds)? {
    let packing: Packing? =
      switch baseline {
      case .uniformDegree: bestUniformDegree()
      case .flexSP: try flexSP(timeLimit: timeLimit)
      case .balancedPhases: balancedPhases()
      }
    return packing.map {
      (scattering($0), Seconds($0.total + fixedTime($0.microBatches)))
    }
  }
}

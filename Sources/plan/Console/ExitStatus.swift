import ArgumentParser
import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import Launchers
import Planner
import Reports
import SequenceScattering

/// How the program ends; those from 64 on are the codes of `sysexits.h`.
enum ExitStatus: Int32 {
  case success = 0
  case internalError = 1
  case infeasible = 3
  case noPlan = 4
  case badInput = 65
  case cannotOpen = 66

  var code: ExitCode { ExitCode(rawValue) }
}

extension ParsableCommand {
  /// Runs the body of a command; what it throws becomes words on standard error and the status.
  func reportingFaults(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error where error is ExitCode || error is ValidationError || error is CleanExit {
      throw error
    } catch {
      StandardError.write(Self.words(for: error) + "\n")
      throw Self.status(for: error)
    }
  }

  private static func status(for error: any Error) -> ExitCode {
    switch error {
    case let faults as InputFaults: ExitCode(faults.exitStatus)
    case let error as PlanReadingError: ExitCode(error.inputFaults.exitStatus)
    case is CostModelError, is RankTable.Fault, is ExplanationFault, is LaunchFaults,
      is GivenLayoutFault, is SweepFault, is ScatteringFault, is MapOnlyFault, is RepairFault:
      ExitStatus.badInput.code
    case is OutputFault: ExitStatus.cannotOpen.code
    default: ExitStatus.internalError.code
    }
  }

  private static func words(for error: any Error) -> String {
    switch error {
    case is InputFaults, is PlanReadingError, is OutputFault, is StandardOutput.Fault,
      is LaunchFaults:
      "\(error)"
    case is CostModelError, is RankTable.Fault, is ExplanationFault, is GivenLayoutFault,
      is SweepFault, is ScatteringFault, is MapOnlyFault:
      "error: \("\(error)".onOneLine)"
    case let fault as RepairFault:
      fault.sentences.map { "error: \($0.onOneLine)" }.joined(separator: "\n")
    default: "error: internal error: \("\(error)".onOneLine); please report it"
    }
  }
}

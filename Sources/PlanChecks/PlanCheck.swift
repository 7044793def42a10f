import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismVocabulary
import Quantities

/// The check of a plan: whether it can run on a cluster, costs what it says, and whether its
/// certificate holds.
///
/// Everything is derived again by arithmetic from the cluster, the model and the cost model; nothing
/// is taken from the search that made the plan, and no program is solved.
public enum PlanCheck {
  /// - Parameters:
  ///   - cluster: the cluster to hold the plan against, normally the one that it states.
  ///   - workload: what is trained, which must be what the plan states.
  /// - Complexity: O(frames of the space), and a recursion for each frame that needs one.
  public static func run(
    plan: LaunchPlan, cluster: ClusterTopology, model: ModelDescription, workload: Workload
  ) -> CheckReport {
    var report = CheckReport()
    report.violations = inputViolations(plan, cluster: cluster, model: model, workload: workload)
    guard let stack = Stack.named(plan.stack.identity) else {
      report.violations.append(unknownStack(plan.stack))
      return report
    }
    let calibration: CalibrationFile
    do throws(InputFaults) {
      calibration = try plan.inputs.calibrationFile()
    } catch {
      report.violations.append(Violation(.inputs, "\(error)"))
      return report
    }
    // Where the order of groups is open, those that the plan does not reach stand by their names.
    let orders = plan.certificate.scope.groupOrders
    var launched = plan.mapping.launchOrder(of: cluster) ?? cluster
    if orders != nil {
      launched = launched.withUnreachedGroupsByName(devices: plan.devices) ?? launched
    }
    let costs: CostModel
    do throws(CostModelError) {
      costs = try CostModel(
        model: model, cluster: launched, workload: workload,
        stack: stack,
        recompute: plan.certificate.scope.pins.recompute.flatMap {
          RecomputePolicy(name: $0)
        }, calibration: calibration.calibration,
        keepsGroupOrder: orders == nil)
    } catch {
      report.violations.append(Violation(.precision, "inputs.workload.precision: \(error)"))
      return report
    }
    report.violations += stack.capabilities.complaints(model: model, workload: workload).map {
      Violation(.stack, "\(stack.identity) \($0)")
    }
    let pricer = FramePricer(costs)
    let space = DeclaredSpace(
      model: costs, pins: plan.certificate.scope.pins,
      goal: plan.certificate.scope.goal ?? .time,
      listedGroups: cluster.nodeGroups.map(\.name))
    report.violations += layoutViolations(plan, space)
    report.violations += mappingViolations(plan, cluster: cluster)
    let priced = PricedPlan(plan, pricer: pricer)
    if let priced {
      report.step = priced.prediction.step
      report.violations += memoryViolations(priced, pricer)
      report.violations += predictionViolations(plan, priced, costs)
      report.violations += snapshotViolations(plan, priced, costs, stack: stack)
      report.violations += repairViolations(plan, priced, cluster: cluster)
      report.examined.append("step of \(priced.prediction.step) simulated again")
      report.examined.append("memory of \(counted(priced.split.recompute.count, "stage"))")
    }
    report.violations += scatteringViolations(plan, pricer, space)
    if let policy = plan.sequenceScattering {
      report.examined.append(
        "\(policy.sample.batches) batches scattered over "
          + counted(policy.layouts.count, "layout"))
    }
    checkCertificate(of: plan, priced, space, pricer, &report)
    return report
  }

  private static func unknownStack(_ stack: LaunchPlan.Stack) -> Violation {
    Violation(
      .stack,
      "stack is \(stack.identity), but must be one of "
        + Stack.all.map(\.identity).joined(separator: ", "))
  }
}

extension PlanInputs {
  /// The coefficients that stand in a plan; none where it was made with the shipped ones.
  public func calibrationFile() throws(InputFaults) -> CalibrationFile {
    guard let calibration else { return .none }
    let text = JSONText.compact(calibration.content)
    return try JSONDocument.parse(text, file: "inputs.calibration").read(CalibrationFile.shape)
  }
}

import CostModel
import LaunchPlan

/// What a frame breaks of the rules of the space under some pins, a sentence each: degrees that do not
/// divide, schedules and methods that the stack cannot run.
public func frameViolations(
  of frame: Frame, under model: CostModel, _ pins: Certificate.Pins
) -> [String] {
  FrameRules(model: model, pins: pins).all.violations(of: frame).map(\.message)
}

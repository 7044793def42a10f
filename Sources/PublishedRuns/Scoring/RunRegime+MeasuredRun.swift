import CostModel

extension RunRegime {
  public init(_ run: MeasuredRun) {
    self.init(
      stack: run.stack, cluster: run.cluster, devices: run.frame.degrees.devices, model: run.model)
  }
}

/// Bounds on the load of the fullest GPU, relative to the mean.
public enum LoadBound {
  /// No placement of a layer has a lower imbalance in this workload.
  ///
  /// The fullest GPU has the mean load at least, and the fullest replica: with s slots for the experts,
  /// the least possible share of the fullest replica is what replicating greedily ends at.
  /// - Source: for the optimality of greedy replication, Ibaraki, Katoh 1988, "Resource Allocation
  ///   Problems" (minimise the greatest of convex decreasing functions under a sum).
  public static func imbalance(loads: [Double], slots: Int, gpus: Int) -> Double {
    let replicas = EPLB.replicate(loads, slots: slots)
    var counts = [Double](repeating: 0, count: loads.count)
    for expert in replicas { counts[expert] += 1 }
    let fullest = zip(loads, counts).reduce(0) { max($0, $1.0 / $1.1) }
    return max(1, fullest * Double(gpus) / loads.reduce(0, +) * (1 - 1e-12))
  }

  /// The mean over the layers, each in the workload that is worst there.
  public static func worstImbalance(_ loads: ExpertLoads, slots: Int, gpus: Int) -> Double {
    (0..<loads.layers).reduce(0) { sum, layer in
      sum
        + (loads.layer(layer).map { imbalance(loads: $0, slots: slots, gpus: gpus) }.max() ?? 1)
    } / Double(loads.layers)
  }
}

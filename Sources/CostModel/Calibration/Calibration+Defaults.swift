import ClusterTopology
import ParallelismVocabulary

extension Calibration {
  /// What is assumed of hardware and stacks before a fit: kernels measured alone, data sheets, the
  /// literature, and judgement by people who knew the published runs.
  public static let defaults = Calibration(
    generations: [
      .volta: .volta, .turing: .turing, .ampere: .ampere, .ada: .ada, .hopper: .hopper,
      .blackwell: .blackwell, .blackwellUltra: .blackwellUltra, .cdna2: .cdna2, .cdna3: .cdna3,
      .cdna4: .cdna3,
    ],
    // Estimates from their power limits: below H100's 700 W, below GB200's 1,200 W, above it, and
    // 1,000 W against MI300X's 750 W.
    slownesses: [
      "H100-SXM-96GB-HBM2e": 1.3, "B200-SXM-180GB": 1.1, "GB300-279GB": 0.88,
      "MI325X-256GB": 0.81,
    ],
    // InfiniBand HDR and NDR, RoCE, EFA and cloud Ethernet, Slingshot, Omni-Path.
    networks: [
      NetworkKind(fabric: .infiniband, isFast: false): 0.7,
      NetworkKind(fabric: .infiniband, isFast: true): 0.9,
      NetworkKind(fabric: .roce, isFast: false): 0.68,
      NetworkKind(fabric: .ethernet, isFast: false): 0.75,
      NetworkKind(fabric: .efa, isFast: false): 0.79,
      NetworkKind(fabric: .tcpx, isFast: false): 0.79,
      NetworkKind(fabric: .slingshot, isFast: false): 0.7,
      NetworkKind(fabric: .omnipath, isFast: false): 0.45,
    ],
    stacks: [:])

  /// The coefficients that are in force unless a file says otherwise: the defaults, moved by the
  /// published runs where they have something to say.
  public static let shipped: Calibration = {
    var calibration = defaults
    for coefficient in Coefficient.all {
      if let fitted = FittedCoefficients.all[coefficient.name] {
        coefficient.set(fitted.value, in: &calibration)
      }
    }
    return calibration
  }()
}

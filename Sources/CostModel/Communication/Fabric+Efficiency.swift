import ClusterTopology

extension Fabric.Kind {
  /// The share of the line rate that collectives reach between nodes.
  ///
  /// - Source: from published training runs by link kind: InfiniBand HDR and NDR 0.6 … 0.91, RoCE
  ///   0.68, EFA and cloud Ethernet 0.79, Slingshot 0.7, Omni-Path 0.42.
  var efficiency: Double {
    switch self {
    case .infiniband: 0.85
    case .roce: 0.68
    case .ethernet, .efa, .tcpx: 0.79
    case .slingshot: 0.7
    case .omnipath: 0.42
    }
  }
}

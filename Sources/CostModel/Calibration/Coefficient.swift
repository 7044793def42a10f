import ClusterTopology
import ParallelismVocabulary

/// One number of a calibration that measurements can determine.
public struct Coefficient: Sendable {
  /// What a coefficient belongs to.
  public enum Owner: Hashable, Sendable {
    case products(accelerator: String, Precision)
    case generation(Architecture)
    case network(NetworkKind)
    case stack(String)
  }

  /// The name in calibration files, such as `stacks.nemo@24.tensorExposed`.
  public let name: String
  public let owner: Owner
  public let unit: String
  public let meaning: String
  /// The standard deviation of its logarithm before any run is looked at.
  public let spread: Double
  let read: @Sendable (Calibration) -> Double
  let write: @Sendable (Double, inout Calibration) -> Void

  public func value(in calibration: Calibration) -> Double { read(calibration) }

  /// Sets it; the share of a line rate is at most 1.
  public func set(_ value: Double, in calibration: inout Calibration) {
    if case .network = owner {
      write(min(1, value), &calibration)
    } else {
      write(value, &calibration)
    }
  }

  /// The value before any run is looked at.
  public var defaultValue: Double { read(.defaults) }

  /// Where the shipped value comes from, in words.
  public var origin: String {
    guard let fitted = FittedCoefficients.all[name] else { return "default, no run to fit it to" }
    return "fitted to \(fitted.runs) published \(fitted.runs == 1 ? "run" : "runs"), "
      + "from a default of \(Self.digits(defaultValue))"
  }

  private static func digits(_ value: Double) -> String {
    let scale = value < 0.01 ? 1e6 : 1e3
    return "\((value * scale).rounded() / scale)"
  }

  /// Every coefficient, in a fixed order.
  public static let all: [Coefficient] = products + generations + networks + stacks

  /// The coefficient of a name, of an accelerator's products whether or not published runs used it.
  public static func named(_ name: String) -> Coefficient? {
    if let known = byName[name] { return known }
    let prefix = "accelerators."
    guard name.hasPrefix(prefix), let dot = name.lastIndex(of: "."),
      let precision = Precision(rawValue: String(name[name.index(after: dot)...])),
      dot > name.index(name.startIndex, offsetBy: prefix.count)
    else { return nil }
    return products(of: String(name[..<dot].dropFirst(prefix.count)), precision)
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

// MARK: Products

extension Coefficient {
  /// The accelerators and formats that published training runs used.
  private static let products: [Coefficient] = [
    ("V100-SXM2-16GB", [.bf16]), ("V100-SXM2-32GB", [.bf16]), ("T4", [.bf16]),
    ("A100-SXM-40GB", [.bf16]), ("A100-SXM-80GB", [.bf16]),
    ("H100-SXM-80GB", [.bf16, .fp8]), ("H100-96GB-HBM2e", [.bf16, .fp8]),
    ("H200-SXM-141GB", [.bf16, .fp8]), ("H200-NVL-141GB", [.fp8]), ("GH200-96GB", [.bf16]),
    ("L40S", [.bf16, .fp8]),
    ("B200-SXM-180GB", [.bf16, .fp8, .mxfp8, .nvfp4]),
    ("B300-SXM-270GB", [.bf16, .fp8, .mxfp8, .nvfp4]),
    ("GB200-186GB", [.bf16, .fp8, .mxfp8, .nvfp4]),
    ("GB300-279GB", [.bf16, .fp8, .mxfp8, .nvfp4]),
    ("MI300X-192GB", [.bf16, .fp8]), ("MI325X-256GB", [.bf16, .fp8]),
  ].flatMap { accelerator, precisions in precisions.map { products(of: accelerator, $0) } }

  /// The products of any accelerator in a number format.
  public static func products(of accelerator: String, _ precision: Precision) -> Coefficient {
    let kind = Calibration.ProductKind(accelerator, precision)
    let architecture = Catalogue.accelerator(accelerator)?.accelerator.architecture ?? .hopper
    return Coefficient(
      name: "accelerators.\(accelerator).\(precision.rawValue)",
      owner: .products(accelerator: accelerator, precision), unit: "times",
      meaning: "products in training against products measured alone", spread: 0.2,
      read: { calibration in
        calibration.derates[kind]
          ?? (calibration.generations[architecture] ?? .unknown).derate(precision)
      },
      write: { $1.derates[kind] = $0 })
  }
}

// MARK: Generations

extension Coefficient {
  private static let generations: [Coefficient] = [
    Architecture.volta, .turing, .ampere, .ada, .hopper, .blackwell, .blackwellUltra, .cdna3,
  ].flatMap { architecture in
    [
      generation(
        architecture, "flashAttention", "FlashAttention 1 and 2 against the vendor's kernels",
        spread: 0.3
      ) { \.attentionDerate[.flash] },
      generation(
        architecture, "vendorAttention", "attention in training against attention measured alone",
        spread: 0.3
      ) { \.attentionDerate[.vendor] },
      generation(
        architecture, "collectives", "collectives in training against collectives measured alone",
        spread: 0.25
      ) { \.collectiveDerate },
      generation(
        architecture, "misaligned", "products whose sides are no multiples of 64", spread: 0.2
      ) { \.misalignedDerate },
      generation(
        architecture, "odd", "products whose sides are no multiples of 8", spread: 0.2
      ) { \.oddDerate },
    ]
  }

  private static func generation(
    _ architecture: Architecture, _ name: String, _ meaning: String, spread: Double,
    _ path: @Sendable @escaping () -> WritableKeyPath<KernelCalibration, Double>
  ) -> Coefficient {
    Coefficient(
      name: "generations.\(architecture.rawValue).\(name)", owner: .generation(architecture),
      unit: "times", meaning: meaning, spread: spread,
      read: { ($0.generations[architecture] ?? .unknown)[keyPath: path()] },
      write: { $1.generations[architecture, default: .unknown][keyPath: path()] = $0 })
  }
}

// MARK: Networks and stacks

extension Coefficient {
  private static let networks: [Coefficient] = Calibration.defaults.networks.keys
    .sorted { $0.name < $1.name }
    .map { kind in
      Coefficient(
        name: "networks.\(kind.name)", owner: .network(kind), unit: "share",
        meaning: "line rate that collectives reach between nodes", spread: 0.2,
        read: { $0.efficiency(kind) }, write: { $1.networks[kind] = $0 })
    }

  private static let stacks: [Coefficient] = Stack.all.flatMap { stack in
    stack.own.map { own in
      Coefficient(
        name: "stacks.\(stack.identity).\(own.rawValue)", owner: .stack(stack.identity),
        unit: own.unit, meaning: own.meaning, spread: own.spread,
        read: { $0.timing(of: stack)[keyPath: own.path] },
        write: { value, calibration in
          calibration.stacks[stack.identity, default: stack.timing][keyPath: own.path] = value
        })
    }
  }
}

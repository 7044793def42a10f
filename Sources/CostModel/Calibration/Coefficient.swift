import ClusterTopology
import ParallelismVocabulary

/// One number of a calibration that measurements can determine.
public struct Coefficient: Sendable {
  /// What a coefficient belongs to.
  public enum Owner: Hashable, Sendable {
    case accelerator(String)
    case products([Architecture], Precision)
    case generation(Architecture)
    case network(NetworkKind)
    case stack(String)
    /// All versions of a stack that share a coefficient.
    case stackName(String)
  }

  /// The name in calibration files, such as `stacks.nemo@24.tensorExposed`.
  public let name: String
  public let owner: Owner
  public let unit: String
  public let meaning: String
  /// The standard deviation of its logarithm before a fit. Those of collectives and networks were chosen
  /// with the stacks' (see `StackCoefficient.spread`), by how well layouts that a fit had not seen were
  /// predicted.
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

  /// The value that a fit starts from.
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
  public static let all: [Coefficient] =
    accelerators + products + generations + networks + stacks

  /// The coefficient of a name, of an accelerator whether or not published runs used it.
  public static func named(_ name: String) -> Coefficient? {
    if let known = byName[name] { return known }
    let (prefix, suffix) = ("accelerators.", ".slowness")
    guard name.hasPrefix(prefix), name.hasSuffix(suffix),
      name.count > prefix.count + suffix.count
    else { return nil }
    return slowness(of: String(name.dropFirst(prefix.count).dropLast(suffix.count)))
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

// MARK: Products

extension Coefficient {
  /// The accelerators that published training runs used, where several are of one generation.
  private static let accelerators: [Coefficient] = [
    "V100-SXM2-32GB", "A100-SXM-40GB", "H100-SXM-96GB-HBM2e", "H200-SXM-141GB", "H200-NVL-141GB",
    "GH200-96GB", "B200-SXM-180GB", "B300-SXM-270GB", "GB300-279GB", "MI325X-256GB",
  ].map(slowness)

  /// How an accelerator differs from its generation.
  public static func slowness(of accelerator: String) -> Coefficient {
    Coefficient(
      name: "accelerators.\(accelerator).slowness", owner: .accelerator(accelerator),
      unit: "times", meaning: "arithmetic against the generation's first accelerator", spread: 0.1,
      read: { $0.slownesses[accelerator] ?? 1 }, write: { $1.slownesses[accelerator] = $0 })
  }

  /// The number formats of each generation that published training runs used.
  private static let products: [Coefficient] = [
    ([.volta], [.bf16]), ([.turing], [.bf16]), ([.ampere], [.bf16]), ([.ada], [.bf16, .fp8]),
    ([.hopper], [.bf16, .fp8]), ([.blackwell, .blackwellUltra], [.bf16, .fp8, .mxfp8]),
    ([.blackwell], [.nvfp4]), ([.blackwellUltra], [.nvfp4]), ([.cdna3, .cdna4], [.fp8]),
  ].flatMap { generations, precisions in precisions.map { products(of: generations, $0) } }

  private static func products(
    of generations: [Architecture], _ precision: Precision
  ) -> Coefficient {
    let first = generations[0]
    return Coefficient(
      name: "generations.\(first.rawValue).\(precision.rawValue)",
      owner: .products(generations, precision), unit: "times",
      meaning: "products in training against products measured alone", spread: 0.2,
      read: { ($0.generations[first] ?? .unknown).derate(precision) },
      write: { value, calibration in
        for generation in generations {
          calibration.generations[generation, default: .unknown].trainingDerate[precision] = value
          guard precision == .bf16 else { continue }
          calibration.generations[generation, default: .unknown].trainingDerate[.fp16] = value
          calibration.generations[generation, default: .unknown].defaultTrainingDerate = value
        }
      })
  }
}

// MARK: Generations

extension Coefficient {
  private static let generations: [Coefficient] = [
    Architecture.volta, .turing, .ampere, .ada, .hopper, .blackwell, .blackwellUltra, .cdna3,
  ].flatMap { architecture in
    [
      generation(
        architecture, "flashAttention1", "FlashAttention 1 against the vendor's kernels",
        spread: 0.3
      ) { \.attentionDerate[.flash1] },
      generation(
        architecture, "flashAttention2", "FlashAttention 2 against the vendor's kernels",
        spread: 0.3
      ) { \.attentionDerate[.flash2] },
      generation(
        architecture, "vendorAttention", "attention in training against attention measured alone",
        spread: 0.3
      ) { \.attentionDerate[.vendor] },
      generation(
        architecture, "shortSequences",
        "what short sequences lose in attention, against attention measured alone", spread: 0.5
      ) { \.shortSequences },
      generation(
        architecture, "collectives", "collectives in training against collectives measured alone",
        spread: 0.15
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
        meaning: "line rate that collectives reach between nodes"
          + (kind.fabric == .ethernet ? ", at 50 Gb/s a card" : ""), spread: 0.3,
        read: { $0.efficiency(kind) }, write: { $1.networks[kind] = $0 })
    }

  private static let stacks: [Coefficient] = Stack.all.flatMap { stack in
    let versions = Stack.all.filter { $0.name == stack.name }
    let isFirst = versions[0] == stack
    let common = (isFirst ? stack.shared : []).map { shared in
      Coefficient(
        name: "stacks.\(stack.name).\(shared.rawValue)", owner: .stackName(stack.name),
        unit: shared.unit, meaning: shared.meaning, spread: shared.spread,
        read: { $0.timing(of: stack)[keyPath: shared.path] },
        write: { value, calibration in
          for version in versions where version.shared.contains(shared) {
            calibration.stacks[version.identity, default: version.timing][keyPath: shared.path] =
              value
          }
        })
    }
    return common
      + stack.own.map { own in
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

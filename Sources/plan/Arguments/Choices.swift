import ArgumentParser
import CostModel
import InputFiles
import ModelDescription
import ParallelismVocabulary

// The named values of the command line.

extension Choice<Precision> { static let precision = Choice() }

extension Choice<Optimizer> { static let optimizer = Choice() }
extension Choice<OptimizerPlace> { static let optimizerPlace = Choice() }
extension Choice<ActivationPlace> { static let activationPlace = Choice() }

extension Choice<ContextMethod> { static let contextMethod = Choice() }

extension Choice<Sharding> {
  static let sharding = Choice(aliases: [
    "zero1": "optimizer", "zero2": "gradients", "zero3": "parameters", "fsdp": "parameters",
  ])
}

/// A schedule's name, with its chunks where they are given: `1f1b`, `interleaved`,
/// `interleaved:4`.
struct ScheduleArgument: Sendable, Hashable {
  let name: String
  let virtualStages: Int?

  static let names = Choice(Schedule.names.map { ($0, $0) })

  static func parse(_ text: String) throws -> ScheduleArgument {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = try names.parse(String(parts[0]))
    guard parts.count == 2 else { return ScheduleArgument(name: name, virtualStages: nil) }
    guard let count = Int(parts[1]), Schedule(name: name, virtualStages: count) != nil else {
      throw ValidationError("only interleaved takes a number of chunks, of at least 2")
    }
    return ScheduleArgument(name: name, virtualStages: count)
  }
}

extension RecomputePolicy {
  /// `none`, `full`, or modules joined by commas, `host:` before those that are offloaded.
  static func parse(_ text: String) throws -> RecomputePolicy {
    switch text.lowercased() {
    case "none": return .modules([])
    case "full": return .full
    default: break
    }
    let modules = Choice<RecomputeModule>()
    let offloaded = Choice<OffloadModule>()
    do {
      var recompute = Recompute.none
      for part in text.split(separator: ",") {
        if part.lowercased().hasPrefix("host:") {
          recompute.offload.insert(try offloaded.parse(String(part.dropFirst(5))))
        } else {
          recompute.modules.insert(try modules.parse(String(part)))
        }
      }
      return RecomputePolicy(recompute)
    } catch {
      throw ValidationError(
        "it must be none, full, or a list of \(modules.allowed), joined by commas; "
          + OffloadModule.allCases.map { "host:\($0.rawValue)" }.joined(separator: " or ")
          + " is kept by the hosts")
    }
  }
}

extension Stack {
  /// A stack by name, or by name and version.
  static func parse(_ text: String) throws -> Stack {
    if let stack = Stack.named(text.lowercased()) { return stack }
    let names = Stack.all.map(\.identity)
    let nearest = Suggestion.nearest(to: text, among: names + Stack.all.map(\.name))
    throw ValidationError(
      "it must be one of \(names.listed())" + (nearest.map { "; did you mean \($0)?" } ?? ""))
  }
}

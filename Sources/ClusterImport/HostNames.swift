import ClusterTopology
import InputFiles

/// Names of hosts: which are allowed, and what a list of them stands for.
enum HostNames {
  /// Whether a text can be the name of a host: letters, digits, `.`, `-` and `_`, at most 253.
  ///
  /// What is imported ends in host files and scripts, so that nothing else is let through.
  /// - Source: RFC 1123, §2.1; underscores, which resolvers know too.
  static func isAllowed(_ name: some StringProtocol) -> Bool {
    guard (1...253).contains(name.utf8.count), name.utf8.first != UInt8(ascii: "-") else {
      return false
    }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  /// What is wrong with a name, as a sentence.
  static func refusal(of name: some StringProtocol) -> String {
    "\(String(name).quoted) is no name of a host: those have letters, digits, '.', '-' and '_'"
  }

  /// The names that a host list in Slurm's notation stands for, each with its place.
  ///
  /// - Throws: one fault, for a list that cannot be expanded or has a name that is not allowed.
  static func expand(
    _ text: some StringProtocol, in file: TextFile, at position: SourcePosition?
  ) throws(InputFaults) -> [Fact<String>] {
    let list: HostList
    do throws(HostList.Malformed) {
      list = try HostList(String(text))
    } catch {
      throw file.fault(at: position, "\(String(text).quoted) \(error.reason)")
    }
    let names = (0..<list.count).map { list[$0] }
    if let bad = names.first(where: { !isAllowed($0) }) {
      throw file.fault(at: position, refusal(of: bad))
    }
    return names.map { file.fact($0, at: position) }
  }
}

import ClusterTopology
import InputFiles

/// The profile folders of other planners, as a model file with `profiles` and a cluster file.
public enum ProfileImport {
  /// What the files of a folder do not tell.
  public struct Options: Sendable {
    /// The accelerator of the catalogue that a planner's name for one means; the empty name stands
    /// for the only one of a planner that names none.
    public var accelerators: [String: String] = [:]
    /// The number of nodes with each accelerator, by the planner's name.
    public var nodes: [String: Int] = [:]
    /// The model, as the content of its file.
    public var model: JSONDocument?

    public init() {}
  }

  /// The largest file that is read.
  public static let limit = InputLimit(kind: "a file of profiles", mebibytes: 64)

  /// Whose profiles some files are, told by their names.
  public enum Planner: String, CaseIterable, Sendable {
    case galvatron, metis, sailor, amp

    /// The files by which its folders are recognised.
    var mark: String {
      switch self {
      case .galvatron: "computation_profiling_*.json"
      case .metis: "DeviceType.*_tp*_bs*.json"
      case .sailor: "*/profile.json"
      case .amp: "known_layer_costs.json"
      }
    }

    fileprivate func recognises(_ path: String) -> Bool {
      let name = path.fileName
      return switch self {
      case .galvatron: name.hasPrefix("computation_profiling_") && name.hasSuffix(".json")
      case .metis: MetisProfiles.Measured(fileName: name) != nil
      case .sailor: name == "profile.json"
      case .amp: name == "known_layer_costs.json"
      }
    }
  }

  /// What the files say, as our own.
  ///
  /// - Parameters:
  ///   - named: files that the user names; they stand above those of the folders.
  ///   - found: all files of the folders, in a fixed order.
  /// - Throws: all faults of the files; what they lack and an option can add.
  public static func read(
    named: [String] = [], found: [String], options: Options
  ) throws(InputFaults) -> ImportedProfiles {
    let found = found.filter { !named.contains($0) }
    let paths = named + found
    let planners = Planner.allCases.filter { planner in paths.contains(where: planner.recognises) }
    guard planners.count == 1, let planner = planners.first else {
      let marks = Planner.allCases.map { "\($0.rawValue) (\($0.mark))" }.joined(separator: ", ")
      throw InputFaults(
        malformed: planners.isEmpty
          ? "holds no profiles that are known: \(marks)"
          : "holds profiles of \(planners.map(\.rawValue).joined(separator: " and ")); import them "
            + "one by one", in: paths.first?.folderName ?? "the folder")
    }
    let files =
      named.map { ProfileFile(path: $0, isNamed: true) }
      + found.map { ProfileFile(path: $0, isNamed: false) }
    return switch planner {
    case .galvatron: try GalvatronProfiles(files, options).imported()
    case .metis: try MetisProfiles(files, options).imported()
    case .sailor: try SailorProfiles(files, options).imported()
    case .amp: try AMPProfiles(files, options).imported()
    }
  }
}

/// A file of a folder of profiles.
struct ProfileFile: Sendable {
  let path: String
  /// Whether the user names it, and not only its folder.
  let isNamed: Bool

  var name: String { path.fileName }
  /// The name of the folder that it lies in.
  var folder: String { path.folderName.fileName }

  func document() throws(InputFaults) -> JSONDocument {
    try JSONDocument.read(path: path, limit: ProfileImport.limit)
  }
}

extension [ProfileFile] {
  /// The files of which one is meant: those that the user names, where any are.
  var meant: [ProfileFile] {
    let named = filter(\.isNamed)
    return named.isEmpty ? self : named
  }
}

extension String {
  /// The last part of a path.
  var fileName: String { split(separator: "/").last.map(String.init) ?? self }

  /// The path without its last part.
  var folderName: String {
    let parts = split(separator: "/", omittingEmptySubsequences: false)
    return parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
  }

  /// The text between two others, where it begins with the one and ends with the other.
  func between(_ prefix: String, _ suffix: String) -> String? {
    guard hasPrefix(prefix), hasSuffix(suffix), count >= prefix.count + suffix.count else {
      return nil
    }
    return String(dropFirst(prefix.count).dropLast(suffix.count))
  }
}

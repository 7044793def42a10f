import ArgumentParser
import ClusterImport
import ClusterTopology
import Foundation
import InputFiles
import ModelDescription

/// `plan import profiles FOLDER…`: what other planners measured of layers and links.
struct ImportProfiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles",
    abstract: "Take the profile folders of Galvatron, Metis, Sailor and AMP.",
    discussion: """
        plan import profiles galvatron/ search.yaml --accelerator A100-SXM-40GB -o profiled
        plan import profiles metis/profile metis/clusterfile.json metis/hostfile --model gpt.json -o profiled
        plan import profiles sailor/profiles/OPT-350 sailor/*.json --nodes A100-40=8 --nodes V100-16=24 -o profiled
        plan import profiles amp/ --model gpt2.json -o profiled
        plan profiled/cluster.json profiled/model.json

      The folder that -o names gets model.json, with the measured layers under 'profiles', and, where \
      the files tell of a cluster, cluster.json. Files that are named stand beside those of the folders. \
      Standard error carries what was taken from where, and what was left out.
      """)

  @Argument(help: "Folders of profiles, and further files of the planner.", completion: .file())
  var paths: [String]

  @Option(
    help: ArgumentHelp("The model, where the folder does not tell it.", valueName: "file"),
    completion: .file())
  var model: String?

  @Option(
    help: ArgumentHelp(
      "The accelerator of the catalogue that was profiled, or that a planner's name means: "
        + "A100=A100-SXM-80GB.", valueName: "name"))
  var accelerator: [String] = []

  @Option(
    help: ArgumentHelp(
      "The number of nodes with an accelerator, by the planner's name: A100-40=8.",
      valueName: "name=n"))
  var nodes: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the files into this folder, made if need be.", valueName: "folder"))
  var folder: String

  @Flag(name: .shortAndLong, help: "Say nothing of what was taken and left out.")
  var quiet = false

  func validate() throws {
    for text in accelerator {
      let name = text.split(separator: "=").last.map(String.init) ?? text
      if Catalogue.accelerator(name) == nil {
        let meant = Suggestion.nearest(to: name, among: Catalogue.acceleratorNames)
        throw ValidationError(
          "\(name.quoted) names no accelerator of the catalogue"
            + (meant.map { "; did you mean \($0.quoted)?" } ?? ""))
      }
    }
    for text in nodes {
      let parts = text.split(separator: "=")
      guard parts.count == 2, let count = Int(parts[1]), count > 0,
        count <= ClusterTopology.nodeLimit
      else { throw ValidationError("--nodes takes a name and a number, as in A100-40=8.") }
    }
  }

  func run() throws {
    try reportingFaults {
      let result = try ProfileImport.read(
        named: try files().named, found: try files().found, options: try options())
      // What is written must be readable; where it is not, the reader says why.
      let model = JSONText.pretty(result.model)
      _ = try ModelFile.read(JSONDocument.parse(model, file: "\(folder)/model.json"))
      let cluster = result.cluster.map(JSONText.pretty)
      if let cluster { _ = try ClusterFile.parse(cluster, file: "\(folder)/cluster.json") }
      try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try OutputFile.replace(path: "\(folder)/model.json", with: model)
      if let cluster { try OutputFile.replace(path: "\(folder)/cluster.json", with: cluster) }
      if !quiet {
        for note in result.notes { StandardError.write("\(note.onOneLine)\n") }
        StandardError.write(
          "wrote \(folder)/model.json\(cluster == nil ? "" : " and \(folder)/cluster.json")\n")
      }
    }
  }

  private func options() throws -> ProfileImport.Options {
    var options = ProfileImport.Options()
    for text in accelerator {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let name = Catalogue.accelerator(parts[parts.count - 1])?.name ?? parts[parts.count - 1]
      options.accelerators[parts.count > 1 ? parts[0] : ""] = name
    }
    for text in nodes {
      let parts = text.split(separator: "=").map(String.init)
      options.nodes[parts[0]] = Int(parts[1])
    }
    options.model = try model.map(ModelFile.document)
    return options
  }

  /// The files that are named, and those of the folders, one level deep and sorted.
  private func files() throws -> (named: [String], found: [String]) {
    var named: [String] = []
    var found: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw InputFaults(
          reason: .cannotOpen,
          faults: [InputFault(file: path, position: nil, message: "cannot be opened")])
      }
      guard isFolder.boolValue else {
        named.append(path)
        continue
      }
      let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
      for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
        let inner = "\(folder)/\(name)"
        _ = FileManager.default.fileExists(atPath: inner, isDirectory: &isFolder)
        if !isFolder.boolValue {
          found.append(inner)
        } else if FileManager.default.fileExists(atPath: "\(inner)/profile.json") {
          found.append("\(inner)/profile.json")
        }
      }
    }
    return (named, found)
  }
}

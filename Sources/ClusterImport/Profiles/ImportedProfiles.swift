import ClusterTopology
import InputFiles
import Quantities

/// Profiles of another planner, to be written as a model file and a cluster file.
public struct ImportedProfiles: Sendable {
  /// The model file, with its `profiles`.
  public let model: JSONValue
  /// The cluster file, where the folder tells of a cluster.
  public let cluster: JSONValue?
  /// What was taken from where, and what was left out.
  public let notes: [String]
}

/// What was measured of a model on one accelerator under one tensor degree, to be written.
struct ProfileDraft {
  /// Milliseconds and mebibytes of a part's two passes.
  struct Part {
    var forward: Double
    var backward: Double
    var saved: Double?
    var savedInput: Double?

    var json: JSONValue {
      var members: [JSONValue.Member] = [
        .init("forwardMilliseconds", .brief(forward.withoutNoise)),
        .init("backwardMilliseconds", .brief(backward.withoutNoise)),
      ]
      if let saved { members.append(.init("savedMiB", .brief(saved.withoutNoise))) }
      if let savedInput { members.append(.init("savedInputMiB", .brief(savedInput.withoutNoise))) }
      return .object(members)
    }
  }

  struct Point {
    var size: Int
    /// One kind of layer: none of the planners tells kinds apart.
    var layer: Part
    var embedding: Part
    var head: Part
  }

  var accelerator: String
  var tensor: Int
  var sequenceLength: Int
  var precision: String
  var includesTensorCommunication = false
  var isProportional = false
  /// Milliseconds.
  var optimizer: Double?
  var points: [Point] = []

  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("accelerator", .string(accelerator)), .init("tensor", .integer(tensor)),
      .init("sequenceLength", .integer(sequenceLength)), .init("precision", .string(precision)),
    ]
    if includesTensorCommunication { members.append(.init("includesTensorCommunication", true)) }
    if isProportional { members.append(.init("proportional", true)) }
    if let optimizer {
      members.append(.init("optimizerMilliseconds", .brief(optimizer.withoutNoise)))
    }
    let points: [JSONValue] = points.sorted { $0.size < $1.size }.map {
      [
        "size": .integer($0.size), "layers": .array([$0.layer.json]),
        "embedding": $0.embedding.json, "head": $0.head.json,
      ]
    }
    return .object(members + [.init("microBatches", .array(points))])
  }
}

/// The content of a model file: what the folder tells, or the file that stands beside it.
struct ModelDraft {
  var content: [JSONValue.Member]
  /// Tokens of a sequence, where the file says it.
  var sequenceLength: Int?

  init(content: [JSONValue.Member], sequenceLength: Int?) {
    self.content = content
    self.sequenceLength = sequenceLength
  }

  /// The model of the options.
  ///
  /// - Throws: a fault that asks for it, where there is none.
  init(_ options: ProfileImport.Options, of planner: String) throws(InputFaults) {
    guard let document = options.model else {
      throw InputFaults(
        malformed: "tell nothing of the model's sizes; name its file: --model model.json",
        in: "profiles of \(planner)")
    }
    guard case .object(let members) = document.root.value else {
      throw InputFaults(
        malformed: "is no model: it must be an object", in: document.file,
        at: document.root.position)
    }
    content = members.filter { $0.key != "profiles" }
    sequenceLength = document.root["workload"]?["sequenceLength"]?.integer
  }

  func with(_ profiles: [ProfileDraft]) -> JSONValue {
    .object(content + [.init("profiles", .array(profiles.map(\.json)))])
  }
}

/// Accelerators by the names that a planner gives them.
struct AcceleratorTable {
  let options: ProfileImport.Options

  /// The catalogue's name.
  ///
  /// - Throws: a fault that asks for `--accelerator`, where the name means none or more than one.
  func name(of profiled: String, file: String) throws(InputFaults) -> String {
    if let given = options.accelerators[profiled] ?? options.accelerators[""] { return given }
    if let known = Self.known[profiled] ?? AcceleratorNames.recognise(profiled) { return known }
    let among = AcceleratorNames.candidates(profiled)
    throw InputFaults(
      malformed: (profiled.isEmpty
        ? "does not name the accelerator"
        : "names the accelerator \(profiled.quoted), of which the "
          + "catalogue has \(among.isEmpty ? "none" : among.joined(separator: ", "))")
        + "; say which it is: --accelerator "
        + (profiled.isEmpty ? "" : "\(profiled)=") + (among.first ?? "A100-SXM-40GB"), in: file)
  }

  /// What planners call accelerators: Sailor by memory, AMP by the instance that is rented.
  private static let known = [
    "A100-40": "A100-SXM-40GB", "A100-80": "A100-SXM-80GB", "V100-16": "V100-SXM2-16GB",
    "GH-96": "GH200-96GB", "G4": "T4", "P3": "V100-SXM2-16GB",
  ]
}

import ArgumentParser
import InputFiles
import LaunchPlan
import Launchers

/// `plan emit PLAN --target T`: the plan as files that a launcher takes.
struct Emit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a plan as what a training program or a launcher takes.",
    discussion: """
        plan emit plan.json --target slurm -o launch
        plan emit plan.json --target megatron-lm --target torchrun -o launch
        plan cluster.json model.json | plan check - | plan emit - --target slurm | sbatch

      Targets:
      \(LaunchTarget.all.map { "  \($0.identity)\n    \($0.abstract)" }.joined(separator: "\n"))

      Without -o the file that starts the launch goes to standard output; it holds all that it \
      needs. What a target cannot express is an error, never left out. Arguments that you give to \
      the scripts (data, tokenizer, learning rate) go on to the training program; PLAN_PROGRAM names \
      an executable to run in its place, and PLAN_ENVIRONMENT a file of variables, such as nccl.env.
      """)

  @Argument(help: "The plan; '-' reads standard input.", completion: .file())
  var plan: String

  @Option(
    name: [.customLong("target"), .customShort("t")], parsing: .singleValue,
    help: ArgumentHelp(
      "What is written, once or more: \(LaunchTarget.all.map(\.name).joined(separator: ", ")).",
      valueName: "name[@version]"),
    transform: LaunchTarget.parse)
  var targets: [LaunchTarget]

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the files into this folder, made if need be.", valueName: "folder"),
    completion: .directory)
  var folder: String?

  @Option(
    help: ArgumentHelp(
      "The container's image, for targets of Kubernetes; it holds what the program needs.",
      valueName: "name"))
  var image: String?

  @Flag(help: "No warnings on standard error.")
  var quiet = false

  func validate() throws {
    if targets.isEmpty {
      throw ValidationError(
        "Say what to write: --target "
          + LaunchTarget.all.map(\.name).listed() + ".")
    }
    if targets.count > 1, folder == nil {
      throw ValidationError("Several targets are several files; say where they go: -o FOLDER.")
    }
  }

  func run() throws {
    try reportingFaults {
      let launch = try launch()
      let emissions = try targets.map { try $0.emit(launch) }
      if !quiet {
        warn(
          emissions.flatMap(\.warnings) + targets.compactMap { $0.warning(ofPlaced: launch.plan) })
      }
      if let folder {
        let written = try LaunchFolder(path: folder).write(emissions.flatMap(\.files))
        if !quiet { written.forEach { StandardError.write("wrote \($0.onOneLine)\n") } }
      } else if let main = emissions.first?.files.first {
        try StandardOutput.write(main.text)
      }
    }
  }

  private func launch() throws -> Launch {
    try Launch(
      LaunchPlan.read(path: plan), file: plan,
      command: ["emit", plan] + targets.flatMap { ["--target", $0.identity] }
        + (image.map { ["--image", $0] } ?? []), image: image)
  }

  private func warn(_ warnings: [String]) {
    var said: Set<String> = []
    for warning in warnings where said.insert(warning).inserted {
      StandardError.write("warning: \(warning.onOneLine)\n")
    }
  }
}

extension Launch {
  /// The launch of a plan, with the inputs that it holds.
  ///
  /// - Parameters:
  ///   - file: the plan's, as the user named it.
  ///   - command: the words after `plan` that asked for it.
  ///   - image: the container's, where one was named.
  init(_ plan: LaunchPlan, file: String, command: [String], image: String? = nil) throws {
    let document = JSONText.compact(try plan.json())
    try self.init(
      plan: plan, model: ModelInput.read(plan, file: file.inputName).model,
      cluster: ClusterInput.read(plan, file: file.inputName).topology,
      identity: String(SHA256.hexadecimal(Array(document.utf8)).prefix(16)),
      command: (["plan"] + command).joined(separator: " "), image: image)
  }
}

extension LaunchTarget {
  /// The target that an argument names.
  static func parse(_ text: String) throws -> LaunchTarget {
    if let target = named(text) { return target }
    let name = String(text.prefix { $0 != "@" })
    if let target = named(name), target.versions.isEmpty {
      throw ValidationError("\(name) has no versions; leave \(text.dropFirst(name.count)) out.")
    }
    if let target = named(name) {
      throw ValidationError(
        "\(name) was checked against \(target.versions.listed(joinedBy: "and")), not \(text.quoted)."
      )
    }
    throw ValidationError(
      "\(text.quoted) is no target; there are \(all.map(\.name).listed(joinedBy: "and")).")
  }
}

/// The folder that the files of a launch are written into.
struct LaunchFolder {
  var path: String

  /// Writes the files and gives their paths; the same file of two targets is written once.
  func write(_ files: [LaunchFile]) throws -> [String] {
    try OutputFile.makeFolder(path: path)
    var written: [String] = []
    for file in files {
      if let slash = file.name.lastIndex(of: "/") {
        try OutputFile.makeFolder(path: "\(path)/\(file.name[..<slash])")
      }
      let place = path.hasSuffix("/") ? path + file.name : "\(path)/\(file.name)"
      guard !written.contains(place) else { continue }
      try OutputFile.replace(path: place, with: file.text)
      if file.isExecutable { try OutputFile.makeExecutable(path: place) }
      written.append(place)
    }
    return written
  }
}

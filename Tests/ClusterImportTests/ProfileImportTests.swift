import ClusterTopology
import Foundation
import InputFiles
import Testing

@testable import ClusterImport

@Suite("Profile folders of other planners become our own files, or say what they lack")
struct ProfileImportTests {
  private static let folder = URL(fileURLWithPath: Shared.folder).deletingLastPathComponent()
    .appendingPathComponent("instances/planning").path
  private static var isPresent: Bool { FileManager.default.fileExists(atPath: folder) }

  private func files(_ name: String) throws -> [String] {
    let path = "\(Self.folder)/\(name)"
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map {
      "\(path)/\($0)"
    }
  }

  private static let model = """
    {"name": "gpt", "architecture": {"hiddenSize": 4096, "vocabularySize": 51200, "layers": 8,
      "attention": {"heads": 32}, "feedForward": {"intermediateSize": 16384}},
     "workload": {"globalBatch": 128, "sequenceLength": 1024}}
    """

  private func options(
    model: String? = nil, accelerator: String? = nil, nodes: [String: Int] = [:]
  ) throws -> ProfileImport.Options {
    var options = ProfileImport.Options()
    options.model = try model.map { try JSONDocument.parse($0, file: "model.json") }
    if let accelerator { options.accelerators = ["": accelerator] }
    options.nodes = nodes
    return options
  }

  /// The measurements of the first profile with a micro-batch, by `key`.
  private func part(
    _ result: ImportedProfiles, profile: Int, size: Int, _ part: String, _ key: String
  ) throws -> Double {
    let root = try JSONDocument.parse(JSONText.compact(result.model), file: "model.json").root
    let profiles = try #require(root["profiles"]?.elements.map(Array.init))
    let points = try #require(profiles[profile]["microBatches"]?.elements.map(Array.init))
    let point = try #require(points.first { $0["size"]?.integer == size })
    let node = part == "layers" ? point[part]?.elements?.first { _ in true } : point[part]
    return try #require(node?[key]?.number)
  }

  @Test(
    "Galvatron: two sequences take 2 · 4.295 ms, their backward pass twice that",
    .enabled(if: isPresent, "the reference data in ../shared/instances/planning is not here"))
  func galvatron() throws {
    let result = try ProfileImport.read(
      named: ["\(Self.folder)/galvatron/l7b_b16.yaml"], found: files("galvatron"),
      options: options(accelerator: "A100-SXM-40GB"))
    let forward = try part(result, profile: 0, size: 2, "layers", "forwardMilliseconds")
    #expect(abs(forward - 2 * 4.295437526702879) < 1e-6)
    let backward = try part(result, profile: 0, size: 2, "layers", "backwardMilliseconds")
    #expect(abs(backward - 2 * forward) < 1e-6)
    // Four sequences on four tensor ranks are the work of one.
    let cut = try part(result, profile: 2, size: 4, "layers", "forwardMilliseconds")
    #expect(abs(cut - 4.396252679824831) < 1e-6)
    #expect(
      abs(try part(result, profile: 2, size: 4, "layers", "savedMiB") - 4 * 136.885498) < 1e-3)
    let cluster = try ClusterFile.parse(JSONText.compact(try #require(result.cluster))).topology
    #expect(cluster.deviceCount == 8)
    #expect(cluster.nodeGroups[0].accelerator.visibleMemory == .gibibytes(36))
    let time = cluster.collectives.time(
      .allReduce, bytes: .mebibytes(64), members: 8, membersPerNode: 8)
    #expect(abs(try #require(time).milliseconds - 0.6519) < 1e-9)
  }

  @Test(
    "Galvatron over two nodes: rates stand in for sizes that no file has",
    .enabled(if: isPresent, "the reference data in ../shared/instances/planning is not here"))
  func galvatronNodes() throws {
    let found = try files("galvatron").filter { !$0.contains("sp_time") }
    let result = try ProfileImport.read(
      named: ["\(Self.folder)/galvatron/l7b_2n.yaml"], found: found,
      options: options(accelerator: "A100-SXM-40GB"))
    let cluster = try ClusterFile.parse(JSONText.compact(try #require(result.cluster))).topology
    #expect(cluster.nodeCount == 2)
    // 2 · 15/16 of the bytes at 44.682 mebibytes a millisecond.
    let time = cluster.collectives.time(
      .allReduce, bytes: .mebibytes(512), members: 16, membersPerNode: 8)
    #expect(abs(try #require(time).milliseconds - 512 * 1.875 / 44.682) < 1e-6)
    #expect(abs(try #require(cluster.nodeGroups[0].nics).rate.gigabytes - 7.65998) < 1e-6)
  }

  @Test(
    "Metis: both passes share the layer's time 1 : 2, and the head what is beside the layers",
    .enabled(if: isPresent, "the reference data in ../shared/instances/planning is not here"))
  func metis() throws {
    let result = try ProfileImport.read(
      named: ["\(Self.folder)/metis/clusterfile.json", "\(Self.folder)/metis/host_t4_a100"],
      found: files("metis/prof_a100_t4syn"), options: options(model: Self.model))
    #expect(
      abs(
        try part(result, profile: 0, size: 1, "layers", "forwardMilliseconds") - 29.507994651794434
          / 3
      ) < 1e-6)
    let head = try part(result, profile: 0, size: 1, "head", "forwardMilliseconds")
    let beside = 292.7964687347412 - 8 * 29.507994651794434 - 0.2892017364501953
    #expect(abs(head - beside / 3) < 1e-6)
    let cluster = try ClusterFile.parse(JSONText.compact(try #require(result.cluster))).topology
    #expect(cluster.nodeGroups.map(\.accelerator.name) == ["T4", "A100-SXM-80GB"])
    #expect(cluster.nodeGroups.map(\.nodes) == [1, 3])
  }

  @Test(
    "Sailor: a layer is the mean of the model's layers, with as many nodes as are asked for",
    .enabled(if: isPresent, "the reference data in ../shared/instances/planning is not here"))
  func sailor() throws {
    let profiles = ["A100-40", "V100-16"].map {
      "\(Self.folder)/sailor/profiles/OPT-350/\($0)/profile.json"
    }
    let result = try ProfileImport.read(
      found: profiles + files("sailor"), options: options(nodes: ["A100-40": 8, "V100-16": 24]))
    let cluster = try ClusterFile.parse(JSONText.compact(try #require(result.cluster))).topology
    #expect(cluster.deviceCount == 128)
    #expect(cluster.nodeGroups.map(\.accelerator.name) == ["A100-SXM-40GB", "V100-SXM2-16GB"])
    // 23 layers of 1.908 ms and one of 1.853 with tensor degree 2.
    let forward = try part(result, profile: 1, size: 1, "layers", "forwardMilliseconds")
    #expect(abs(forward - (23 * 1.908 + 1.853) / 24) < 1e-3)
  }

  @Test(
    "AMP: seconds of one sequence's forward pass, in proportion for more",
    .enabled(if: isPresent, "the reference data in ../shared/instances/planning is not here"))
  func amp() throws {
    let result = try ProfileImport.read(
      found: files("amp"), options: options(model: Self.model))
    #expect(result.cluster == nil)
    let text = JSONText.compact(result.model)
    #expect(text.contains("\"proportional\":true"))
    #expect(text.contains("\"accelerator\":\"T4\"") && text.contains("V100-SXM2-16GB"))
  }

  // MARK: Faults

  /// Files by name, and what is said of them.
  struct Case: Sendable, CustomTestStringConvertible {
    let title: String
    var files: [String: String]
    var hasModel = true
    var accelerator: String? = nil
    let message: String
    var testDescription: String { title }
  }

  private static let metisProfile = """
    {"execution_time": {"forward_backward_time_ms": 9, "optimizer_time_ms": 1,
     "layer_compute_total_ms": [1, 2, 3]}}
    """
  private static let search =
    "NUM_NODES: 1\nNUM_GPUS_PER_NODE: 8\nMEMORY_CONSTRAINT: 36\nmin_bsz: 8\n"
  private static let passes = """
    {"layertype_0_bsz1_seq512": 4, "layertype_other_bsz1_seq512": 2}
    """
  private static let memory = """
    {"layertype_0_sp": {"512": {"tp_activation_per_bsz_dict": {"1": 9}}}}
    """

  private static let cases = [
    Case(
      title: "an empty folder", files: ["readme": "x"],
      message: "FOLDER: error: holds no profiles that are known: galvatron "
        + "(computation_profiling_*.json), metis (DeviceType.*_tp*_bs*.json), sailor "
        + "(*/profile.json), amp (known_layer_costs.json)"),
    Case(
      title: "profiles of two planners",
      files: ["DeviceType.T4_tp1_bs1.json": "{}", "known_layer_costs.json": "{}"],
      message: "FOLDER: error: holds profiles of metis and amp; import them one by one"),
    Case(
      title: "no model", files: ["known_layer_costs.json": "{}"], hasModel: false,
      message: "profiles of AMP: error: tell nothing of the model's sizes; name its file: --model "
        + "model.json"),
    Case(
      title: "a cost that is no number",
      files: ["known_layer_costs.json": "{\"gpt2_G4_1\": [1, \"a\"]}"],
      message:
        "FOLDER/known_layer_costs.json:1:15: error: gpt2_G4_1 has 2 elements, but must have from "
        + "7 to 16384"),
    Case(
      title: "a key of no known form", files: ["known_layer_costs.json": "{\"gpt2\": [1]}"],
      message:
        "FOLDER/known_layer_costs.json:1:10: error: \"gpt2\" must be model_instance_tensor, as in "
        + "\"gpt2_G4_4\""),
    Case(
      title: "a Metis profile without times", files: ["DeviceType.T4_tp1_bs1.json": "{}"],
      message: "FOLDER/DeviceType.T4_tp1_bs1.json:1:1: error: the document needs the key "
        + "'execution_time'"),
    Case(
      title: "an accelerator of two sizes", files: ["DeviceType.A100_tp1_bs1.json": metisProfile],
      message:
        "FOLDER/DeviceType.A100_tp1_bs1.json: error: names the accelerator \"A100\", of which the "
        + "catalogue has A100-SXM-40GB, A100-SXM-80GB, A100-PCIe-80GB; say which it is: "
        + "--accelerator A100=A100-SXM-40GB"),
    Case(
      title: "a cluster file without a host file",
      files: ["DeviceType.T4_tp1_bs1.json": metisProfile, "clusterfile.json": "{}"],
      message: "FOLDER/clusterfile.json: error: stands without a host file, whose name begins with "
        + "'host'"),
    Case(
      title: "a host of no known address",
      files: [
        "DeviceType.T4_tp1_bs1.json": metisProfile, "hostfile": "\n10.0.0.9 slots=4\n",
        "clusterfile.json":
          "{\"10.0.0.1\":{\"instance_type\":\"T4\",\"inter_bandwidth\":10,\"intra_bandwidth\":50,\"memory\":15}}",
      ],
      message: "FOLDER/hostfile:2:1: error: names the node \"10.0.0.9\", but clusterfile.json has "
        + "\"10.0.0.1\""),
    Case(
      title: "a Galvatron folder without a search configuration",
      files: ["computation_profiling_bf16_x_all.json": passes],
      message: "FOLDER: error: holds no search configuration in YAML, with the key 'NUM_NODES'"),
    Case(
      title: "a search configuration with half a node",
      files: [
        "computation_profiling_bf16_x_all.json": passes,
        "s.yaml": search.replacing("NUM_NODES: 1", with: "NUM_NODES: 0.5"),
      ], accelerator: "T4",
      message:
        "FOLDER/s.yaml:1:1: error: NUM_NODES is \"0.5\", but must be a whole number of at least 1"),
    Case(
      title: "Galvatron's raw measurements alone",
      files: [
        "computation_profiling_bf16_x_all.json": "{\"layernum[2]_bsz1_seq512\": 4}",
        "s.yaml": search,
      ], accelerator: "T4",
      message:
        "FOLDER/computation_profiling_bf16_x_all.json: error: has no layertype_0_bsz…_seq… beside "
        + "layertype_other_…: run Galvatron's process_data of the model profiler first"),
    Case(
      title: "Galvatron without an accelerator",
      files: ["computation_profiling_bf16_x_all.json": passes, "s.yaml": search],
      message:
        "FOLDER/computation_profiling_bf16_x_all.json: error: does not name the accelerator; say "
        + "which it is: --accelerator A100-SXM-40GB"),
    Case(
      title: "Galvatron without memory profiles",
      files: ["computation_profiling_bf16_x_all.json": passes, "s.yaml": search], accelerator: "T4",
      message: "FOLDER: error: has no memory_profiling_*.json with layertype_0 and "
        + "tp_activation_per_bsz_dict"),
    Case(
      title: "a negative time of Galvatron",
      files: [
        "computation_profiling_bf16_x_all.json": passes.replacing(": 4", with: ": -4"),
        "s.yaml": search,
      ], accelerator: "T4",
      message:
        "FOLDER/computation_profiling_bf16_x_all.json:1:29: error: layertype_0_bsz1_seq512 is -4, "
        + "but must be above 0 and at most 1000000"),
    Case(
      title: "a Sailor profile without a configuration", files: ["OPT/T4/profile.json": "{}"],
      message: "FOLDER/OPT/T4: error: has no training_config_*.json of the model \"OPT\""),
    Case(
      title: "a Sailor profile of too few layers",
      files: [
        "OPT/T4/profile.json": "{\"1\": {\"1\": {\"0\": [1, 2, 3], \"1\": [1, 2, 3]}}}",
        "training_config_opt.json": """
        {"model": "OPT", "global_batch_size": 8, "hidden_size": 64, "sequence_length": 32,
         "num_layers": 2, "vocab_size": 512, "heads": 4}
        """,
      ],
      message:
        "FOLDER/OPT/T4/profile.json: error: has 2 layers for micro-batches of 1 and tensor 1, but "
        + "the model has 2, with the embedding and the head 4"),
  ]

  @Test("what a folder lacks or gets wrong is said, with its place", arguments: cases)
  func faults(_ bad: Case) throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(
      "profiles-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    for (name, text) in bad.files {
      let place = root.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: place)
    }
    let paths = bad.files.keys.sorted().map { root.path + "/" + $0 }
    let options = try options(
      model: bad.hasModel ? Self.model : nil, accelerator: bad.accelerator)
    let error = #expect(throws: InputFaults.self) {
      try ProfileImport.read(found: paths, options: options)
    }
    #expect(error?.description.replacing(root.path, with: "FOLDER") == bad.message)
    #expect(error?.exitStatus == 65)
  }
}

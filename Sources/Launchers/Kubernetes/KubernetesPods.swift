import ClusterTopology
import InputFiles

/// The pods of a plan on Kubernetes: one a node, with all its devices, on the node's own network.
///
/// Pods come to the plan's nodes in any order, so that each finds its place in the launch by the name
/// of its node, which it is told. Where the cluster's file names no nodes, the place is the pod's
/// number.
struct KubernetesPods: Sendable {
  /// How a controller numbers its pods, and where the first of them is found.
  struct Numbering: Sendable {
    /// The field of a pod with its number from 0.
    var field: String
    /// The address of pod 0.
    var firstAddress: String

    /// Those of an Indexed job.
    static func indexedJob(firstAddress: String) -> Numbering {
      Numbering(
        field: "metadata.annotations['batch.kubernetes.io/job-completion-index']",
        firstAddress: firstAddress)
    }
  }

  let launch: Launch
  /// How the objects are called.
  let name: String
  let warnings: [String]
  private let image: String
  private let script: String
  private let deviceResource: String
  private let devicesPerNode: Int

  var count: Int { launch.places.hosts.count }

  /// - Throws: `LaunchFaults`, where there is no image, or nodes differ, or their names or devices are
  ///   unknown to Kubernetes.
  init(_ launch: Launch, target: String) throws(LaunchFaults) {
    let (script, warnings) = try LaunchTarget.script(launch, target: target)
    var faults: [String] = []
    if launch.image == nil {
      faults.append("a pod needs a container's image: name it by --image")
    }
    let hosts = launch.places.hosts
    if let host = hosts.first(where: { $0.isNamed && !$0.name.isNodeName }) {
      faults.append("\(host.name.quoted) is no name that Kubernetes gives a node")
    }
    let widths = Set(hosts.map(\.devices))
    if widths.count > 1 {
      faults.append(
        "nodes with \(widths.sorted().map(String.init).listed(joinedBy: "and")) devices need pods "
          + "that differ, and all pods of a job are alike")
    }
    let resources = Self.resources(launch)
    if resources.count != 1 {
      let names = Set(launch.usedGroups.map(\.accelerator.vendor)).sorted().map(\.quoted)
      faults.append(
        "devices of \(names.listed(joinedBy: "and")) have no single resource of Kubernetes; known "
          + "are those of AMD, Intel and NVIDIA")
    }
    guard faults.isEmpty, let image = launch.image, let resource = resources.first else {
      throw LaunchFaults(target: target, faults)
    }
    self.launch = launch
    self.image = image
    self.script = script
    self.warnings = warnings + Self.warnings(launch)
    name = launch.plan.inputs.model.name.objectName
    deviceResource = resource
    devicesPerNode = widths.first ?? 0
  }

  /// The template of a pod.
  ///
  /// - Source: Kubernetes core/v1, PodSpec. NCCL's shared-memory transport needs more than the
  ///   64 MiB that a container has at `/dev/shm`; its InfiniBand transport locks memory.
  func template(
    restartPolicy: String?, numbering: Numbering, labels: JSONValue? = nil
  ) -> JSONValue {
    var members: [JSONValue.Member] = []
    if let restartPolicy { members.append(.init("restartPolicy", .string(restartPolicy))) }
    members += [
      .init("hostNetwork", true), .init("dnsPolicy", "ClusterFirstWithHostNet"),
    ]
    if let affinity { members.append(.init("affinity", affinity)) }
    members += [
      .init("containers", [container(numbering)]),
      .init("volumes", [["name": "shared-memory", "emptyDir": ["medium": "Memory"]]]),
    ]
    var template: [JSONValue.Member] = []
    if let labels { template.append(.init("metadata", ["labels": labels])) }
    return .object(template + [.init("spec", .object(members))])
  }

  /// Nothing but the plan's nodes.
  private var affinity: JSONValue? {
    guard launch.places.areHostsNamed else { return nil }
    let names = launch.places.hosts.map { JSONValue.string($0.name) }
    return [
      "nodeAffinity": [
        "requiredDuringSchedulingIgnoredDuringExecution": [
          "nodeSelectorTerms": [
            [
              "matchExpressions": [
                ["key": "kubernetes.io/hostname", "operator": "In", "values": .array(names)]
              ]
            ]
          ]
        ]
      ]
    ]
  }

  private func container(_ numbering: Numbering) -> JSONValue {
    let devices: JSONValue = .object([.init(deviceResource, .integer(devicesPerNode))])
    return [
      "name": "node", "image": .string(image),
      "command": ["bash", "-c", .string(script.escapingKubernetesReferences), "plan"],
      "args": [], "env": .array(environment(numbering)),
      "resources": ["limits": devices],
      "securityContext": ["capabilities": ["add": ["IPC_LOCK"]]],
      "volumeMounts": [["name": "shared-memory", "mountPath": "/dev/shm"]],
    ]
  }

  private func environment(_ numbering: Numbering) -> [JSONValue] {
    guard !launch.places.areHostsNamed else {
      return [
        ["name": "PLAN_NODE_NAME", "valueFrom": ["fieldRef": ["fieldPath": "spec.nodeName"]]]
      ]
    }
    return [
      [
        "name": "PLAN_NODE_RANK",
        "valueFrom": ["fieldRef": ["fieldPath": .string(numbering.field)]],
      ],
      ["name": "MASTER_ADDR", "value": .string(numbering.firstAddress)],
    ]
  }

  private static func warnings(_ launch: Launch) -> [String] {
    var warnings: [String] = []
    if !launch.places.areHostsNamed {
      warnings.append(
        "the cluster's file names no nodes: pods run on those that Kubernetes gives, in its order")
    }
    let kinds = Set(launch.cluster.fabrics.map(\.kind))
    if launch.places.hosts.count > 1, !kinds.isDisjoint(with: [.infiniband, .roce, .efa]) {
      warnings.append(
        "a pod sees the network's cards by a resource that your site names (rdma/…, "
          + "vpc.amazonaws.com/efa): add it to the container's limits")
    }
    return warnings
  }

  /// The resources by which the device plug-ins of the vendors offer devices.
  private static func resources(_ launch: Launch) -> Set<String> {
    var resources: Set<String> = []
    for group in launch.usedGroups {
      switch group.accelerator.vendor.lowercased() {
      case "nvidia": resources.insert("nvidia.com/gpu")
      case "amd": resources.insert("amd.com/gpu")
      case "intel": resources.insert("habana.ai/gaudi")
      default: return []
      }
    }
    return resources
  }
}

extension String {
  /// A name of lower-case letters, digits, dots and hyphens, as RFC 1123 has it.
  fileprivate var isNodeName: Bool {
    isHostName && utf8.count <= 253 && !hasSuffix("-") && self == lowercased() && !contains("_")
  }

  /// The text as the name of an object from which a controller derives those of pods: lower-case
  /// letters, digits and hyphens, starting with a letter, of at most 40 characters.
  var objectName: String {
    var name = ""
    for scalar in lowercased().unicodeScalars {
      let isKept = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      if isKept {
        name.unicodeScalars.append(scalar)
      } else if !name.isEmpty, !name.hasSuffix("-") {
        name += "-"
      }
    }
    if name.first.map({ !$0.isLetter }) ?? true { name = "plan-" + name }
    name = String(name.prefix(40))
    while name.hasSuffix("-") { name.removeLast() }
    return name
  }

  /// The text as it must stand among a container's words, where `$(NAME)` is replaced and `$$` stands
  /// for one dollar: dollars that would be read so are doubled.
  var escapingKubernetesReferences: String {
    var text = ""
    var dollars = 0
    for scalar in unicodeScalars {
      if scalar == "$" {
        dollars += 1
        continue
      }
      text += String(repeating: "$", count: dollars > 1 || scalar == "(" ? 2 * dollars : dollars)
      text.unicodeScalars.append(scalar)
      dollars = 0
    }
    return text + String(repeating: "$", count: dollars > 1 ? 2 * dollars : dollars)
  }
}

import ClusterTopology
import InputFiles
import Quantities

/// What was read, with the place where it stands.
public struct Fact<Value: Sendable>: Sendable {
  public let value: Value
  public let file: String
  public let position: SourcePosition?

  /// The same place with another value.
  func map<Other: Sendable>(_ transform: (Value) -> Other) -> Fact<Other> {
    Fact<Other>(value: transform(value), file: file, position: position)
  }

  /// `topo.txt:3`, to be named in a sentence.
  var place: String { file.onOneLine + (position.map { ":\($0.line)" } ?? "") }

  func fault(_ message: String, severity: InputFault.Severity = .error) -> InputFault {
    InputFault(file: file, position: position, severity: severity, message: message)
  }
}

extension TextFile {
  func fact<Value: Sendable>(_ value: Value, at position: SourcePosition? = nil) -> Fact<Value> {
    Fact(value: value, file: file, position: position)
  }
}

/// How the accelerators of a node are joined, as far as links can be counted.
enum WiringFact: Sendable, Hashable {
  /// Through switches; the NVLink links of one accelerator.
  case switched(links: Int)
  /// From chip to chip: the links of the worst-joined pair, and of one accelerator.
  case mesh(linksPerPair: Int, links: Int)
  /// NVLink over pairs, PCIe between them; the accelerators in an order in which pairs are neighbours,
  /// where they are not by number.
  case pairs(links: Int, order: [Int] = [])
  /// PCIe only.
  case pcie
}

/// What a source says of some nodes.
struct NodeFacts: Sendable {
  /// The hosts it is about; empty for a node as such, whose name is not told.
  var hosts: [Fact<String>] = []
  /// A name of the catalogue.
  var accelerator: Fact<String>?
  var acceleratorsPerNode: Fact<Int>?
  /// Whether a node may have more accelerators than were seen.
  var isPartial = false
  var wiring: Fact<WiringFact>?
  /// One direction of an accelerator's PCIe link.
  var hostLink: Fact<BytesPerSecond>?
  var cards: Fact<Int>?
  /// The rate of one card.
  var cardRate: Fact<BytesPerSecond>?
  var hostMemory: Fact<Bytes>?
  /// What was measured between two accelerators of a node.
  var pairRate: Fact<BytesPerSecond>?
  /// A node of the catalogue.
  var preset: Fact<String>?
  /// The scale-up domain that the hosts are in, where it spans nodes.
  var domain: Fact<String>?
}

/// A matrix of measured rates between hosts, senders by rows.
struct HostMatrix: Sendable {
  let hosts: [String]
  let rates: [BytesPerSecond]
  let file: String
  let position: SourcePosition?
}

/// Everything that one file says of a cluster.
public struct Evidence: Sendable {
  public let file: String
  public let kind: SourceKind
  var nodes: [NodeFacts] = []
  var tree: SwitchTree?
  var network: Fact<Fabric.Kind>?
  var collective: CollectiveMeasurement?
  var matrices: [HostMatrix] = []
  var clusterName: String?
  /// What was found, in a few words each.
  var findings: [String] = []
  /// What deserves attention: what was not used, and why.
  var warnings: [InputFault] = []

  init(_ text: TextFile, _ kind: SourceKind) {
    file = text.file
    self.kind = kind
  }

  mutating func warn(at position: SourcePosition? = nil, _ message: String) {
    warnings.append(
      InputFault(file: file, position: position, severity: .warning, message: message))
  }
}

extension Evidence {
  /// `nvidia-smi: 8 accelerators a node; 8 network cards`.
  public var summary: String { "\(kind.rawValue): \(findings.joined(separator: "; "))" }
}

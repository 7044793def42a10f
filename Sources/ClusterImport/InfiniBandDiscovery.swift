import InputFiles
import Quantities

/// The output of ibnetdiscover: the switches and adapters of an InfiniBand fabric, port by port.
///
/// A block starts with `Switch` or `Ca`, a count of ports, an identity and a description; a line
/// for each port has the identity at the other end, its description and the link's width and speed.
/// An adapter's description is that of its host with the adapter's own name behind it.
enum InfiniBandDiscovery: Importer {
  static let kind = SourceKind.infiniband

  static func recognises(_ head: FileHead) -> Bool {
    head.has { $0.hasPrefix("switchguid=") || $0.hasPrefix("caguid=") }
  }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    var blocks: [IBBlock] = []
    for line in text.lines {
      if line.text.hasPrefix("Switch") || line.text.hasPrefix("Ca\t") || line.text.hasPrefix("Ca ")
      {
        guard let block = IBBlock(line) else {
          throw text.fault(at: line.position, "the line names no switch or adapter in quotes")
        }
        blocks.append(block)
      } else if line.text.hasPrefix("["), !blocks.isEmpty {
        guard let port = IBPort(line) else {
          throw text.fault(
            at: line.position, "the line names no port at the other end: is it whole?")
        }
        blocks[blocks.count - 1].ports.append(port)
      }
    }
    let switches = blocks.filter(\.isSwitch)
    guard !switches.isEmpty else {
      throw text.fault(
        "is ibnetdiscover output without a switch: the scan ended at its own adapter, so that it "
          + "tells nothing of a fabric")
    }
    var survey = IBSurvey(text)
    for item in switches { survey.add(item) }
    return try survey.evidence()
  }
}

/// A switch or an adapter with its ports.
struct IBBlock {
  let isSwitch: Bool
  let identity: Substring
  let description: Substring
  let position: SourcePosition
  var ports: [IBPort] = []

  /// `Switch 65 "S-…"  # "name" enhanced port 0 …`.
  init?(_ line: TextFile.Line) {
    let parts = line.text.quotedParts
    guard let identity = parts.first else { return nil }
    isSwitch = line.text.hasPrefix("Switch")
    self.identity = identity
    description = parts.count > 1 ? parts[1] : ""
    position = line.position
  }
}

/// A port of a switch, and what is plugged into it.
struct IBPort {
  let peer: Substring
  let description: Substring
  /// One direction of the link; nil where the line does not state it.
  let rate: BytesPerSecond?
  let position: SourcePosition

  /// `[1] "H-…"[1](…)  # "host HCA-1" lid 73 4xNDR`.
  init?(_ line: TextFile.Line) {
    let parts = line.text.quotedParts
    guard let peer = parts.first else { return nil }
    self.peer = peer
    description = parts.count > 1 ? parts[parts.count - 1] : ""
    rate = line.words.last.flatMap { Self.rate($0.text) }
    position = line.position
  }

  /// The rate of `4xNDR`.
  ///
  /// - Source: InfiniBand Trade Association's roadmap: 10⁹ bits a second of one lane.
  private static func rate(_ text: Substring) -> BytesPerSecond? {
    let parts = text.split(separator: "x", maxSplits: 1)
    let lanes = [
      "SDR": 2.5, "DDR": 5, "QDR": 10, "FDR10": 10, "FDR": 14, "EDR": 25, "HDR": 50,
      "NDR": 100, "XDR": 200,
    ]
    guard parts.count == 2, let width = Double(parts[0]), 1...12 ~= width,
      let lane = lanes[String(parts[1])]
    else { return nil }
    return .gigabits(width * lane)
  }
}

extension Substring {
  /// What stands between each two quotes.
  fileprivate var quotedParts: [Substring] {
    split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
  }
}

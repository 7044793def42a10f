import InputFiles
import Quantities

/// hwloc's XML of one machine (`lstopo machine.xml`).
///
/// `object` elements of the types NUMANode (`local_memory`), PCIDev (`pci_type`: class and numbers of
/// vendor and device) and OSDev; `info` elements name the machine.
enum HardwareLocality: Importer {
  static let kind = SourceKind.hwloc

  static func recognises(_ head: FileHead) -> Bool { head.element == "topology" }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    let root = try XMLElement.parse(text)
    let objects = root.all(named: "object")
    guard root.name == "topology", objects.contains(where: { $0["type"] == "Machine" }) else {
      throw text.fault(
        at: root.position, "is XML, but not of hwloc: there is no object of the type Machine")
    }
    var evidence = Evidence(text, kind)
    var facts = NodeFacts()
    let product = root.all(named: "info").first { $0["name"] == "DMIProductName" }?["value"]
    if let product { evidence.findings.append("the machine \(product.onOneLine)") }
    let memories = objects.filter { $0["type"] == "NUMANode" }.compactMap {
      $0["local_memory"].flatMap(Double.init)
    }
    let memory = memories.reduce(0, +)
    if memory > 0, memory < 1e15 {
      facts.hostMemory = text.fact(Bytes(memory), at: root.position)
      evidence.findings.append("\(Bytes(memory)) of memory")
    }
    let devices = objects.filter { $0["type"] == "PCIDev" }.map {
      ($0, PCIType($0["pci_type"] ?? ""))
    }
    let accelerators = devices.filter {
      PCIDevices.isAccelerator($0.1.class) && $0.1.isAcceleratorMaker
    }
    if let first = accelerators.first {
      facts.acceleratorsPerNode = text.fact(accelerators.count, at: first.0.position)
      evidence.findings.append("\(accelerators.count.counted("accelerator")) a node")
      let names = Set(
        accelerators.map { PCIDevices.accelerator(vendor: $0.1.vendor, device: $0.1.device) })
      if names.count == 1, let name = names.first ?? nil {
        facts.accelerator = text.fact(name, at: first.0.position)
      }
    } else {
      evidence.warn(
        at: root.position,
        "lists no accelerator among its PCI devices; lstopo leaves them out without --whole-io, and "
          + "chips that share a package with the processor are none")
    }
    let cards = devices.filter { $0.1.class?.hasPrefix("0x0207") == true }
    if let first = cards.first {
      facts.cards = text.fact(cards.count, at: first.0.position)
      evidence.network = text.fact(.infiniband, at: first.0.position)
      evidence.findings.append("\(cards.count.counted("network card"))")
    }
    evidence.nodes = [facts]
    return evidence
  }
}

/// hwloc's words for what a PCI device is: `0302 [10de:2330] [10de:16c1] a1`.
private struct PCIType {
  let `class`: String?
  let vendor: String?
  let device: String?

  init(_ text: String) {
    let parts = text.split { " [:]".contains($0) }
    `class` = parts.first.map { "0x" + $0.prefix(4) }
    vendor = parts.count > 1 ? "0x" + parts[1] : nil
    device = parts.count > 2 ? "0x" + parts[2] : nil
  }

  /// NVIDIA, AMD and Habana; the others of these classes drive screens.
  var isAcceleratorMaker: Bool {
    ["0x10de", "0x1002", "0x1da3"].contains(vendor?.lowercased())
  }
}

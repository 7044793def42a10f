import Quantities

/// What the numbers of a PCI device tell.
enum PCIDevices {
  /// The accelerator of the catalogue that a vendor and a device number are.
  ///
  /// - Source: pci.ids of April 2023, the public list of PCI identifiers, vendors 10de (NVIDIA) and 1002
  ///   (AMD); for what is younger, NVIDIA's gpu-admin-tools (L40S, H100 NVL, H20, H200) and what `lspci`
  ///   and `amd-smi` print in public logs (B200, GB200, MI300X, MI325X).
  static func accelerator(vendor: String?, device: String?) -> String? {
    guard let vendor = vendor?.lowercased(), let device = device?.lowercased() else { return nil }
    return switch vendor {
    case "0x10de": nvidia[device]
    case "0x1002": amd[device]
    default: nil
    }
  }

  private static let nvidia = [
    "0x1db1": "V100-SXM2-16GB", "0x1db5": "V100-SXM2-32GB", "0x1db8": "V100-SXM3-32GB",
    "0x1eb8": "T4", "0x2236": "A10", "0x2237": "A10G", "0x20b7": "A30",
    "0x20b0": "A100-SXM-40GB", "0x20b2": "A100-SXM-80GB", "0x20b5": "A100-PCIe-80GB",
    "0x20f3": "A800-SXM-80GB", "0x27b8": "L4", "0x26b9": "L40S",
    "0x2330": "H100-SXM-80GB", "0x2331": "H100-PCIe-80GB", "0x2321": "H100-NVL-94GB",
    "0x2324": "H800-SXM-80GB", "0x2329": "H20-96GB", "0x2335": "H200-SXM-141GB",
    "0x2901": "B200-SXM-180GB", "0x2941": "GB200-186GB",
  ]

  private static let amd = [
    "0x740f": "MI210-64GB", "0x74a1": "MI300X-192GB", "0x74a5": "MI325X-256GB",
  ]

  /// Whether a class number is that of a graphics or compute accelerator.
  ///
  /// - Source: PCI Code and ID Assignment: 0x0300 VGA, 0x0302 3D, 0x0380 other display, 0x1200
  ///   processing accelerators.
  static func isAccelerator(_ class: String?) -> Bool {
    ["0x0300", "0x0302", "0x0380", "0x1200"].contains { `class`?.hasPrefix($0) == true }
  }

  /// Whether a class number is that of a network card: 0x0200 Ethernet, 0x0207 InfiniBand.
  static func isNetwork(_ class: String?) -> Bool {
    ["0x0200", "0x0207"].contains { `class`?.hasPrefix($0) == true }
  }

  /// One direction of a link: `32.0 GT/s PCIe` over `16` lanes.
  ///
  /// - Source: PCI Express: 8b/10b coding up to 5 GT/s, 128b/130b up to 32 GT/s, and flits of 236
  ///   bytes in 256 at 64 GT/s.
  static func rate(speed: String?, width: String?) -> BytesPerSecond? {
    guard let text = speed?.split(separator: " ").first, let transfers = Double(text),
      let lanes = width.flatMap({ Int($0) }), transfers > 0, transfers <= 128,
      (1...32).contains(lanes)
    else { return nil }
    let coding = transfers <= 5 ? 0.8 : transfers <= 32 ? 128.0 / 130 : 236.0 / 256
    return .gigabytes(transfers * Double(lanes) * coding / 8)
  }
}

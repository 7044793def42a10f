import ParallelismVocabulary
import Quantities
import Testing

@testable import ClusterTopology

@Suite("The catalogue of accelerators and nodes")
struct CatalogueTests {
  @Test("names and aliases are unique and never blank")
  func names() {
    #expect(Set(Catalogue.acceleratorNames).count == Catalogue.acceleratorNames.count)
    #expect(Set(Catalogue.nodeNames).count == Catalogue.nodeNames.count)
    #expect(Catalogue.accelerators.count >= 40)
    #expect(Catalogue.nodes.count >= 45)
  }

  @Test("what is asked of the catalogue is there")
  func coverage() {
    for name in [
      "V100-SXM2-16GB", "V100-SXM2-32GB", "A100-40GB", "A100-80GB", "A800", "H100", "H800", "H20",
      "H200", "GH200", "B200", "B300", "GB200", "GB300", "T4", "L4", "L40S", "A10", "A10G",
      "RTX-3090", "RTX-4090", "RTX-5090", "RTX-PRO-6000", "MI250X-GCD", "MI300X", "MI325X",
      "MI350X", "MI355X", "Gaudi2", "Gaudi3",
    ] {
      #expect(Catalogue.accelerator(name) != nil, "\(name)")
    }
    for name in ["DGX-H100", "HGX-H800", "p5.48xlarge", "AWS p5.48xlarge", "ND96isr_H100_v5"] {
      #expect(Catalogue.node(name) != nil, "\(name)")
    }
  }

  @Test("every figure of an accelerator is positive and finite", arguments: Catalogue.accelerators)
  func positive(entry: CatalogueAccelerator) {
    let device = entry.accelerator
    #expect(device.visibleMemory > .zero)
    #expect(device.memoryBandwidth > .zero && device.memoryBandwidth.isFinite)
    #expect(device.computeUnits ?? 1 > 0)
    #expect(device.hostLink ?? .gigabytes(1) > .zero)
    for precision in Precision.allCases {
      #expect(device.peaks[precision] ?? .teraFLOPS(1) > .zero)
    }
    #expect(device.peak(.bf16) != nil)
  }

  @Test(
    "visible memory is at most the printed gigabytes counted as GiB",
    arguments: Catalogue.accelerators)
  func memory(entry: CatalogueAccelerator) {
    // Makers print GB for chips that hold GiB; a driver's reading lies below the latter.
    #expect(entry.accelerator.visibleMemory <= .gibibytes(entry.marketedGigabytes))
    #expect(entry.accelerator.visibleMemory >= Bytes(0.9 * entry.marketedGigabytes * 1e9))
  }

  @Test(
    "peaks are dense: halving the width at most doubles the rate", arguments: Catalogue.accelerators
  )
  func dense(entry: CatalogueAccelerator) {
    let peaks = entry.accelerator.peaks
    let slack = 1.03
    if let bf16 = peaks.bf16, let fp16 = peaks.fp16, entry.name != "Gaudi3-128GB" {
      #expect(bf16 == fp16)
    }
    guard let sixteen = peaks.bf16 ?? peaks.fp16 else { return }
    if let fp8 = peaks.fp8 { #expect(fp8 / sixteen <= 2 * slack) }
    if let mxfp8 = peaks.mxfp8 { #expect(mxfp8 / sixteen <= 2 * slack) }
    // Trainium runs TF32 at the rate of BF16.
    if let tf32 = peaks.tf32, entry.accelerator.architecture != .neuronCore {
      #expect(tf32 / sixteen <= 0.5 * slack)
    }
    if let int8 = peaks.int8 { #expect(int8 / sixteen <= 4 * slack) }
    if let nvfp4 = peaks.nvfp4 { #expect(nvfp4 / sixteen <= 8 * slack) }
  }

  @Test(
    "every origin is a key that is spelt out, and none is memory", arguments: Catalogue.accelerators
  )
  func origins(entry: CatalogueAccelerator) {
    #expect(!entry.originSentences.isEmpty)
    for (figure, sources) in entry.originSentences {
      #expect(!figure.isEmpty && !sources.isEmpty)
      for source in sources { #expect(source.count > 8, "\(entry.name): \(source)") }
    }
    let figures = entry.originSentences.map(\.figure)
    for needed in ["peaks", "memory", "rate"] { #expect(figures.contains(needed)) }
    if entry.accelerator.computeUnits != nil { #expect(figures.contains("units")) }
    if entry.accelerator.hostLink != nil { #expect(figures.contains("host")) }
    if entry.wiring != nil { #expect(figures.contains("links")) }
  }

  @Test(
    "a node names an accelerator of the catalogue and fits its domain", arguments: Catalogue.nodes)
  func node(preset: NodePreset) throws {
    #expect(Catalogue.accelerator(preset.accelerator)?.name == preset.accelerator)
    #expect(preset.domain.isMultiple(of: preset.acceleratorsPerNode))
    let scaleUp = try #require(preset.scaleUp)
    #expect(scaleUp.accelerators == preset.domain)
    #expect(scaleUp.bandwidth(groupSize: 2) > .zero)
    for (figure, sources) in preset.originSentences {
      #expect(!figure.isEmpty)
      for source in sources { #expect(source.count > 8, "\(preset.name): \(source)") }
    }
  }

  @Test("an H100 has 79.65 GiB and 989 TFLOP/s of BF16; FP8 falls back to BF16 on an A100")
  func wellKnown() throws {
    let h100 = try #require(Catalogue.accelerator("H100")).accelerator
    #expect(abs(h100.visibleMemory.gibibytes - 79.65) < 0.01)
    #expect(h100.peak(.bf16)?.teraFLOPS == 989.4)
    let a100 = try #require(Catalogue.accelerator("A100-80GB")).accelerator
    #expect(a100.peak(.fp8) == a100.peaks.bf16)
    #expect(a100.peaks.resolved(.nvfp4)?.precision == .bf16)
    let v100 = try #require(Catalogue.accelerator("V100-SXM2-32GB")).accelerator
    #expect(v100.peaks.resolved(.bf16)?.precision == .fp16)
    #expect(v100.peaks.resolved(.tf32)?.precision == .fp32)
  }

  @Test("the table of nodes has a row for each, with as many cells as the header")
  func table() {
    let table = Catalogue.nodeTable
    #expect(table.rows.count == Catalogue.nodes.count)
    #expect(table.rows.allSatisfy { $0.count == table.header.count })
    #expect(
      table.rows.first { $0[0] == "DGX-H100" } == [
        "DGX-H100", "8 × H100-SXM-80GB", "79.6 GiB", "8 by nvswitch, 450 GB/s", "8 × 400 Gb/s",
        "infiniband",
      ])
  }
}

extension CatalogueAccelerator: CustomTestStringConvertible {
  public var testDescription: String { name }
}

extension NodePreset: CustomTestStringConvertible {
  public var testDescription: String { name }
}

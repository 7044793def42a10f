extension Catalogue {
  /// AMD's Instinct accelerators. An MI250X is two devices: one for each die.
  static let amd: [CatalogueAccelerator] = [
    CatalogueAccelerator(
      "MI210-64GB", aliases: ["MI210"], "AMD", .cdna2, marketed: 64, visibleMiB: 65_520,
      PeakRates(fp16: 181), memory: 1638, units: 104, host: 31, .pcie(31),
      ["peaks llma", "memory smi", "rate llma", "units rocm", "links stasnet", "host stasnet"],
      note: """
        bridges of Infinity Fabric (150 GB/s a card) are an option; INT8 362 in llm-analysis \
        doubles CDNA2's rate by mistake
        """
    ),
    CatalogueAccelerator(
      "MI250X-GCD", aliases: ["MI250X", "MI250X-die"], "AMD", .cdna2, marketed: 64,
      visibleMiB: 65_520,
      PeakRates(fp32: 23.95, fp16: 191.5, bf16: 191.5, int8: 191.5),
      memory: 1600, units: 110, host: 36, .dies(perPackage: 2, inside: 200, between: 50),
      [
        "peaks titan,stas,here", "memory smi", "rate rocm", "units rocm", "links olcf,rocm",
        "host olcf",
      ],
      note: """
        one die; half of the package's 3,277 GB/s would be 1,638; dies of different packages \
        have one or two links of 50 GB/s, one is assumed
        """
    ),
    CatalogueAccelerator(
      "MI300X-192GB", aliases: ["MI300X"], "AMD", .cdna3, marketed: 192, visibleMiB: 196_592,
      PeakRates(
        fp32: 163.4, tf32: 653.7, fp16: 1307.4, bf16: 1307.4, fp8: 2614.9, int8: 2614.9),
      memory: 5300, units: 304, host: 63, .mesh(.xgmiMesh, perPair: 64, perAccelerator: 448),
      [
        "peaks rocm,stas,verl", "memory smi", "rate rocm,stas", "units rocm", "links stasnet",
        "host stasnet",
      ],
      note: "stas and torchtitan round BF16 to 1,300"),
    CatalogueAccelerator(
      "MI325X-256GB", aliases: ["MI325X"], "AMD", .cdna3, marketed: 256, visibleMiB: 262_128,
      PeakRates(
        fp32: 163.4, tf32: 653.7, fp16: 1307.4, bf16: 1307.4, fp8: 2614.9, int8: 2614.9),
      memory: 6000, units: 304, host: 63, .mesh(.xgmiMesh, perPair: 64, perAccelerator: 448),
      [
        "peaks rocm,stas,verl", "memory smi", "rate stas", "units rocm", "links stasnet",
        "host stasnet",
      ],
      note: "stas and torchtitan round BF16 to 1,300"),
    CatalogueAccelerator(
      "MI350X-288GB", aliases: ["MI350X"], "AMD", .cdna4, marketed: 288, visibleMiB: 294_912,
      PeakRates(bf16: 2300), memory: 8000, units: 256, host: 63,
      .mesh(.xgmiMesh, perPair: 76.5, perAccelerator: 535.5),
      [
        "peaks stas", "memory mlperf", "rate stas", "units storev", "links stasnet", "host stasnet",
      ]),
    CatalogueAccelerator(
      "MI355X-288GB", aliases: ["MI355X"], "AMD", .cdna4, marketed: 288, visibleMiB: 294_912,
      PeakRates(fp32: 157.3, fp16: 2500, bf16: 2500, fp8: 5000, mxfp8: 5000, int8: 5000),
      memory: 8000, units: 256, host: 63,
      .mesh(.xgmiMesh, perPair: 76.5, perAccelerator: 535.5),
      [
        "peaks stas,titan,verl", "memory mlperf", "rate stas", "units stas", "links stasnet",
        "host stasnet",
      ],
      note: "memory as read on an MI350X; 2,300 in one table of stas is the MI350X"),
  ]
}

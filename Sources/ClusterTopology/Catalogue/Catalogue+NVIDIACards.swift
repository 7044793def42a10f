extension Catalogue {
  /// NVIDIA's PCIe cards. Tensor rates of GeForce cards are those with FP32 accumulation, half of
  /// the printed FP16-accumulation figures.
  static let nvidiaCards: [CatalogueAccelerator] = [
    CatalogueAccelerator(
      "T4", aliases: ["T4-16GB"], "NVIDIA", .turing, marketed: 16, visibleMiB: 15_360,
      PeakRates(fp32: 8.1, fp16: 65, int8: 130), memory: 320, units: 40, nil,
      ["peaks comp,lf,hfcat", "memory smi", "rate hfcat", "units hfcat"]),
    CatalogueAccelerator(
      "A10", aliases: ["A10-24GB"], "NVIDIA", .ampere, marketed: 24, visibleMiB: 23_028,
      PeakRates(fp32: 31.2, tf32: 62.5, fp16: 125, bf16: 125, int8: 250),
      memory: 600, units: 72, host: 31, .pcie(31),
      [
        "peaks comp,llma,lf", "memory smi", "rate llma,baseten,specs", "units specs",
        "links stasnet", "host stasnet",
      ],
      note: "llm-analysis names its file 28gb: a misprint"),
    CatalogueAccelerator(
      "A10G", aliases: ["A10G-24GB"], "NVIDIA", .ampere, marketed: 24, visibleMiB: 22_586,
      PeakRates(fp32: 31.2, fp16: 62.5, bf16: 62.5, int8: 140),
      memory: 600, host: 31, .pcie(31),
      ["peaks hfcat,llma", "memory mlperf", "rate llma,hfcat", "links stasnet", "host stasnet"],
      note: "16-bit rate 70 in llm-analysis, 125 (the A10's) in Lightning; BF16 runs at FP16's rate"
    ),
    CatalogueAccelerator(
      "A30", aliases: ["A30-24GB"], "NVIDIA", .ampere, marketed: 24, visibleMiB: 24_576,
      PeakRates(fp32: 10.3, fp16: 165, bf16: 165, int8: 330), memory: 933, host: 31, .pcie(31),
      ["peaks aic,hfdata", "memory aic", "rate aic", "links stasnet", "host stasnet"]),
    CatalogueAccelerator(
      "A100-PCIe-80GB", "NVIDIA", .ampere, marketed: 80, visibleMiB: 81_920,
      PeakRates(fp32: 19.5, tf32: 156, fp16: 312, bf16: 312, int8: 624),
      memory: 1935, units: 108, host: 31, .pcie(31, bridge: 300),
      [
        "peaks stas,comp,lf,llma,aic", "memory aic", "rate aic,llma,stas", "units stas,hfcat",
        "links stasnet,llma", "host stasnet",
      ]
    ),
    CatalogueAccelerator(
      "L4", aliases: ["L4-24GB"], "NVIDIA", .ada, marketed: 24, visibleMiB: 23_034,
      PeakRates(fp32: 30.3, tf32: 60, fp16: 121, bf16: 121, fp8: 242, int8: 242),
      memory: 300, host: 31, .pcie(31),
      ["peaks lf,aic", "memory smi", "rate aic", "links stasnet", "host stasnet"]),
    CatalogueAccelerator(
      "L40S", aliases: ["L40S-48GB"], "NVIDIA", .ada, marketed: 48, visibleMiB: 46_068,
      PeakRates(
        fp32: 91.6, tf32: 183, fp16: 362.05, bf16: 362.05, fp8: 733, int8: 733),
      memory: 864, host: 31, .pcie(31),
      [
        "peaks aic,verl,titan,stas", "memory mlperf,aic,smi", "rate aic,stas", "links stasnet",
        "host stasnet",
      ]
    ),
    CatalogueAccelerator(
      "H100-PCIe-80GB", aliases: ["H100-PCIe"], "NVIDIA", .hopper, marketed: 80, visibleMiB: 81_559,
      PeakRates(fp32: 51.2, tf32: 378, fp16: 756.5, bf16: 756.5, fp8: 1513, int8: 1513),
      memory: 2000, units: 114, host: 63, .pcie(63, bridge: 300),
      [
        "peaks aic,lf,stas,comp,llma,titan", "memory smi", "rate aic,stas,llma", "units llmc",
        "links stasnet,mlperf,llma", "host stasnet",
      ]
    ),
    CatalogueAccelerator(
      "H100-NVL-94GB", aliases: ["H100-NVL"], "NVIDIA", .hopper, marketed: 94, visibleMiB: 95_830,
      PeakRates(tf32: 417.5, fp16: 835, bf16: 835), memory: 3900, host: 63,
      .pcie(63, bridge: 300),
      ["peaks titan,here", "memory mlperf", "rate nvl", "links stasnet,mlperf", "host stasnet"],
      note: "figures of one card; Lightning lists 1,978.8, the pair at the SXM rate"),
    CatalogueAccelerator(
      "RTX-3090", "NVIDIA", .ampere, marketed: 24, visibleMiB: 24_576,
      PeakRates(fp32: 35.6, tf32: 35.6, fp16: 71.2, bf16: 71.2, int8: 284),
      memory: 936, units: 82, host: 31, .pcie(31, bridge: 56.25),
      [
        "peaks llmc,lf", "memory smi", "rate hfdata", "units llmc", "links stasnet,llma",
        "host stasnet",
      ]),
    CatalogueAccelerator(
      "RTX-4090", "NVIDIA", .ada, marketed: 24, visibleMiB: 24_564,
      PeakRates(
        fp32: 82.6, tf32: 82.6, fp16: 165.2, bf16: 165.2, fp8: 330.3, int8: 660.6),
      memory: 1008, units: 128, host: 31, .pcie(31),
      [
        "peaks llmc,hmc,lf", "memory smi", "rate hmc", "units llmc,hmc", "links stasnet",
        "host stasnet",
      ]),
    CatalogueAccelerator(
      "RTX-5090", "NVIDIA", .blackwell, marketed: 32, visibleMiB: 32_607,
      PeakRates(fp32: 104, fp16: 209.5, bf16: 209.5, fp8: 419, nvfp4: 1676),
      memory: 1792, units: 170, host: 63, .pcie(63),
      [
        "peaks p5090,here", "memory smi", "rate p5090", "units p5090", "links stasnet",
        "host stasnet",
      ],
      note: """
        16-bit and FP8: a quarter of the printed sparse FP16-accumulation figures; FP4: half of \
        the printed sparse one; FP32 104 to 105.2
        """
    ),
    CatalogueAccelerator(
      "RTX-PRO-6000-Blackwell-Server", aliases: ["RTX-PRO-6000"], "NVIDIA", .blackwell,
      marketed: 96,
      visibleMiB: 97_887,
      PeakRates(
        tf32: 233.9, fp16: 467.8, bf16: 467.8, fp8: 935.6, nvfp4: 1871.2, int8: 935.6),
      memory: 1792, host: 63, .pcie(63),
      ["peaks aic,here", "memory aic", "rate aic", "links stasnet", "host stasnet"],
      note: "Server Edition; 503.8 is the Workstation Edition, 438.9 the Max-Q"),
  ]
}

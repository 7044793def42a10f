extension Catalogue {
  /// NVIDIA's data-centre modules (SXM and superchips).
  static let nvidiaModules: [CatalogueAccelerator] = [
    CatalogueAccelerator(
      "V100-SXM2-16GB", "NVIDIA", .volta, marketed: 16, visibleMiB: 16_160,
      PeakRates(fp32: 15.7, fp16: 125), memory: 900, units: 80,
      .mesh(.nvlinkMesh, perPair: 25, perAccelerator: 150),
      [
        "peaks comp,lf,llmc,llma", "memory smi", "rate llma,hfcat", "units hfcat",
        "links stasnet,llma",
      ],
      note: "pairs of the hybrid cube mesh have 2, 1 or 0 links; 1 is assumed"),
    CatalogueAccelerator(
      "V100-SXM2-32GB", "NVIDIA", .volta, marketed: 32, visibleMiB: 32_510,
      PeakRates(fp32: 15.7, fp16: 125), memory: 900, units: 80,
      .mesh(.nvlinkMesh, perPair: 25, perAccelerator: 150),
      [
        "peaks comp,lf,llmc,llma", "memory smi", "rate llma,hfcat", "units hfcat",
        "links stasnet,llma",
      ],
      note: "pairs of the hybrid cube mesh have 2, 1 or 0 links; 1 is assumed"),
    CatalogueAccelerator(
      "V100-SXM3-32GB", "NVIDIA", .volta, marketed: 32, visibleMiB: 32_510,
      PeakRates(fp32: 15.7, fp16: 125), memory: 900, units: 80,
      .nvswitch(150, reduces: false),
      [
        "peaks comp,lf,llmc,llma", "memory smi", "rate llma,hfcat", "units hfcat",
        "links stasnet,pcper",
      ],
      note: "peaks and rate are those of the SXM2 module"),
    CatalogueAccelerator(
      "A100-SXM-40GB", aliases: ["A100-40GB"], "NVIDIA", .ampere, marketed: 40, visibleMiB: 40_441,
      PeakRates(fp32: 19.5, tf32: 156, fp16: 312, bf16: 312, int8: 624),
      memory: 1555, units: 108, host: 31, .nvswitch(300, reduces: false),
      [
        "peaks stas,comp,lf,llma,aic", "memory upb", "rate llma,glw,hfcat", "units stas,hfcat",
        "links stasnet,glw,llma,aic", "host stasnet",
      ],
      note: "newer drivers report 40,536 to 40,960 MiB"),
    CatalogueAccelerator(
      "A100-SXM-80GB", aliases: ["A100-80GB"], "NVIDIA", .ampere, marketed: 80, visibleMiB: 81_920,
      PeakRates(fp32: 19.5, tf32: 156, fp16: 312, bf16: 312, int8: 624),
      memory: 2039, units: 108, host: 31, .nvswitch(300, reduces: false),
      [
        "peaks stas,comp,lf,llma,aic", "memory smi,aic", "rate aic,llma,glw", "units stas,hfcat",
        "links stasnet,glw,llma,aic", "host stasnet",
      ],
      note: "stas rounds the memory's rate to 2,000 GB/s"),
    CatalogueAccelerator(
      "A800-SXM-80GB", aliases: ["A800"], "NVIDIA", .ampere, marketed: 80, visibleMiB: 81_920,
      PeakRates(fp32: 19.5, tf32: 156, fp16: 312, bf16: 312, int8: 624),
      memory: 2039, units: 108, host: 31, .nvswitch(200, reduces: false),
      [
        "peaks verl,pA800,stas", "memory smi", "rate here", "units stas", "links pA800",
        "host stasnet",
      ],
      note: "an A100 with fewer links: what is not printed for it is taken from A100-SXM-80GB"),
    CatalogueAccelerator(
      "H100-SXM-80GB", aliases: ["H100", "H100-SXM", "H100-80GB"], "NVIDIA", .hopper, marketed: 80,
      visibleMiB: 81_559,
      PeakRates(
        fp32: 66.9, tf32: 494.7, fp16: 989.4, bf16: 989.4, fp8: 1978.9, int8: 1978.9),
      memory: 3350, units: 132, host: 63, .nvswitch(450, reduces: true),
      [
        "peaks lf,stas,comp,aic,titan,verl", "memory mlperf,smi", "rate aic,stas,llma",
        "units stas,llmc", "links stasnet,aic,llma", "host stasnet",
      ],
      note: "calculon's file has 3,072 GB/s of memory and 1,000 TFLOP/s, round figures"),
    CatalogueAccelerator(
      "H800-SXM-80GB", aliases: ["H800", "H800-SXM"], "NVIDIA", .hopper, marketed: 80,
      visibleMiB: 81_559,
      PeakRates(
        fp32: 66.9, tf32: 494.7, fp16: 989.4, bf16: 989.4, fp8: 1978.9, int8: 1978.9),
      memory: 3350, units: 132, host: 63, .nvswitch(200, reduces: true),
      [
        "peaks verl,pH800,aic,stas", "memory h800", "rate pH800", "units stas", "links pH800",
        "host stasnet",
      ],
      note: """
        memory as read on an H100, which has the same die and stacks; DeepEP measures at most \
        160 GB/s over NVLink; 756 TFLOP/s is the PCIe card
        """),
    CatalogueAccelerator(
      "H20-96GB", aliases: ["H20"], "NVIDIA", .hopper, marketed: 96, visibleMiB: 97_871,
      PeakRates(fp16: 148, bf16: 148, int8: 296), memory: 4000, host: 63,
      .nvswitch(450, reduces: true),
      ["peaks titan,verl,pH20", "memory smi", "rate pH20", "links pH20", "host stasnet"]),
    CatalogueAccelerator(
      "H200-SXM-141GB", aliases: ["H200", "H200-SXM"], "NVIDIA", .hopper, marketed: 141,
      visibleMiB: 143_771,
      PeakRates(
        fp32: 66.9, tf32: 494.7, fp16: 989.4, bf16: 989.4, fp8: 1978.9, int8: 1978.9),
      memory: 4800, units: 132, host: 63, .nvswitch(450, reduces: true),
      [
        "peaks lf,stas,comp,aic,titan,verl", "memory mlperf", "rate aic,stas", "units stas,llmc",
        "links stasnet,aic", "host stasnet",
      ],
      note: "aiconfigurator assumes 144,384 MiB"),
    CatalogueAccelerator(
      "GH200-96GB", aliases: ["GH200"], "NVIDIA", .hopper, marketed: 96, visibleMiB: 97_871,
      PeakRates(
        fp32: 66.9, tf32: 494.7, fp16: 989.4, bf16: 989.4, fp8: 1978.9, int8: 1978.9),
      memory: 4000, units: 132, host: 450, .mesh(.nvlinkMesh, perPair: 150, perAccelerator: 450),
      [
        "peaks lf,stas,comp,aic,titan,verl", "memory smi", "rate stas", "units stas",
        "links stasnet,cscs", "host stasnet",
      ],
      note: "18 links over three peers of a node of four without switches: 6 links, 150 GB/s"),
    CatalogueAccelerator(
      "GH200-144GB", "NVIDIA", .hopper, marketed: 141, visibleMiB: nil,
      PeakRates(
        fp32: 66.9, tf32: 494.7, fp16: 989.4, bf16: 989.4, fp8: 1978.9, int8: 1978.9),
      memory: 4800, units: 132, host: 450, .mesh(.nvlinkMesh, perPair: 150, perAccelerator: 450),
      [
        "peaks lf,stas,comp,aic,titan,verl", "memory stas", "rate stas", "units stas",
        "links stasnet", "host stasnet",
      ],
      note: "sold as 144 GB; stas lists 141 GB"),
    CatalogueAccelerator(
      "B200-SXM-180GB", aliases: ["B200", "B200-SXM"], "NVIDIA", .blackwell, marketed: 180,
      visibleMiB: 183_359,
      PeakRates(
        fp32: 80, tf32: 1100, fp16: 2250, bf16: 2250, fp8: 4500, mxfp8: 4500, nvfp4: 9000,
        int8: 4500),
      memory: 7700, host: 63, .nvswitch(900, reduces: true),
      [
        "peaks stas,glw,aic,titan,verl", "memory mlperf", "rate aic", "links stasnet,aic,glw",
        "host stasnet",
      ],
      note: """
        memory 8,000 GB/s in stas and glw; TF32 1,125 and FP4 10,000 in stas; six MLPerf \
        submitters print the same memory
        """
    ),
    CatalogueAccelerator(
      "B300-SXM-270GB", aliases: ["B300", "B300-SXM"], "NVIDIA", .blackwellUltra, marketed: 288,
      visibleMiB: 275_040,
      PeakRates(
        fp32: 75, tf32: 1125, fp16: 2250, bf16: 2250, fp8: 4500, mxfp8: 4500, nvfp4: 12_600,
        int8: 153.5),
      memory: 7750, host: 63, .nvswitch(900, reduces: true),
      [
        "peaks stas,glw,aic,titan", "memory mlperf,aic", "rate aic", "links stasnet,aic,glw",
        "host stasnet",
      ],
      note: """
        lowest of four FP4 figures up to 15,000; INT8 4,500, FP32 80 and memory 8,000 GB/s in \
        stas; host link counted as PCIe 5, since nothing attaches at PCIe 6 yet (stasnet)
        """
    ),
    CatalogueAccelerator(
      "GB200-186GB", aliases: ["GB200"], "NVIDIA", .blackwell, marketed: 186, visibleMiB: 189_471,
      PeakRates(
        fp32: 80, tf32: 1250, fp16: 2500, bf16: 2500, fp8: 5000, mxfp8: 5000, nvfp4: 10_000,
        int8: 5000),
      memory: 8000, host: 225, .nvswitch(900, reduces: true),
      [
        "peaks stas,glw,aic,titan,verl", "memory mlperf,aic", "rate stas,aic", "links stasnet,aic",
        "host stasnet,here",
      ],
      note: "FP32 90 in glw; one Grace's 450 GB/s is shared by two GPUs"),
    CatalogueAccelerator(
      "GB300-279GB", aliases: ["GB300"], "NVIDIA", .blackwellUltra, marketed: 288,
      visibleMiB: 284_208,
      PeakRates(
        fp32: 80, tf32: 1250, fp16: 2500, bf16: 2500, fp8: 5000, mxfp8: 5000, nvfp4: 15_000,
        int8: 165),
      memory: 8000, host: 225, .nvswitch(900, reduces: true),
      [
        "peaks stas,aic,titan", "memory mlperf,aic", "rate stas,aic", "links stasnet,aic",
        "host stasnet,here",
      ],
      note: "INT8 5,000 in stas; one Grace's 450 GB/s is shared by two GPUs"),
  ]
}

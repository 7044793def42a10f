extension Catalogue {
  /// Intel's Gaudi, Google's TPUs and AWS's Trainium.
  static let others: [CatalogueAccelerator] = [
    CatalogueAccelerator(
      "Gaudi2-96GB", aliases: ["Gaudi2"], "Intel", .gaudi2, marketed: 96, visibleMiB: 98_304,
      PeakRates(bf16: 432, fp8: 865), memory: 2460, host: 31,
      .mesh(.ethernetMesh, perPair: 37.5, perAccelerator: 262.5),
      [
        "peaks stas,pGaudi", "memory smi", "rate stas,pGaudi", "links stas", "host stasnet",
      ],
      note: "21 of 24 ports of 100 Gb/s inside the node, three for each pair"),
    CatalogueAccelerator(
      "Gaudi3-128GB", aliases: ["Gaudi3"], "Intel", .gaudi3, marketed: 128, visibleMiB: nil,
      PeakRates(fp32: 229, tf32: 459, fp16: 459, bf16: 1677, fp8: 1677), memory: 3670, host: 63,
      .mesh(.ethernetMesh, perPair: 75, perAccelerator: 525),
      ["peaks stas", "memory stas,pGaudi", "rate stas,pGaudi", "links here", "host stasnet"],
      note: "the white paper has 1,835, at a clock that it does not reach; ports as on Gaudi 2"),
    CatalogueAccelerator(
      "TPU-v4", "Google", .tpu, marketed: 32, visibleMiB: nil,
      PeakRates(bf16: 275, int8: 275), memory: 1200, .torus(perLink: 45, perAccelerator: 270),
      ["peaks stas,scal,lf", "memory stas,scal", "rate stas,scal", "links scal"]),
    CatalogueAccelerator(
      "TPU-v5e", "Google", .tpu, marketed: 16, visibleMiB: nil,
      PeakRates(bf16: 197, int8: 393), memory: 819, .torus(perLink: 45, perAccelerator: 180),
      ["peaks stas,scal,gtpu,lf", "memory stas,scal,gtpu", "rate gtpu,scal,stas", "links scal"],
      note: "Google's page has 400 GB/s both ways for a chip, 200 one way"),
    CatalogueAccelerator(
      "TPU-v5p", "Google", .tpu, marketed: 95, visibleMiB: nil,
      PeakRates(bf16: 459, fp8: 459, int8: 918), memory: 2765,
      .torus(perLink: 90, perAccelerator: 540),
      ["peaks stas,scal,gtpu", "memory stas,gtpu,mlperf", "rate gtpu,stas,scal", "links scal"],
      note: "96 GB in scaling-book; Google's page has 600 GB/s one way for a chip"),
    CatalogueAccelerator(
      "TPU-v6e", aliases: ["Trillium"], "Google", .tpu, marketed: 32, visibleMiB: nil,
      PeakRates(bf16: 918, fp8: 918, int8: 1836), memory: 1638,
      .torus(perLink: 90, perAccelerator: 360),
      ["peaks stas,gtpu", "memory gtpu,scal,mlperf", "rate gtpu,scal", "links scal"],
      note: "920 in scaling-book, rounded; Google's page has 400 GB/s one way for a chip"),
    CatalogueAccelerator(
      "Trainium1-core", aliases: ["Trainium1"], "AWS", .neuronCore, marketed: 16, visibleMiB: nil,
      PeakRates(fp32: 23.75, tf32: 23.75, fp16: 95, bf16: 95, fp8: 95, int8: 190), memory: 410,
      nil, ["peaks neuron,comp,here", "memory neuron,here", "rate neuron,here"],
      note: """
        half a chip, the device that frameworks see; TF32 95 in AWS's pages; INT8 210 in v2.9.1
        """),
    CatalogueAccelerator(
      "Trainium2-core", aliases: ["Trainium2"], "AWS", .neuronCore, marketed: 24, visibleMiB: nil,
      PeakRates(fp32: 45.25, tf32: 166.75, fp16: 166.75, bf16: 166.75, fp8: 324.75),
      memory: 725, nil,
      ["peaks neuron,stas,here", "memory neuron,stas,here", "rate neuron,stas,here"],
      note: """
        a logical core of two, a quarter of a chip, as frameworks see it by default; memory 750 \
        GB/s in one AWS page
        """
    ),
  ]
}

import InputFiles
import Testing

@testable import ClusterTopology

@Suite("What a summary says of a cluster")
struct ClusterSummaryTests {
  @Test("two pods, their link, a slow node and a marketed memory are told in a few lines")
  func text() throws {
    let file = try ClusterFile.parse(
      """
      { "name": "two", "nodeGroups": [
          { "name": "pod-a", "nodes": 16, "names": "a[001-016]", "node": "DGX-H100",
            "nics": { "fabric": "ib" }, "hostMemoryGiB": 2048, "pricePerNodeHour": 31.2 },
          { "name": "pod-b", "nodes": 1, "node": "Gaudi3-HLB-325", "nics": { "fabric": "eth" } } ],
        "fabrics": [
          { "name": "ib", "kind": "infiniband",
            "levels": [{ "nodesPerSwitch": 8, "oversubscription": 2 }] },
          { "name": "eth", "kind": "roce" },
          { "name": "lan", "kind": "ethernet", "gigabitsPerSecond": 25,
            "connects": ["pod-a", "pod-b"] } ],
        "health": { "slowNodes": [{ "node": "a003", "factor": 0.9 }] } }
      """)
    #expect(
      ClusterSummary(file).text == """
        cluster two: 17 nodes, 136 accelerators

        pod-a: 16 nodes of 8 × H100-SXM-80GB (DGX-H100)
          nodes           a001 to a016
          memory          79.6 GiB at 3350 GB/s
          peak            fp32 66.9, tf32 495, fp16 989, bf16 989, fp8 1979, int8 1979 TFLOP/s
          scale-up        nvswitch of 8, 450 GB/s each, 3.40 µs
          network         8 × 400 Gb/s on ib, 50.0 GB/s for each accelerator
          host memory     2048.0 GiB
          price           31.2 for a node and hour

        pod-b: 1 node of 8 × Gaudi3-128GB (Gaudi3-HLB-325)
          nodes           pod-b-0
          memory          119.2 GiB (as marketed) at 3670 GB/s
          peak            fp32 229, tf32 459, fp16 459, bf16 1677, fp8 1677 TFLOP/s
          scale-up        ethernetMesh of 8, 525 GB/s each (75.0 GB/s to one peer), 14.0 µs
          network         24 × 200 Gb/s on eth, 75.0 GB/s for each accelerator

        fabrics
          ib              infiniband, 14.0 µs, 8 nodes a switch at 2.0:1
          eth             roce, 14.0 µs
          lan             ethernet, 50.0 µs, connects pod-a and pod-b

        between groups
          pod-a – pod-b   lan, at most 3.13 GB/s a node, 50.0 µs

        warnings
          pod-b: no driver's reading of the memory of Gaudi3-128GB is on record; the marketed figure stands
          a003 runs at 90.0 %

        """)
  }

  @Test("the JSON holds the totals and the cluster by value")
  func json() throws {
    let file = try ClusterFile.parse(
      #"{ "name": "c", "nodeGroups": [{ "name": "p", "nodes": 2, "node": "DGX-H100" }] }"#)
    let text = JSONText.compact(ClusterSummary(file).json)
    #expect(text.hasPrefix(#"{"kind":"cluster","name":"c","nodes":2,"accelerators":16,"#))
    #expect(text.hasSuffix(#""warnings":[]}"#))
    let root = try JSONDocument.parse(text, file: "summary.json").root
    let cluster = try #require(root["cluster"])
    #expect(try ClusterFile.read(cluster, file: "summary.json").topology.deviceCount == 16)
  }

  @Test("a measurement that beats the cards makes one doubt the unit")
  func unit() throws {
    let measured = MeasuredBandwidth.gigabytes([[0, 3000], [390, 0]])
    let cluster = try ClusterTopology.of("DGX-H100", nodes: 2, measured: measured)
    #expect(
      ClusterSummary(cluster).warnings == [
        "measured from pod-0 to pod-1: 3000 GB/s, more than the 400 GB/s of their cards; "
          + "is the unit right?"
      ])
    #expect(
      ClusterSummary(cluster).text.contains("node to node    390 GB/s to 3000 GB/s, mean 1695 GB/s")
    )
  }
}

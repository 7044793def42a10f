import Quantities
import Testing

@testable import ClusterImport

@Suite("Measured latencies and rates")
struct MeasurementTests {
  /// Output of all_reduce_perf on hosts with some ranks each, with times of 20 µs + S·share/rate.
  static func allReduce(
    hosts: Int, ranksPerHost: Int, gigabytes: Double, changing changed: [Int: Double] = [:]
  ) -> String {
    let ranks = hosts * ranksPerHost
    var text = "# nThread 1 nGpus 1\n# Using devices\n"
    for rank in 0..<ranks {
      text +=
        "#  Rank \(rank) Group  0 Pid \(rank) on h\(rank / ranksPerHost) device \(rank % ranksPerHost) "
        + "[0x1b] NVIDIA H100 80GB HBM3\n"
    }
    text +=
      "#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong\n"
    let share = 2 * Double(ranks - 1) / Double(ranks)
    for power in stride(from: 3, through: 33, by: 1) {
      let size = 1 << power
      let exact = 20 + Double(size) * share / gigabytes / 1e3
      let times = [changed[power] ?? exact, exact].map { time in
        let rate = Double(size) / time / 1e3
        return "\(time) \(rate) \(rate * share) 0"
      }
      text += "  \(size) \(size / 4) float sum -1 \(times.joined(separator: " "))\n"
    }
    return text + "# Avg bus bandwidth : 1\n"
  }

  private func measurement(_ text: String) throws -> CollectiveMeasurement {
    try #require(try evidence(text).collective)
  }

  @Test("a fit of exact times gives back 20 µs and 150 GB/s")
  func exact() throws {
    let fit = try measurement(Self.allReduce(hosts: 4, ranksPerHost: 8, gigabytes: 150))
    #expect(fit.operation == .allReduce)
    #expect(fit.hosts == ["h0", "h1", "h2", "h3"])
    let rate = try #require(fit.busRate).gigabytes
    #expect(abs(rate - 150) < 1.5)
    #expect(abs(try #require(fit.latency).microseconds - 20) < 0.2)
    #expect(abs(try #require(fit.hopLatency).microseconds - 5) < 0.05)
  }

  @Test(
    "an outlier of 291 µs at 16 KiB and times that fall while sizes grow move the fit by less than 2 %"
  )
  func outliers() throws {
    let clean = try measurement(Self.allReduce(hosts: 2, ranksPerHost: 2, gigabytes: 150))
    let text = Self.allReduce(
      hosts: 2, ranksPerHost: 2, gigabytes: 150, changing: [14: 291, 18: 93, 19: 63, 30: 40_000])
    let disturbed = try measurement(text)
    let latency = try #require(disturbed.latency) / (try #require(clean.latency))
    let rate = try #require(disturbed.busRate) / (try #require(clean.busRate))
    #expect(abs(latency - 1) < 0.02)
    #expect(abs(rate - 1) < 0.02)
  }

  @Test("all ranks of all hosts: the rate becomes a matrix, the latency that of the fabric")
  func wholeNodes() throws {
    let cluster = try ClusterMerge.cluster(
      [evidence(Self.allReduce(hosts: 2, ranksPerHost: 8, gigabytes: 180))],
      options: .with { $0.node = "DGX-H100" })
    #expect(cluster.matrixCount == 1)
    #expect(cluster.matrixText(0).hasPrefix("h0,h1\n0,179."))
    let latency = try cluster.topology().fabrics[0].latency.microseconds
    #expect(abs(latency - 10) < 0.1)
  }

  @Test("2 of 8 accelerators of a node do not show what it sends: the rate is left out, by name")
  func partOfNodes() throws {
    let cluster = try ClusterMerge.cluster(
      [evidence(Self.allReduce(hosts: 2, ranksPerHost: 2, gigabytes: 148), "run.txt")],
      options: .with { $0.node = "DGX-H100" })
    #expect(cluster.matrixCount == 0)
    #expect(try cluster.topology().nodeGroups[0].acceleratorsPerNode == 8)
    #expect(
      cluster.warningTexts.contains {
        $0.contains("is left out: 4 ranks on 2 hosts do not show what a node can send")
      })
  }

  @Test("a run inside one host tells nothing of the network")
  func oneHost() throws {
    let fit = try measurement(Self.allReduce(hosts: 1, ranksPerHost: 8, gigabytes: 350))
    #expect(fit.hopLatency == nil)
  }

  @Test("output that ends in a row is refused with its line; without ranks, as a whole")
  func cut() {
    let text = Self.allReduce(hosts: 2, ranksPerHost: 1, gigabytes: 10)
    let lines = text.split(separator: "\n")
    let broken = (lines.prefix(8) + [lines[8].prefix(20)]).joined(separator: "\n")
    #expect(
      refusal(broken)?.contains("has no two times with their bandwidths: is it whole?") == true)
    let bare = lines.filter { !$0.contains("Rank") }.joined(separator: "\n")
    #expect(refusal(bare)?.contains("that names no rank") == true)
  }

  static let mpiGraph = """
    START mpiGraph v1.6
    MsgSize\t16384
    Procs\t2

    Send\t\t\tn1:0\tn2:1\t
    n1:0 to\t\t0.000\t14493.5\t
    n2:1 to\t\t11072.25\t0.000\t

    Recv\t\t\tn1:0\tn2:1\t
    n1:0 from\t\t0.000\t11000\t
    n2:1 from\t\t14500\t0.000\t
    END mpiGraph
    """

  @Test("mpiGraph: rates keep their direction, each the lesser of what sender and receiver saw")
  func mpiGraph() throws {
    let cluster = try ClusterMerge.cluster(
      [evidence(Self.mpiGraph)], options: .with { $0.node = "DGX-A100" })
    #expect(cluster.matrixText(0) == "n1,n2\n0,14.494\n11.000,0\n")
    #expect(try cluster.topology().nodeGroups[0].nodes == 2)
    #expect(
      refusal(Self.mpiGraph.replacing("n2:1", with: "n1:1"))
        == "file:5:1: error: names a host twice; a matrix between nodes needs one task on each (srun "
        + "--ntasks-per-node=1)")
    #expect(
      refusal(Self.mpiGraph.replacing("14493.5", with: "0"))
        == #"file:6:16: error: the rate between n1 and n2 is "0", but must be a number above 0"#)
  }

  @Test("a CSV of host names is a matrix in GB/s; one of other hosts is left out of a cluster")
  func table() throws {
    let table = try evidence("n1,n2\n0,20\n19,0\n", "monday.csv")
    let nodes = try evidence("NodeName=n[1-3] Gres=gpu:h100:8\n")
    #expect(table.kind == .bandwidthMatrix)
    let cluster = try ClusterMerge.cluster([table, nodes], options: .with { $0.node = "DGX-H100" })
    #expect(cluster.matrixCount == 0)
    #expect(
      cluster.warningTexts.contains(
        "monday.csv:1:1: warning: the rates are left out: there are none of n3, but a matrix must have "
          + "all hosts of the cluster and no other"))
  }
}

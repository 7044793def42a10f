import Foundation
import Testing

@Suite("plan import")
struct ImportTests {
  private static let slurm = "ClusterName=tiger\nNodeName=n[0-3] Gres=gpu:h100:8\n"
  private static let switches = """
    SwitchName=l0 Nodes=n[0-1]
    SwitchName=l1 Nodes=n[2-3]
    SwitchName=s Switches=l[0-1]

    """

  private static let topology: String = {
    let names = (0..<8).map { "GPU\($0)" } + (0..<8).map { "NIC\($0)" }
    let rows = (0..<8).map { row in
      let cells = (0..<16).map { $0 == row ? "X" : $0 < 8 ? "NV18" : $0 == row + 8 ? "PIX" : "SYS" }
      return "GPU\(row)\t" + cells.joined(separator: "\t") + "\t0-47\t0\n"
    }
    return "\t" + names.joined(separator: "\t") + "\tCPU Affinity\tNUMA Affinity\n" + rows.joined()
  }()

  private static let rates = "n0,n1,n2,n3\n0,40,41,42\n39,0,40,40\n40,40,0,40\n40,40,40,0\n"

  @Test(
    "four files become a cluster file and its rates, which describe and a plan take as they are")
  func whole() throws {
    var files = Samples.files
    files["slurm.conf"] = Self.slurm
    files["topology.conf"] = Self.switches
    files["topo.txt"] = Self.topology
    files["monday.csv"] = Self.rates
    let program = try Program(files: files)
    let outcome = try program.run([
      "import", "slurm.conf", "topology.conf", "topo.txt", "monday.csv", "--gigabits-per-second",
      "400",
      "--fabric", "infiniband", "-o", "mine.json",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("  H100-SXM-80GB: slurm.conf:2\n"))
    #expect(outcome.errors.contains("  measured rates are in mine-rates.csv\n"))
    #expect(
      outcome.errors.contains(
        "monday.csv:1:1: warning: has no unit; its rates are taken as GB/s\n"))
    #expect(try program.files().contains("mine-rates.csv"))
    let described = try program.run(["describe", "mine.json"])
    #expect(described.status == 0, "\(described.errors)")
    #expect(described.output.contains("tiger"))
    let plan = try program.run(["mine.json", "model.json"])
    #expect(plan.status == 0, "\(plan.errors)")
  }

  @Test("on standard output stands the cluster file alone; --quiet leaves warnings only")
  func standardOutput() throws {
    let program = try Program(files: ["slurm.conf": Self.slurm])
    let outcome = try program.run(["import", "slurm.conf", "--node", "DGX-H100", "--quiet"])
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("{\n  \"name\": \"tiger\",\n"))
    #expect(outcome.errors == "")
    let piped = try program.run(
      ["import", "slurm", "-", "--node", "DGX-H100", "-q"], input: Self.slurm)
    #expect(piped.output == outcome.output)
  }

  @Test("what no file tells is usage (64), with the option that tells it")
  func need() throws {
    let program = try Program(files: ["topo.txt": Self.topology, "monday.csv": Self.rates])
    let outcome = try program.run(["import", "topo.txt"])
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.contains("no file tells which accelerator the nodes have: give --accelerator"))
    #expect(outcome.errors.contains("topo.txt: nvidia-smi: 8 accelerators a node"))
    let rates = try program.run(["import", "monday.csv", "--node", "DGX-H100"])
    #expect(rates.status == 64)
    #expect(rates.errors.contains("give -o FILE"))
    #expect(rates.output == "")
    let unknown = try program.run(["import", "topo.txt", "--accelerator", "H10"])
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains(#""H10" names no accelerator of the catalogue; did you mean "#))
  }

  @Test(
    "bad input is 65 with all faults at once, a file that is not there 66, and nothing is written")
  func faults() throws {
    let program = try Program(files: [
      "a.txt": "hello\n", "b.xml": "<system><cpu>", "c.conf": Self.slurm,
    ])
    let outcome = try program.run(["import", "a.txt", "b.xml", "c.conf", "-o", "out.json"])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.split(separator: "\n").map { $0.prefix { $0 != ";" } } == [
        "a.txt: error: is not recognised",
        "b.xml:1:14: error: the file ends inside \"cpu\": is it whole?",
      ])
    #expect(!(try program.files().contains("out.json")))
    let missing = try program.run(["import", "none.txt"])
    #expect(missing.status == 66)
    #expect(missing.errors == "none.txt: error: cannot be opened: No such file or directory\n")
    #expect(try program.run(["import"]).status == 64)
    #expect(try program.run(["import", "slurm"]).status == 64)
    #expect(try program.run(["import", "-", "-"]).status == 64)
    let empty = try program.run(["import", "-"])
    #expect(empty.status == 65)
    #expect(empty.errors == "<stdin>: error: is empty, but must be a file to import\n")
  }

  @Test("files that contradict one another are refused at the later one's line")
  func contradiction() throws {
    let program = try Program(files: [
      "slurm.conf": Self.slurm, "sinfo.json": #"{"nodes": [{"name": "n1", "gres": "gpu:h200:8"}]}"#,
    ])
    let outcome = try program.run(["import", "slurm.conf", "sinfo.json", "--node", "DGX-H100"])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "sinfo.json:1:21: error: the accelerator is H200-SXM-141GB, but in slurm.conf:2 the "
        + "accelerator is H100-SXM-80GB\n")
  }

  @Test("routing traces become loads and transitions")
  func routing() throws {
    let trace =
      #"{"step": 0, "layer": 0, "rank": 0, "top_indices": [[0], [1]]}"# + "\n"
      + #"{"step": 0, "layer": 1, "rank": 0, "top_indices": [[1], [1]]}"# + "\n"
    let program = try Program(files: ["trace.jsonl": trace])
    let outcome = try program.run(["import", "routing", "trace.jsonl", "-o", "routing.json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors == "2 layers of 2 experts, with transitions\n")
    #expect(
      try program.read("routing.json")
        == #"{"kind":"routing","formatVersion":1,"layers":[0,1],"experts":2,"topK":1,"#
        + #""load":[[1,1],[0,2]],"transitions":[[[0,1],[0,1]]]}"# + "\n")
    #expect(try program.run(["import", "routing"]).status == 64)
    #expect(try program.run(["import", "routing", "none"]).status == 66)
  }
}

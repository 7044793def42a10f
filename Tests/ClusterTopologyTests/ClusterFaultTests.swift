import InputFiles
import Testing

@testable import ClusterTopology

@Suite("Cluster files that are refused")
struct ClusterFaultTests {
  /// A file's text and the lines that the user sees.
  struct Bad: CustomTestStringConvertible, Sendable {
    let title: String
    let text: String
    let lines: [String]

    init(_ title: String, _ text: String, _ lines: String...) {
      self.title = title
      self.text = text
      self.lines = lines
    }

    /// One group of DGX H100 with further members.
    static func group(_ title: String, _ members: String, _ lines: String...) -> Bad {
      Bad(
        title, #"{"nodeGroups":[{"name":"pod","nodes":2,"node":"DGX-H100",\#(members)}]}"#,
        lines: lines)
    }

    private init(_ title: String, _ text: String, lines: [String]) {
      self.title = title
      self.text = text
      self.lines = lines
    }

    var testDescription: String { title }
  }

  @Test("a faulty file is refused with every fault, its place and its remedy", arguments: all)
  func refused(bad: Bad) {
    let faults = #expect(throws: InputFaults.self) { try ClusterFile.parse(bad.text) }
    #expect(faults?.description.split(separator: "\n").map(String.init) == bad.lines)
    #expect(faults?.exitStatus == 65)
  }

  static let all: [Bad] = whole + groups + accelerators + wiring + fabrics + health

  static let whole: [Bad] = [
    Bad(
      "no object", "[]", "cluster.json:1:1: error: the document is an array, but must be an object"),
    Bad(
      "no groups", "{}", "cluster.json:1:1: error: the document needs the key 'nodeGroups'"),
    Bad(
      "an empty list of groups", #"{"nodeGroups": []}"#,
      "cluster.json:1:16: error: nodeGroups has 0 elements, but must have from 1 to 256"),
    Bad(
      "a misspelt key", #"{"nodeGroup": []}"#,
      "cluster.json:1:2: error: the document has no key 'nodeGroup'; did you mean 'nodeGroups'?"),
    Bad(
      "more nodes than any total can hold",
      """
      {"nodeGroups": [{"name": "a", "nodes": 1000000, "node": "DGX-H100"},
       {"name": "b", "nodes": 1000000, "node": "DGX-H100"}]}
      """,
      "cluster.json:1:16: error: nodeGroups has 2,000,000 nodes in all, but must have at most 1,048,576"
    ),
    Bad(
      "two groups of one name",
      """
      {"nodeGroups": [{"name": "a", "nodes": 1, "node": "DGX-H100"},
       {"name": "a", "nodes": 1, "node": "DGX-H100", "names": ["x"]}]}
      """,
      "cluster.json:2:11: error: nodeGroups[1].name is \"a\", which is the name of another node group already, at line 1"
    ),
  ]

  static let groups: [Bad] = [
    Bad(
      "all faults at once",
      """
      {"nodeGroups": [{"name": " ", "nodes": 0, "node": "DGX-H10"},
        {"nodes": 3.5, "acceleratorsPerNode": -8, "accelerator": "H1000",
         "nics": {"gigabitPerSecond": 400, "perNode": 1e400}}]}
      """,
      "cluster.json:3:49: error: 1e400 is too large: numbers go up to 1.797e308"),
    Bad(
      "all faults that shapes find",
      """
      {"nodeGroups": [{"name": " ", "nodes": 0, "node": "DGX-H10"},
        {"nodes": 3.5, "acceleratorsPerNode": -8, "accelerator": "H1000",
         "nics": {"gigabitPerSecond": 400, "perNode": 1e18}}]}
      """,
      "cluster.json:1:26: error: nodeGroups[0].name is \" \", but must be a string that is not blank",
      "cluster.json:1:40: error: nodeGroups[0].nodes is 0, but must be from 1 to 1048576",
      "cluster.json:1:51: error: nodeGroups[0].node is \"DGX-H10\", which names no node of the catalogue; did you mean \"DGX-H100\"?",
      "cluster.json:2:3: error: nodeGroups[1] needs the key 'name'",
      "cluster.json:2:13: error: nodeGroups[1].nodes is 3.5, but must be a whole number from 1 to 1048576",
      "cluster.json:2:41: error: nodeGroups[1].acceleratorsPerNode is -8, but must be from 1 to 1024",
      "cluster.json:2:60: error: nodeGroups[1].accelerator is \"H1000\", which names no accelerator of the catalogue; did you mean \"H100\"?",
      "cluster.json:3:13: error: nodeGroups[1].nics has no key 'gigabitPerSecond'; did you mean 'gigabitsPerSecond'?",
      "cluster.json:3:49: error: nodeGroups[1].nics.perNode is 1e18, but must be from 1 to 1024"),
    Bad(
      "neither preset nor figures", #"{"nodeGroups":[{"name":"pod","nodes":1}]}"#,
      "cluster.json:1:16: error: nodeGroups[0] needs the key 'acceleratorsPerNode'",
      "cluster.json:1:16: error: nodeGroups[0] needs the key 'accelerator'"),
    .group(
      "fewer names than nodes", #""names":"a[1-3]""#,
      "cluster.json:1:66: error: nodeGroups[0].names has 3 names, but nodes is 2"),
    .group(
      "a host list that does not close", #""names":"a[1-2""#,
      "cluster.json:1:66: error: nodeGroups[0].names is \"a[1-2\", which has a '[' without its ']'; write a host list such as \"a[001-016]\", or an array of names as they stand"
    ),
    .group(
      "names of the wrong kind", #""names":7"#,
      "cluster.json:1:66: error: nodeGroups[0].names is 7, but must be a host list such as \"a[001-016]\" or an array of names"
    ),
    .group(
      "a name twice", #""names":["a","a"]"#,
      "cluster.json:1:66: error: nodeGroups[0].names has the node name \"a\", which stands there twice"
    ),
    Bad(
      "a name in two groups",
      """
      {"nodeGroups": [{"name": "a", "names": "n[1-2]", "node": "DGX-H100"},
       {"name": "b", "names": "n[2-3]", "node": "DGX-H100"}]}
      """,
      "cluster.json:2:25: error: nodeGroups[1].names has the node name \"n2\", which nodeGroups[0] has already"
    ),
    .group(
      "a price below nothing", #""pricePerNodeHour":-1,"hostMemoryGiB":0"#,
      "cluster.json:1:77: error: nodeGroups[0].pricePerNodeHour is -1, but must be from 0 to 1000000",
      "cluster.json:1:96: error: nodeGroups[0].hostMemoryGiB is 0, but must be above 0 and at most 1000000"
    ),
  ]

  static let accelerators: [Bad] = [
    Bad(
      "an accelerator without figures",
      #"{"nodeGroups":[{"name":"p","nodes":1,"acceleratorsPerNode":1,"accelerator":{"name":"x"}}]}"#,
      "cluster.json:1:76: error: nodeGroups[0].accelerator needs the key 'visibleMemoryGiB'",
      "cluster.json:1:76: error: nodeGroups[0].accelerator needs the key 'peakTeraFLOPS'",
      "cluster.json:1:76: error: nodeGroups[0].accelerator needs the key 'memoryGigabytesPerSecond'"
    ),
    Bad(
      "an accelerator without a rate to train at",
      """
      {"nodeGroups":[{"name":"p","nodes":1,"acceleratorsPerNode":1,
       "accelerator":{"name":"x","visibleMemoryGiB":1,"memoryGigabytesPerSecond":1,
        "peakTeraFLOPS":{"fp8":10}}}]}
      """,
      "cluster.json:3:19: error: nodeGroups[0].accelerator.peakTeraFLOPS needs the key 'bf16' or 'fp16'"
    ),
    .group(
      "an unknown precision", #""accelerator":{"peakTeraFLOPS":{"fp9":1,"bf16":0}}"#,
      "cluster.json:1:90: error: nodeGroups[0].accelerator.peakTeraFLOPS has no key 'fp9'; did you mean 'fp8'?",
      "cluster.json:1:105: error: nodeGroups[0].accelerator.peakTeraFLOPS.bf16 is 0, but must be above 0 and at most 1000000"
    ),
    .group(
      "an accelerator of the wrong kind", #""accelerator":8"#,
      "cluster.json:1:72: error: nodeGroups[0].accelerator is 8, but must be the name of an accelerator or an object with its figures"
    ),
    .group(
      "an unknown architecture", #""accelerator":{"architecture":"hoper"}"#,
      "cluster.json:1:88: error: nodeGroups[0].accelerator.architecture is \"hoper\", but must be one of \"volta\", \"turing\", \"ampere\", \"ada\", \"hopper\", \"blackwell\", \"blackwellUltra\", \"cdna2\", \"cdna3\", \"cdna4\", \"gaudi2\", \"gaudi3\", \"tpu\", \"neuronCore\" or \"other\"; did you mean \"hopper\"?"
    ),
  ]

  static let wiring: [Bad] = [
    Bad(
      "wiring that nobody knows",
      #"{"nodeGroups":[{"name":"p","nodes":1,"acceleratorsPerNode":4,"accelerator":"T4"}]}"#,
      "cluster.json:1:16: error: nodeGroups[0] needs the key 'scaleUp'"),
    .group(
      "a domain that cuts a node", #""scaleUp":{"accelerators":12}"#,
      "cluster.json:1:84: error: nodeGroups[0].scaleUp.accelerators is 12, but must be a multiple of the 8 accelerators of a node; smaller neighbourhoods go into 'levels'"
    ),
    .group(
      "a pair that is faster than the whole", #""scaleUp":{"pairGigabytesPerSecond":500}"#,
      "cluster.json:1:94: error: nodeGroups[0].scaleUp.pairGigabytesPerSecond is 500, but must be at most the 450 of gigabytesPerSecond"
    ),
    .group(
      "levels that do not nest",
      #""scaleUp":{"levels":[{"accelerators":3,"gigabytesPerSecond":900}]}"#,
      "cluster.json:1:78: error: nodeGroups[0].scaleUp.levels goes from 3 to 8 accelerators, but each level must be smaller than the next, and divide it"
    ),
    .group(
      "another kind of wiring without its rate", #""scaleUp":{"kind":"pcie"}"#,
      "cluster.json:1:68: error: nodeGroups[0].scaleUp needs the key 'gigabytesPerSecond'"),
  ]

  static let fabrics: [Bad] = [
    Bad(
      "a fabric that is not there",
      """
      {"nodeGroups":[{"name":"p","nodes":2,"node":"DGX-H100","nics":{"fabric":"ibb"}}],
       "fabrics":[{"name":"ib","kind":"infiniband"}]}
      """,
      "cluster.json:1:73: error: nodeGroups[0].nics.fabric is \"ibb\", which names no fabric; did you mean \"ib\"?"
    ),
    Bad(
      "cards that do not say which of two fabrics",
      """
      {"nodeGroups":[{"name":"p","nodes":2,"node":"DGX-H100"}],
       "fabrics":[{"name":"ib","kind":"infiniband"},{"name":"x","kind":"roce"}]}
      """,
      "cluster.json:1:16: error: nodeGroups[0] needs 'nics' with the key 'fabric': \"ib\" or \"x\""),
    Bad(
      "cards without a fabric",
      """
      {"nodeGroups":[{"name":"p","nodes":2,"acceleratorsPerNode":1,"accelerator":"T4",
        "nics":{"perNode":1,"gigabitsPerSecond":100}}]}
      """,
      "cluster.json:2:10: error: nodeGroups[0].nics needs the key 'fabric', and the document a fabric of that name in 'fabrics'"
    ),
    Bad(
      "several nodes without a network",
      #"{"nodeGroups":[{"name":"p","nodes":2,"acceleratorsPerNode":1,"accelerator":"T4"}]}"#,
      "cluster.json:1:16: error: nodeGroups[0] has 2 nodes and no network between them; add 'nics', or a fabric whose 'connects' names it"
    ),
    Bad(
      "two pods that nothing joins",
      """
      {"nodeGroups":[{"name":"a","nodes":2,"node":"DGX-H100"},
       {"name":"b","nodes":2,"node":"MI300X-platform"}]}
      """,
      "cluster.json:2:2: error: nodeGroups[1] shares no fabric with nodeGroups[0]; put the cards of both on one, or add a fabric whose 'connects' names both"
    ),
    Bad(
      "a fabric that connects a group which is not there, at no rate",
      """
      {"nodeGroups":[{"name":"pod","nodes":1,"node":"DGX-H100","nics":{"fabric":"x"}}],
       "fabrics":[{"name":"x","kind":"infinband","connects":["pot"]},
        {"name":"x","kind":"roce","gigabitsPerSecond":1}]}
      """,
      "cluster.json:2:32: error: fabrics[0].kind is \"infinband\", but must be one of \"infiniband\", \"roce\", \"ethernet\", \"slingshot\", \"omnipath\", \"efa\" or \"tcpx\"; did you mean \"infiniband\"?",
      "cluster.json:2:55: error: fabrics[0].connects needs 'gigabitsPerSecond' beside it: what each node can send",
      "cluster.json:3:49: error: fabrics[1].gigabitsPerSecond needs 'connects' beside it; the rate of network cards belongs to a group's 'nics'"
    ),
    Bad(
      "a fabric that connects a group which is not there",
      """
      {"nodeGroups":[{"name":"pod","nodes":1,"node":"DGX-H100"}],
       "fabrics":[{"name":"x","kind":"infiniband","gigabitsPerSecond":1,"connects":["pot"]}]}
      """,
      "cluster.json:2:79: error: fabrics[0].connects[0] is \"pot\", which names no node group; did you mean \"pod\"?"
    ),
    Bad(
      "tiers that shrink, and a factor below one",
      """
      {"nodeGroups":[{"name":"p","nodes":1,"node":"DGX-H100"}],
       "fabrics":[{"name":"x","kind":"roce","levels":[{"nodesPerSwitch":8},{"nodesPerSwitch":4}]},
        {"name":"y","kind":"roce","levels":[{"nodesPerSwitch":8,"oversubscription":0.5}]}]}
      """,
      "cluster.json:2:48: error: fabrics[0].levels goes from 8 to 4 nodes per switch, but each tier must be larger than the one below, by a whole factor",
      "cluster.json:3:78: error: fabrics[1].levels[0].oversubscription is 0.5, but must be from 1 to 1000"
    ),
  ]

  static let health: [Bad] = [
    Bad(
      "nodes that are not there",
      """
      {"nodeGroups":[{"name":"p","nodes":2,"node":"DGX-H100"}],
       "health":{"slowNodes":[{"node":"p-2","factor":0.5}],
        "badLinks":[{"from":"p-0","to":"q-1","factor":0.5}]}}
      """,
      "cluster.json:2:33: error: health.slowNodes[0].node is \"p-2\", which names no node; there is \"p-0\" and \"p-1\"",
      "cluster.json:3:34: error: health.badLinks[0].to is \"q-1\", which names no node; there is \"p-0\" and \"p-1\""
    ),
    Bad(
      "lost nodes that are not there, or stand there twice",
      """
      {"nodeGroups":[{"name":"p","nodes":3,"node":"DGX-H100"}],
       "health":{"lostNodes":["p-7","p-0","p-0"]}}
      """,
      "cluster.json:2:25: error: health.lostNodes[0] is \"p-7\", which names no node; there is \"p-0\", \"p-1\" and \"p-2\"",
      "cluster.json:2:37: error: health.lostNodes[2] is \"p-0\", which stands there twice"),
    Bad(
      "no node left",
      """
      {"nodeGroups":[{"name":"p","nodes":2,"node":"DGX-H100"}],
       "health":{"lostNodes":["p-0","p-1"]}}
      """,
      "cluster.json:2:25: error: health.lostNodes[0] and those after it are all nodes of the cluster, but one must be left"
    ),
    Bad(
      "factors that are none, and a link to itself",
      """
      {"nodeGroups":[{"name":"p","nodes":2,"node":"DGX-H100"}],
       "health":{"slowNodes":[{"node":"p-1","factor":1.5}],
        "badLinks":[{"from":"p-0","to":"p-0","factor":0}]}}
      """,
      "cluster.json:2:48: error: health.slowNodes[0].factor is 1.5, but must be above 0 and at most 1",
      "cluster.json:3:49: error: health.badLinks[0].factor is 0, but must be above 0 and at most 1"),
  ]

  // MARK: Measurements

  @Test(
    "a faulty matrix is refused by its own name and place",
    arguments: [
      (
        "p-0,p-1\n0,0\n1,0\n",
        "m.csv:2:3: error: row 1, column \"p-1\" is 0, but must be above 0 and at most 1000000"
      ),
      (
        "p-0,p-1\n0,-5\n1,0\n",
        "m.csv:2:3: error: row 1, column \"p-1\" is -5, but must be above 0 and at most 1000000"
      ),
      (
        ",p-0,p-1\np-0,0,\np-1,1,0\n",
        "m.csv:2:7: error: row \"p-0\", column \"p-1\" is empty, but must be a number above 0 and at most 1000000"
      ),
      (
        "p-0,p-1\n0,1\n",
        "m.csv:3:1: error: the matrix has 1 row and 2 columns, but must have as many rows as columns; does the first line name the columns?"
      ),
      (
        "p-0\n0\n",
        "m.csv:1:1: error: the matrix has 1 of the 2 nodes of the cluster; without a column: \"p-1\""
      ),
      (
        "p-0,p_2\n0,1\n1,0\n",
        "m.csv:1:1: error: column \"p_2\" names no node of the cluster"
      ),
    ])
  func matrices(matrix: String, line: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("m.csv", matrix)
    let lines = try faultLines(folder, file: "m.csv")
    #expect(lines.first == folder.path(line))
  }

  @Test("a matrix that is not there ends with the status of a file that cannot be opened")
  func missing() throws {
    let folder = try TemporaryFolder()
    let lines = try faultLines(folder, file: "none.csv", exitStatus: 66)
    #expect(
      lines == [folder.path("none.csv: error: cannot be opened: No such file or directory")])
  }

  @Test("faults of the cluster file and of its matrix are told together")
  func together() throws {
    let folder = try TemporaryFolder()
    try folder.write("m.csv", "p-0,p-1\n0,x\n1,0\n")
    let health = #","health":{"slowNodes":[{"node":"p-0","factor":2}]}"#
    let lines = try faultLines(folder, file: "m.csv", further: health)
    #expect(lines.count == 1)
    #expect(lines[0].contains("health.slowNodes[0].factor is 2"))
  }

  private func faultLines(
    _ folder: TemporaryFolder, file: String, exitStatus: Int32 = 65, further: String = ""
  ) throws -> [String] {
    try folder.write(
      "cluster.json",
      """
      {"nodeGroups":[{"name":"p","nodes":2,"node":"DGX-H100"}],
       "measurements":{"nodeBandwidth":[{"file":"\(file)","unit":"gigabytesPerSecond"}]}\(further)}
      """)
    let faults = #expect(throws: InputFaults.self) {
      try ClusterFile.read(path: folder.path("cluster.json"))
    }
    #expect(faults?.exitStatus == exitStatus)
    return (faults?.description ?? "").split(separator: "\n").map(String.init)
  }
}

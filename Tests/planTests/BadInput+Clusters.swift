import Foundation

extension BadInput {
  /// Faults of the cluster file, of its syntax first.
  static let clusters: [BadInput] = [
    BadInput(
      title: "no such file", files: ["cluster.json": nil], status: 66,
      errors: "cluster.json: error: cannot be opened: No such file or directory\n"),
    BadInput(
      title: "a directory", arguments: [".", "model.json"], status: 66,
      errors: ".: error: is a directory, but must be a file\n"),
    BadInput(
      title: "both files missing", files: ["cluster.json": nil, "model.json": nil], status: 66,
      errors: """
        cluster.json: error: cannot be opened: No such file or directory
        model.json: error: cannot be opened: No such file or directory

        """),
    file(
      "an empty file", "cluster.json", [],
      "cluster.json: error: is empty, but must be a cluster file"),
    file(
      "blanks only", "cluster.json", Array(" \n".utf8),
      "cluster.json:2:1: error: the document is empty, but must be a JSON value"),
    file(
      "invalid UTF-8", "cluster.json", Array("{\"name\": \"".utf8) + [0xC3, 0x28],
      "cluster.json:1:11: error: found the byte 0xC3, which is not UTF-8; save the file as UTF-8"),
    file(
      "a byte order mark", "cluster.json", [0xEF, 0xBB, 0xBF] + Array(Samples.cluster.utf8),
      "cluster.json:1:1: error: remove the byte order mark: save the file as UTF-8 without one"),
    file(
      "deep nesting", "cluster.json", Array(String(repeating: "[", count: 200).utf8),
      "cluster.json:1:129: error: arrays and objects are nested more than 128 deep"),
    file(
      "an array", "cluster.json", Array("[]".utf8),
      "cluster.json:1:1: error: the document is an array, but must be an object"),
    file(
      "two documents", "cluster.json", Array("{} {}".utf8),
      "cluster.json:1:4: error: found '{' behind the end of the document"),
    BadInput(
      title: "a file above the limit of its kind",
      files: ["cluster.json": Data(count: (64 << 20) + 1)],
      errors:
        "cluster.json: error: is larger than 64 MiB, the most that a cluster file may "
        + "have; is it the right file?\n"
    ),
    cluster(
      "a trailing comma", "\"two nodes\",", "\"two nodes\",,",
      "cluster.json:2:23: error: expected a key, but found ','"),
    cluster(
      "an object that does not end", "]\n}", "]\n",
      "cluster.json:7:1: error: the document ends, but the object that starts at 1:1 "
        + "needs its '}'"),
    cluster(
      "a comment", "{ \"name\"", "{ // here\n \"name\"",
      "cluster.json:4:7: error: remove the comment: JSON has none"),
    cluster(
      "single quotes", "\"pod\"", "'pod'",
      "cluster.json:4:15: error: put the string in double quotes"),
    cluster(
      "a control character in a string", "two nodes", "two\u{1}nodes",
      "cluster.json:2:15: error: write \\u0001 for the control character in this string"),
    cluster(
      "a lone surrogate", "two nodes", "two\\ud800nodes",
      "cluster.json:2:15: error: \\ud800 is half of a surrogate pair; write both halves"),
    cluster(
      "a leading zero", "\"nodes\": 2", "\"nodes\": 02",
      "cluster.json:4:31: error: remove the leading zeros of \"02\""),
    cluster(
      "NaN", "\"nodes\": 2", "\"nodes\": NaN",
      "cluster.json:4:31: error: \"NaN\" is not a number; leave the key out, or "
        + "write null, where none is known"
    ),
    cluster(
      "a number beyond doubles", "\"nodes\": 2", "\"nodes\": 1e400",
      "cluster.json:4:31: error: 1e400 is too large: numbers go up to 1.797e308"),
    cluster(
      "a duplicate key", "\"nodes\": 2", "\"nodes\": 2, \"nodes\": 3",
      "cluster.json:4:34: error: nodeGroups[0] has the key 'nodes' more than once, first at 4:22"),
    cluster(
      "a misspelt key", "\"nodes\": 2", "\"noeds\": 2",
      "cluster.json:4:22: error: nodeGroups[0] has no key 'noeds'; did you mean 'nodes'?"),
    cluster(
      "a missing key", "\"name\": \"pod\", ", "",
      "cluster.json:4:5: error: nodeGroups[0] needs the key 'name'"),
    cluster(
      "a wrong type", "\"nodes\": 2", "\"nodes\": \"two\"",
      "cluster.json:4:31: error: nodeGroups[0].nodes is \"two\", but must be a whole "
        + "number from 1 to 1048576"
    ),
    cluster(
      "zero nodes", "\"nodes\": 2", "\"nodes\": 0",
      "cluster.json:4:31: error: nodeGroups[0].nodes is 0, but must be from 1 to 1048576"),
    cluster(
      "a negative count", "\"nodes\": 2", "\"nodes\": -2",
      "cluster.json:4:31: error: nodeGroups[0].nodes is -2, but must be from 1 to 1048576"),
    cluster(
      "a fraction of a node", "\"nodes\": 2", "\"nodes\": 2.5",
      "cluster.json:4:31: error: nodeGroups[0].nodes is 2.5, but must be a whole "
        + "number from 1 to 1048576"
    ),
    cluster(
      "more nodes than can be counted", "\"nodes\": 2", "\"nodes\": 1e18",
      "cluster.json:4:31: error: nodeGroups[0].nodes is 1e18, but must be from 1 to 1048576"),
    cluster(
      "an unknown node", "DGX-H100", "DGX-H10",
      "cluster.json:4:42: error: nodeGroups[0].node is \"DGX-H10\", which names no "
        + "node of the catalogue; did you mean \"DGX-H100\"?"
    ),
    cluster(
      "an unknown accelerator", "\"node\": \"DGX-H100\"",
      "\"acceleratorsPerNode\": 8, \"accelerator\": \"H1000\", "
        + "\"scaleUp\": { \"kind\": \"pcie\", \"gigabytesPerSecond\": 32 }",
      "cluster.json:4:75: error: nodeGroups[0].accelerator is \"H1000\", which names "
        + "no accelerator of the catalogue; did you mean \"H100\"?"
    ),
    cluster(
      "an accelerator without memory", "\"node\": \"DGX-H100\"",
      "\"node\": \"DGX-H100\", \"accelerator\": { \"visibleMemoryGiB\": 0 }",
      "cluster.json:4:91: error: nodeGroups[0].accelerator.visibleMemoryGiB is 0, "
        + "but must be above 0 and at most 16384"
    ),
    cluster(
      "two groups of one name", "\"nodes\": 2,",
      "\"nodes\": 2, \"node\": \"DGX-H100\" }, { \"name\": \"pod\", \"nodes\": 2,",
      "cluster.json:4:66: error: nodeGroups[1].name is \"pod\", which is the name of "
        + "another node group already, at line 4"
    ),
    cluster(
      "a hostile name in a message", "DGX-H100", "a\\\"b\\n\\u001b[2J'$(x)'",
      "cluster.json:4:42: error: nodeGroups[0].node is "
        + "\"a\\\"b\\n\\u001b[2J'$(x)'\", which names no node of the catalogue"
    ),
    cluster(
      "an unknown fabric", "\"node\": \"DGX-H100\" }\n  ]",
      "\"node\": \"DGX-H100\", \"nics\": { \"fabric\": \"ib\" } }\n  ],\n"
        + "  \"fabrics\": [ { \"name\": \"ic\", \"kind\": \"infiniband\" } ]",
      "cluster.json:4:74: error: nodeGroups[0].nics.fabric is \"ib\", which names no "
        + "fabric; there is \"ic\""
    ),
    cluster(
      "two faults at once", "\"nodes\": 2, \"node\": \"DGX-H100\"",
      "\"nodes\": 0, \"node\": \"DGX-H100\", \"colour\": 1",
      "cluster.json:4:31: error: nodeGroups[0].nodes is 0, but must be from 1 to 1048576",
      "cluster.json:4:54: error: nodeGroups[0] has no key 'colour'; it may have "
        + "'name', 'node', 'names', 'nodes', 'acceleratorsPerNode', 'accelerator', "
        + "'scaleUp', 'deviceOrder', 'nics', 'hostMemoryGiB', 'hostMemoryGigabytesPerSecond' and "
        + "'pricePerNodeHour'"
    ),
    cluster(
      "measurements that are not there", "]\n}", measured, status: 66,
      "m.csv: error: cannot be opened: No such file or directory"),
    cluster(
      "a matrix of the wrong size", "]\n}", measured, beside: ["m.csv": ",pod-0\npod-0,0\n"],
      "m.csv:1:1: error: the matrix has 1 of the 2 nodes of the cluster; without a "
        + "column: \"pod-1\""
    ),
    cluster(
      "a bandwidth of zero", "]\n}", measured,
      beside: ["m.csv": ",pod-0,pod-1\npod-0,0,0\npod-1,40,0\n"],
      "m.csv:2:9: error: row \"pod-0\", column \"pod-1\" is 0, but must be above 0 "
        + "and at most 1000000"
    ),
    cluster(
      "a negative bandwidth", "]\n}", measured,
      beside: ["m.csv": ",pod-0,pod-1\npod-0,0,40\npod-1,-40,0\n"],
      "m.csv:3:7: error: row \"pod-1\", column \"pod-0\" is -40, but must be above 0 "
        + "and at most 1000000"
    ),
    cluster(
      "a bandwidth that is no number", "]\n}", measured,
      beside: ["m.csv": ",pod-0,pod-1\npod-0,0,fast\npod-1,40,0\n"],
      "m.csv:2:9: error: row \"pod-0\", column \"pod-1\" is \"fast\", but must be a "
        + "number above 0 and at most 1000000"
    ),
    cluster(
      "a node that is not in the cluster", "]\n}", measured,
      beside: ["m.csv": ",pod-0,pod-1,rack\npod-0,0,40,40\npod-1,40,0,40\nrack,40,40,0\n"],
      "m.csv:1:1: error: column \"rack\" names no node of the cluster"),
  ]

  private static let measured = """
    ],
      "measurements": { "nodeBandwidth": [ { "file": "m.csv", "unit": "gigabytesPerSecond" } ] }
    }
    """
}

import InputFiles

/// Files that tell nothing of a cluster: what they are, and what to give instead.
enum ForeignFile {
  /// Why a file is no text at all; nil for one that is.
  static func unreadable(_ text: TextFile) -> String? {
    if text.bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      return "is a zip archive, as PyTorch saves tensors in; only texts are imported"
    }
    if text.bytes.starts(with: [0x1F, 0x8B]) { return "is compressed by gzip; unpack it first" }
    return text.isText ? nil : "holds binary data, but must be a text"
  }

  /// Why a file of a kind that is known cannot tell of a cluster; nil for any other.
  static func reason(_ head: FileHead) -> String? {
    xmlReason(head) ?? jsonReason(head) ?? textReason(head)
  }

  /// What is said of a file of no known kind.
  static func unknown(_ head: FileHead) -> String {
    let isMarkdown = head.lines.contains { $0.text.hasPrefix("# ") || $0.text.hasPrefix("```") }
    if isMarkdown, head.has({ $0.hasPrefix("## ") }) {
      return "is a text in Markdown with no table or output that can be imported"
    }
    if head.isJSON {
      return "is JSON, but neither sinfo --json, scontrol show nodes --json nor kubectl get nodes "
        + "-o json"
    }
    if let element = head.element {
      return "is XML with the outermost element \(element.quoted), but must be a NCCL topology "
        + "('system') or of hwloc ('topology')"
    }
    return "is not recognised; if it is one of these, say so by its word before the file: "
      + SourceKind.allCases.map(\.rawValue).joined(separator: ", ")
  }

  // MARK: Kinds

  private static func xmlReason(_ head: FileHead) -> String? {
    switch head.element {
    case "graphs":
      "is a NCCL graph, the rings and trees that NCCL chose; what the node is made of stands in "
        + "the topology that NCCL_TOPO_DUMP_FILE writes"
    case "nvidia_smi_log":
      "is the output of nvidia-smi -q -x, which does not tell how accelerators are joined; give "
        + "that of nvidia-smi topo -m"
    default: nil
    }
  }

  private static func jsonReason(_ head: FileHead) -> String? {
    guard head.isJSON else { return nil }
    let keys: (String) -> Bool = { key in head.has { $0.contains("\"\(key)\"") } }
    if keys("nodeGroups") {
      return keys("formatVersion")
        ? "is a plan; 'plan show' describes plans" : "is a cluster file already"
    }
    if keys("top_indices") || keys("logical_count") || keys("topk_ids_of_layer") {
      return "records the routing of tokens to experts; 'plan import routing' reads it"
    }
    if keys("hidden_size") || keys("num_hidden_layers") {
      return "describes a model, and not a cluster"
    }
    return nil
  }

  private static func textReason(_ head: FileHead) -> String? {
    guard !head.isJSON, head.element == nil else { return nil }
    if let first = head.lines.first?.text, first.hasPrefix("#!") {
      return head.has { $0.hasPrefix("#SBATCH") }
        ? "is a job script for sbatch, which asks for nodes but does not describe them; 'plan import "
          + "launch' reads those that start Megatron-LM"
        : "is a script; 'plan import launch' reads those that start Megatron-LM"
    }
    if let kind = head.lines.first(where: { $0.text.hasPrefix("kind: ") })?.text.dropFirst(6) {
      let name = kind.filter { !$0.isWhitespace }
      if name == "CustomResourceDefinition" {
        return "defines a kind of Kubernetes resource (CustomResourceDefinition), and holds none; "
          + "give the output of kubectl get nodes -o json"
      }
      return "is a Kubernetes resource (\(name.onOneLine)) in YAML; give the output of kubectl get "
        + "nodes -o json"
    }
    if head.has({ $0.hasPrefix("# OSU MPI") }) {
      return "is the output of an OSU benchmark, which measures one pair of hosts that it does not "
        + "name; put the rates of all pairs into a CSV matrix with a header of host names"
    }
    return nil
  }
}

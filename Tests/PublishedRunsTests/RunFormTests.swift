import CostModel
import InputFiles
import PublishedRuns
import Quantities
import Testing

@Suite("Runs in our own form")
struct RunFormTests {
  @Test("A run is its inputs, its layout and what was seen")
  func whole() throws {
    let run = try #require(try MeasuredRuns.parse(RunText.whole).runs.first)
    #expect(run.cluster.deviceCount == 16)
    #expect(run.model.layers.count == 8)
    #expect(run.frame.microBatches == 8)
    #expect(run.frame.degrees.devices == 16)
    #expect(run.measured.step == Seconds(1.5))
    #expect(run.measured.peaks == [.init(stage: 0, bytes: .gibibytes(12.5), kind: .allocated)])
  }

  @Test("Writing a run gives the text that it was read from")
  func roundTrip() throws {
    let run = try #require(try MeasuredRuns.parse(RunText.whole).runs.first)
    let json = try #require(run.json)
    #expect(JSONText.compact(json) == RunText.whole)
  }

  @Test("A run whose optimiser is on the host says so, and is read as such")
  func hostState() throws {
    let text = RunText.whole.replacing(
      "\"precision\":\"bf16\"}", with: "\"precision\":\"bf16\",\"optimizerPlace\":\"host\"}")
    let run = try #require(try MeasuredRuns.parse(text).runs.first)
    #expect(run.workload.optimizerPlace == .host)
    #expect(try JSONText.compact(#require(run.json)) == text)
  }

  @Test("A run that offloads activations says so, and is read and priced as such")
  func offload() throws {
    let plain = try #require(try MeasuredRuns.parse(RunText.whole).runs.first)
    let stage = "{\"modules\":[],\"fullLayers\":0,\"offload\":[\"attention\"]}"
    let stages = Array(repeating: stage, count: plain.frame.degrees.pipeline)
    let text = RunText.whole.replacing(
      "\"precision\":\"bf16\"}", with: "\"precision\":\"bf16\",\"activationPlace\":\"host\"}"
    ).replacing(
      /"recompute":("[a-z]*"|\[[^\]]*\])/,
      with: "\"recompute\":[\(stages.joined(separator: ","))]")
    let run = try #require(try MeasuredRuns.parse(text).runs.first)
    #expect(try JSONText.compact(#require(run.json)) == text)
    let prediction = try run.prediction()
    #expect(prediction.memory.allSatisfy { $0.host > .zero })
    // What a stage offloads says where it lies.
    let unsaid = text.replacing(",\"activationPlace\":\"host\"", with: "")
    let inferred = try #require(try MeasuredRuns.parse(unsaid).runs.first).prediction()
    #expect(inferred.memory.map(\.host) == prediction.memory.map(\.host))
    // Any modules that all stages share have a price.
    let other = text.replacing("\"modules\":[]", with: "\"modules\":[\"normalisation\"]")
    _ = try #require(try MeasuredRuns.parse(other).runs.first).prediction()
  }

  @Test("A Hugging Face configuration serves as the model, a whole cluster file as the cluster")
  func otherInputs() throws {
    let model = """
      {"model_type":"llama","hidden_size":1024,"num_hidden_layers":8,"num_attention_heads":16,\
      "num_key_value_heads":8,"intermediate_size":4096,"vocab_size":32000,\
      "max_position_embeddings":4096,"rms_norm_eps":1e-5,"tie_word_embeddings":false}
      """
    let cluster = """
      {"name":"c","nodeGroups":[{"name":"a","node":"DGX-H100","nodes":2}]}
      """
    let start = try #require(RunText.whole.range(of: #""model":"#))
    let end = try #require(RunText.whole.range(of: #","workload""#))
    var text = RunText.whole
    text.replaceSubrange(start.upperBound..<end.lowerBound, with: model)
    text = text.replacingOccurrences(
      of: #"{"node":"DGX-H100","nodes":2,"fabric":"infiniband"}"#, with: cluster)
    let run = try #require(try MeasuredRuns.parse(text).runs.first)
    #expect(run.model.modelType == "llama")
    #expect(run.cluster.nodeCount == 2)
  }

  @Test(
    "What is wrong in a run is told with its place and its path",
    arguments: [
      (
        #""pipeline":2"#, #""pipelin":2"#,
        "1:414: error: parallelism has no key 'pipelin'; did you mean 'pipeline'?"
      ),
      (
        #""data":4"#, #""data":5"#,
        "1:393: error: parallelism makes 20 devices (tensor 2 × context 1 × data 5 × pipeline 2),"
          + " but the cluster has 16"
      ),
      (
        #""microBatchSize":2"#, #""microBatchSize":3"#,
        "1:462: error: parallelism.microBatchSize is 3, but with data 4 must divide the global"
          + " batch of 64 sequences"
      ),
      (
        #""pipeline":2"#, #""pipeline":1,"expert":3"#,
        "1:436: error: parallelism.expert × expertTensor is 3, but must divide the 8 devices of a"
          + " stage"
      ),
      (
        #""schedule":"1f1b""#, #""virtualStages":3,"schedule":"1f1b""#,
        "1:443: error: parallelism.virtualStages is 3, which does not suit the schedule 1f1b"
      ),
      (
        #""recompute":"none""#, #""recompute":"some""#,
        "1:523: error: parallelism.recompute is \"some\", but must be \"none\", \"full\" or an array"
          + " of modules or stages"
      ),
      (
        #""recompute":"none""#, #""recompute":"none","chunkLayers":[3,4]"#,
        "1:544: error: parallelism.chunkLayers has 7 layers in 2 chunks, but must have 8 in 2"
      ),
      (
        #""layers":8"#, #""layers":9"#,
        "1:393: error: parallelism needs the key 'chunkLayers', since 9 layers do not divide into 2"
          + " chunks"
      ),
      (
        #""stage":0"#, #""stage":2"#,
        "1:579: error: measured.peaks[0].stage is 2, but the last of the 2 stages is 1"
      ),
      (
        #""kind":"allocated""#, #""kind":"alocated""#,
        "1:605: error: measured.peaks[0].kind is \"alocated\", but must be one of \"allocated\","
          + " \"reserved\" or \"device\"; did you mean \"allocated\"?"
      ),
      (
        #""node":"DGX-H100""#, #""node":"DGX-H10""#,
        "1:76: error: cluster.node is \"DGX-H10\", which names no node of the catalogue; did you"
          + " mean \"DGX-H100\"?"
      ),
      (
        #""heads":16"#, #""heads":15"#,
        "1:233: error: model.architecture.attention.heads is 15, but must divide the hidden size"
          + " 1024 where headSize is absent"
      ),
      (
        #","measured":{"stepSeconds":1.5"#, #","measured":{"outcome":"ran","x":1.5"#,
        "1:559: error: measured has no key 'x'; it may have 'outcome', 'stepSeconds', 'isStepAssumed',"
          + " 'peaks' and 'staticGibibytes'"
      ),
      (
        #""citation":"a paper, table 1","#, "",
        "1:1: error: the document needs the key 'citation'"
      ),
    ])
  func faults(old: String, new: String, message: String) throws {
    let faults = try #require(throws: InputFaults.self) {
      try MeasuredRuns.parse(RunText.with(old, new))
    }
    #expect(faults.description == "runs.jsonl:" + message)
  }

  @Test("All faults of all lines are told at once, each with its line")
  func allAtOnce() throws {
    let text = [
      RunText.with(#""stack":"#, #""stak":"#), "{", "7", #"{"a":1}"#, RunText.whole, RunText.whole,
    ].joined(separator: "\n")
    let syntax = try #require(throws: InputFaults.self) { try MeasuredRuns.parse(text) }
    #expect(syntax.faults.map(\.position?.line) == [2])
    let lines = text.replacingOccurrences(of: "\n{\n", with: "\n\n")
    let faults = try #require(throws: InputFaults.self) { try MeasuredRuns.parse(lines) }
    #expect(
      faults.faults.map(\.description).map { $0.dropFirst("runs.jsonl:".count) } == [
        "1:350: error: the document has no key 'stak'; did you mean 'stack'?",
        "3:1: error: the document is 7, but must be an object",
        "4:1: error: the document is no measured run: it has neither 'parallelism' and 'measured',"
          + " nor 'hardware' and 'parallel', nor the 'rows' of SimuMax",
        "6:7: error: id is \"a\", which is the id of another run already, at line 5",
      ])
  }

  @Test("One run over several lines is read as one document")
  func severalLines() throws {
    let document = try JSONDocument.parse(RunText.whole, file: "run.json")
    let runs = try MeasuredRuns.parse(JSONText.pretty(document.root.value))
    #expect(runs.runs.count == 1)
  }
}

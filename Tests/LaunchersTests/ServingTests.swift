import LaunchPlan
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("Servers")
struct ServingTests {
  @Test("vLLM has replicas on every node, and experts over all ranks")
  func vLLM() throws {
    #expect(
      try LaunchTarget.vLLM.files(.experts)["vllm.sh"]
        == #"""
        #!/usr/bin/env bash
        # plan 0123456789abcdef: Qwen3-30B-A3B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x
        set -euo pipefail
        # The nodes in launch order.
        hosts=(
          a01 a02
        )
        node_rank=${PLAN_NODE_RANK-}
        if [[ -z $node_rank ]]; then
          name=${PLAN_NODE_NAME:-$(hostname)}
          for index in "${!hosts[@]}"; do
            if [[ ${hosts[index]} == "$name" || ${hosts[index]} == "${name%%.*}" ]]; then
              node_rank=$index
            fi
          done
          : "${node_rank:?is not known: $name is no node of the plan; set PLAN_NODE_RANK}"
        fi
        : "${MASTER_ADDR:=${hosts[0]}}"
        : "${MASTER_PORT:=29500}"
        : "${PLAN_MODEL:?is not set; it is the folder of the model or its name on the hub}"
        arguments=(
          --tensor-parallel-size 4 --data-parallel-size 4 --enable-expert-parallel
        )
        arguments+=(--data-parallel-size-local 2
          --data-parallel-start-rank "$((node_rank * 2))"
          --data-parallel-address "$MASTER_ADDR" --data-parallel-rpc-port "$MASTER_PORT")
        if ((node_rank > 0)); then
          arguments+=(--headless)
        fi
        exec "${PLAN_VLLM:-vllm}" serve "$PLAN_MODEL" "${arguments[@]}" "$@"

        """#)
  }

  @Test("SGLang has attention by replica, experts over all ranks, and the plan's placement")
  func sglang() throws {
    let files = try LaunchTarget.sglang.files(.experts)
    let row = "  [" + (0..<128).map(String.init).joined(separator: ",") + "]"
    let placement =
      "{\"physical_to_logical_map\": [\n"
      + Array(repeating: row, count: 48).joined(separator: ",\n") + "\n]}\n"
    #expect(files["expert-location.json"] == placement)
    #expect(
      files["sglang.sh"]
        == #"""
        #!/usr/bin/env bash
        # plan 0123456789abcdef: Qwen3-30B-A3B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x
        set -euo pipefail
        # The nodes in launch order.
        hosts=(
          a01 a02
        )
        node_rank=${PLAN_NODE_RANK-}
        if [[ -z $node_rank ]]; then
          name=${PLAN_NODE_NAME:-$(hostname)}
          for index in "${!hosts[@]}"; do
            if [[ ${hosts[index]} == "$name" || ${hosts[index]} == "${name%%.*}" ]]; then
              node_rank=$index
            fi
          done
          : "${node_rank:?is not known: $name is no node of the plan; set PLAN_NODE_RANK}"
        fi
        : "${MASTER_ADDR:=${hosts[0]}}"
        : "${MASTER_PORT:=29500}"
        : "${PLAN_MODEL:?is not set; it is the folder of the model or its name on the hub}"
        arguments=(
          --tp-size 16 --dp-size 4 --enable-dp-attention --ep-size 16
        )
        arguments+=(--nnodes 2 --node-rank "$node_rank"
          --dist-init-addr "$MASTER_ADDR:$MASTER_PORT")
        IFS= read -r -d '' experts <<'PLAN_EXPERTS' || true
        <placement>
        PLAN_EXPERTS
        placement=$(mktemp --suffix=.json)
        trap 'rm -f "$placement"' EXIT
        printf '%s' "$experts" > "$placement"
        arguments+=(--init-expert-location "$placement")
        "${PLAN_PYTHON:-python}" -m sglang.launch_server --model-path "$PLAN_MODEL" \
          "${arguments[@]}" "$@"

        """#.replacing("<placement>\n", with: placement))
  }

  @Test("a replica over two nodes has a pipeline of uneven stages in both")
  func pipeline() throws {
    var sample = SampleLaunch()
    sample.degrees = ParallelismDegrees(tensor: 8, pipeline: 2)
    let vLLM = try #require(try LaunchTarget.vLLM.files(sample)["vllm.sh"])
    #expect(vLLM.contains("export VLLM_PP_LAYER_PARTITION=15,17\n"))
    #expect(vLLM.contains("--tensor-parallel-size 8 --pipeline-parallel-size 2\n"))
    #expect(vLLM.contains("arguments+=(--nnodes 2 --node-rank \"$node_rank\"\n"))
    let sglang = try #require(try LaunchTarget.sglang.files(sample)["sglang.sh"])
    #expect(sglang.contains("export SGLANG_PP_LAYER_PARTITION=15,17\n"))
    #expect(sglang.contains("--tp-size 8 --pp-size 2\n"))
  }

  @Test("what has no meaning for a server is said")
  func warnings() throws {
    var sample = SampleLaunch.experts
    sample.recompute = [Recompute(fullLayers: 48)]
    #expect(
      try LaunchTarget.sglang.emit(sample.launch()).warnings == [
        "the plan was made for training: its times and its memory say nothing about serving",
        "the sharding of the plan (ZeRO-3) means nothing to a server: every replica holds its weights "
          + "whole",
        "what the plan recomputes means nothing to a server",
      ])
  }

  @Test("what a server cannot run is an error, all at once")
  func faults() throws {
    var sample = SampleLaunch.experts
    sample.degrees = ParallelismDegrees(tensor: 2, context: 2, expert: 4, data: 2, pipeline: 2)
    sample.contextMethod = .ring
    sample.schedule = .interleaved(virtualStages: 2)
    sample.layers = [12, 12, 12, 12]
    #expect(
      try LaunchTarget.vLLM.faults(sample) == [
        "a server cuts no sequences for training's sake; the plan has 2 context ways",
        "a server's stage holds one run of layers, and the plan's hold 2",
        "it numbers ranks by tensor, pipeline, data, and the plan has data before pipeline",
      ])
    sample.degrees.expert = 2
    #expect(
      try LaunchTarget.sglang.faults(sample) == [
        "a server cuts no sequences for training's sake; the plan has 2 context ways",
        "a server's stage holds one run of layers, and the plan's hold 2",
        "it holds each expert once in a stage of 4 ranks; the plan holds them 4 times (expert 2, "
          + "expert-tensor 1)",
      ])
    #expect(
      try LaunchTarget.sglang.faults(.flat) == [
        "its replicas of a dense model share one node; start a server for each"
      ])
  }
}

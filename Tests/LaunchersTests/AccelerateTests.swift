import LaunchPlan
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("Accelerate")
struct AccelerateTests {
  private static var sample: SampleLaunch {
    var sample = SampleLaunch()
    sample.degrees = ParallelismDegrees(context: 2, data: 8)
    sample.layers = [32]
    sample.contextMethod = .allGather
    sample.deviceOrder = [7, 6, 5, 4, 3, 2, 1, 0]
    sample.recompute = [Recompute(fullLayers: 32)]
    return sample
  }

  @Test("the configuration is fully sharded data parallelism with its degrees")
  func configuration() throws {
    let files = try LaunchTarget.accelerate.files(Self.sample)
    #expect(
      files["accelerate.yaml"]
        == #"""
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x
        compute_environment: LOCAL_MACHINE
        distributed_type: FSDP
        mixed_precision: bf16
        num_machines: 2
        num_processes: 16
        rdzv_backend: static
        fsdp_config:
          fsdp_version: 2
          fsdp_reshard_after_forward: true
          fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP
          fsdp_activation_checkpointing: true
          fsdp_state_dict_type: SHARDED_STATE_DICT
        parallelism_config:
          parallelism_config_dp_replicate_size: 1
          parallelism_config_dp_shard_size: 8
          parallelism_config_tp_size: 1
          parallelism_config_cp_size: 2
          parallelism_config_cp_comm_strategy: allgather

        """#)
  }

  @Test("the script starts the ranks of its node, which check the world that Accelerate made")
  func script() throws {
    let files = try LaunchTarget.accelerate.files(Self.sample)
    let configuration = try #require(files["accelerate.yaml"])
    #expect(
      files["accelerate.sh"]
        == #"""
        #!/usr/bin/env bash
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
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
        export CUDA_VISIBLE_DEVICES=7,6,5,4,3,2,1,0
        if [[ -z ${PLAN_PROGRAM-} ]]; then
          : "${ACCELERATE_SCRIPT:?is not set; it is your training script, which makes an Accelerator}"
        fi
        IFS= read -r -d '' configuration <<'PLAN_CONFIGURATION' || true
        <configuration>
        PLAN_CONFIGURATION
        file=$(mktemp)
        printf '%s' "$configuration" > "$file"
        exec 9< "$file"
        rm "$file"
        IFS= read -r -d '' program <<'PLAN_PROGRAM' || true
        #!/usr/bin/env bash
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x
        set -euo pipefail
        : "${RANK:?is not set; this script runs once a rank, started by a launcher}"
        : "${WORLD_SIZE:?is not set}" "${LOCAL_RANK:?is not set}"
        : "${MASTER_ADDR:?is not set}" "${MASTER_PORT:?is not set}"
        if [[ $WORLD_SIZE != 16 ]]; then
          echo "plan: the plan has 16 ranks, but WORLD_SIZE is $WORLD_SIZE" >&2
          exit 64
        fi
        if [[ -n ${PLAN_ENVIRONMENT-} ]]; then
          set -a
          # shellcheck source=/dev/null
          source "$PLAN_ENVIRONMENT"
          set +a
        fi
        if [[ -n ${PLAN_PROGRAM-} ]]; then
          exec "$PLAN_PROGRAM" "$@"
        fi
        exec python -u "$ACCELERATE_SCRIPT" "$@"
        PLAN_PROGRAM
        # For the script: its Accelerator reads the first, its data loader takes the second.
        export ACCELERATE_GRADIENT_ACCUMULATION_STEPS=8
        export PLAN_MICRO_BATCH_SIZE=1
        exec "${PLAN_ACCELERATE:-accelerate}" launch --config_file /dev/fd/9 \
          --machine_rank "$node_rank" --main_process_ip "$MASTER_ADDR" \
          --main_process_port "$MASTER_PORT" --no_python bash -c "$program" accelerate "$@"

        """#.replacing("<configuration>\n", with: configuration))
  }

  @Test("unsharded data parallelism alone has no degrees")
  func unsharded() throws {
    var sample = Self.sample
    sample.degrees = ParallelismDegrees(data: 16)
    sample.contextMethod = nil
    sample.sharding = .none
    let text = try #require(try LaunchTarget.accelerate.files(sample)["accelerate.yaml"])
    #expect(text.contains("distributed_type: MULTI_GPU\n"))
    #expect(!text.contains("parallelism_config"))
  }

  @Test("a plan for another stack is said to be one")
  func stack() throws {
    var sample = Self.sample
    sample.stack = "megatron-core"
    sample.version = "0.16"
    #expect(
      try LaunchTarget.accelerate.emit(sample.launch()).warnings == [
        "the plan was priced for megatron-core@0.16, and Accelerate runs PyTorch's own sharding; "
          + "--stack torchtitan is the nearest",
        "ACCELERATE_SCRIPT makes micro-batches of 1 sequences of 8192 tokens",
      ])
  }

  @Test("what Accelerate cannot express is an error, all at once")
  func faults() throws {
    var sample = SampleLaunch.experts
    sample.degrees = ParallelismDegrees(tensor: 2, context: 2, expert: 4, data: 2, pipeline: 2)
    sample.contextMethod = .allToAll
    sample.layers = [24, 24]
    sample.sharding = .optimizer
    sample.precision = .fp8
    sample.recompute = [Recompute(fullLayers: 9), Recompute(modules: [.feedForward])]
    sample.rankOrder = [.context, .tensor, .data, .pipeline]
    #expect(
      try LaunchTarget.accelerate.faults(sample) == [
        "it has no pipeline for training, and the plan has 2 stages",
        "it has no expert parallelism, and the plan has 4 ways",
        "its tensor parallelism is without sequence parallelism",
        "its context parallelism with sharding exchanges keys and values, never heads",
        "it numbers ranks by tensor, context, data, not by context, tensor, data",
        "it shards weights and gradients too, not the optimiser's state alone",
        "the precision fp8 needs a backend of which the plan knows nothing",
        "it recomputes every layer or none, and the plan something between",
      ])
  }
}

import CostModel
import InputFiles
import LaunchPlan
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("torchtitan")
struct TorchtitanTests {
  private static var pipeline: SampleLaunch {
    var sample = SampleLaunch()
    sample.recompute = [Recompute(fullLayers: 15), Recompute(modules: [.alternateProducts])]
    return sample
  }

  @Test("a plan of two uneven stages is a flavor, degrees, modules of each part and a schedule")
  func configuration() throws {
    let files = try LaunchTarget.torchtitan.files(Self.pipeline)
    #expect(
      files["torchtitan.toml"]
        == #"""
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x

        [model]
        name = "llama3"
        flavor = "8B"

        [training]
        seq_len = 8192
        local_batch_size = 8
        global_batch_size = 16
        mixed_precision_param = "bfloat16"

        [parallelism]
        data_parallel_replicate_degree = 1
        data_parallel_shard_degree = 2
        fsdp_reshard_after_forward = "always"
        tensor_parallel_degree = 4
        pipeline_parallel_degree = 2
        pipeline_parallel_schedule = "1F1B"
        pipeline_parallel_microbatch_size = 1
        module_fqns_per_model_part = [
          ["tok_embeddings","layers.0","layers.1","layers.2","layers.3","layers.4","layers.5","layers.6","layers.7","layers.8","layers.9","layers.10","layers.11","layers.12","layers.13","layers.14"],
          ["layers.15","layers.16","layers.17","layers.18","layers.19","layers.20","layers.21","layers.22","layers.23","layers.24","layers.25","layers.26","layers.27","layers.28","layers.29","layers.30","layers.31","norm","output"],
        ]

        [compile]
        enable = true

        """#)
  }

  @Test("replicas in groups that each hold the weights are hybrid sharding, and come back so")
  func groups() throws {
    var sample = SampleLaunch()
    sample.degrees = ParallelismDegrees(tensor: 2, data: 8, pipeline: 1)
    sample.layers = [32]
    sample.stateReplicas = 2
    let files = try LaunchTarget.torchtitan.files(sample)
    let configuration = try #require(files["torchtitan.toml"])
    #expect(
      configuration.contains(
        "data_parallel_replicate_degree = 2\ndata_parallel_shard_degree = 4\n"))
    let launch = try ImportedLaunch.read(configuration, file: "torchtitan.toml")
    #expect(launch.stateReplicas == 2)
    #expect(launch.sharding == .parameters)

    func layout(_ groups: Int) throws(InputFaults) -> Frame {
      var launch = launch
      launch.stateReplicas = groups
      let degrees = ParallelismDegrees(tensor: 2, data: 8, pipeline: 1)
      return try launch.layout(degrees, batch: 64, layers: 32, file: "torchtitan.toml").frame
    }
    #expect(try layout(2).stateReplicas == 2)
    // Groups of one replica are plain data parallelism.
    #expect(try layout(8).sharding == .none)
    #expect(try layout(8).stateReplicas == 1)
    let faults = #expect(throws: InputFaults.self) { try layout(3) }
    #expect(
      faults?.description.contains(
        "3 groups that each hold the sharded state: they must divide the 8 replicas") == true)
  }

  @Test("stages that recompute differently read options of their own")
  func script() throws {
    let files = try LaunchTarget.torchtitan.files(Self.pipeline)
    let configuration = try #require(files["torchtitan.toml"])
    #expect(
      files["torchtitan.sh"]
        == #"""
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
        IFS= read -r -d '' configuration <<'PLAN_CONFIGURATION' || true
        <configuration>
        PLAN_CONFIGURATION
        file=$(mktemp)
        printf '%s' "$configuration" > "$file"
        exec 9< "$file"
        rm "$file"
        arguments=(--job.config_file /dev/fd/9)
        # Every process reads its own arguments, and what a rank recomputes concerns no other.
        case $((RANK / 8 % 2)) in
          0) arguments+=(--activation_checkpoint.mode full) ;;
          1) arguments+=(--activation_checkpoint.mode selective --activation_checkpoint.selective_ac_option op) ;;
        esac
        if (($# == 0)); then
          echo "plan: no data was given, so that some steps are trained on test data of torchtitan" >&2
          set -- --training.dataset c4_test --training.steps "${PLAN_STEPS:-20}" \
            --lr_scheduler.warmup_steps 2 --metrics.log_freq 1
        fi
        if [[ -n ${PLAN_ENVIRONMENT-} ]]; then
          set -a
          # shellcheck source=/dev/null
          source "$PLAN_ENVIRONMENT"
          set +a
        fi
        if [[ -n ${PLAN_PROGRAM-} ]]; then
          exec "$PLAN_PROGRAM" "${arguments[@]}" "$@"
        fi
        exec python -m torchtitan.train "${arguments[@]}" "$@"

        """#.replacing("<configuration>\n", with: configuration))
  }

  @Test("the parts of an interleaved schedule go through the stages round by round")
  func interleaved() throws {
    var sample = SampleLaunch()
    sample.schedule = .interleaved(virtualStages: 2)
    sample.layers = [1, 2, 3, 26]
    let text = try #require(try LaunchTarget.torchtitan.files(sample)["torchtitan.toml"])
    #expect(text.contains(#"pipeline_parallel_schedule = "Interleaved1F1B""#))
    #expect(
      text.contains(
        #"""
        module_fqns_per_model_part = [
          ["tok_embeddings","layers.0"],
          ["layers.1","layers.2"],
          ["layers.3","layers.4","layers.5"],
        """#))
  }

  @Test("experts over all ranks of a stage are an expert degree")
  func experts() throws {
    let text = try #require(try LaunchTarget.torchtitan.files(.experts)["torchtitan.toml"])
    #expect(text.contains("[model]\nname = \"qwen3\"\nflavor = \"30B-A3B\"\n"))
    #expect(text.contains("expert_parallel_degree = 16\nexpert_tensor_parallel_degree = 1\n"))
  }

  @Test(
    "n of a stage's layers are recomputed where every k-th is n of them",
    arguments: [(16, "2"), (10, "3"), (6, "5"), (2, "11")])
  func everyKth(layers: Int, option: String) throws {
    var sample = SampleLaunch.flat
    sample.recompute = [Recompute(fullLayers: layers)]
    let text = try #require(try LaunchTarget.torchtitan.files(sample)["torchtitan.toml"])
    #expect(text.contains("mode = \"selective\"\nselective_ac_option = \"\(option)\"\n"))
  }

  @Test("what torchtitan cannot express is an error, all at once")
  func faults() throws {
    var sample = SampleLaunch()
    sample.degrees = ParallelismDegrees(tensor: 2, context: 2, data: 2, pipeline: 2)
    sample.contextMethod = .allToAll
    sample.sharding = .optimizer
    sample.schedule = .zeroBubbleH1
    sample.rankOrder = [.tensor, .context, .pipeline, .data]
    sample.recompute = [Recompute(fullLayers: 9), Recompute(modules: [.feedForward])]
    sample.precision = .fp16
    sample.model = sample.model.replacing("14336", with: "14337")
    #expect(
      try LaunchTarget.torchtitan.faults(sample) == [
        "none of its models has the sizes of \"model\"; there are llama3 8B, 70B, 405B; qwen3 0.6B, "
          + "1.7B, 4B, 8B, 14B, 32B, 30B-A3B, 235B-A22B; deepseek_v3 16B, 236B, 671B",
        "the precision fp16 has no option for training",
        "it numbers ranks by tensor, context, data, pipeline, not by tensor, context, pipeline, data",
        "it shards weights and gradients too, not the optimiser's state alone",
        "its context parallelism exchanges keys and values, never heads",
        "the schedule zb-h1 does not exist there; it runs gpipe, 1f1b, interleaved, zb-v and dualpipe-v",
        "stage 0 recomputes 9 of 15 layers in a chunk, but it recomputes none, all, or every k-th",
        "stage 1 recomputes feedForward, but it recomputes whole layers, or all but every second "
          + "matrix product",
      ])
  }

  @Test("tensor parallelism alone would compute in single precision, which is an error")
  func singlePrecision() throws {
    var sample = SampleLaunch.flat
    sample.degrees = ParallelismDegrees(tensor: 8)
    #expect(
      try LaunchTarget.torchtitan.faults(sample) == [
        "tensor and pipeline parallelism without sharded data parallelism or context parallelism "
          + "compute in single precision there, not in bf16"
      ])
  }

  @Test("every flavor has as many layers as its published model")
  func flavors() {
    let layers = TorchtitanFlavor.all.map { "\($0.model) \($0.name): \($0.networks.count)" }
    #expect(
      layers == [
        "llama3 8B: 32", "llama3 70B: 80", "llama3 405B: 126", "qwen3 0.6B: 28", "qwen3 1.7B: 28",
        "qwen3 4B: 36", "qwen3 8B: 36", "qwen3 14B: 40", "qwen3 32B: 64", "qwen3 30B-A3B: 48",
        "qwen3 235B-A22B: 94", "deepseek_v3 16B: 27", "deepseek_v3 236B: 60",
        "deepseek_v3 671B: 61",
      ])
  }
}

import LaunchPlan
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("DeepSpeed")
struct DeepSpeedTests {
  private static var pipeline: SampleLaunch {
    var sample = SampleLaunch()
    sample.stack = "deepspeed"
    sample.version = "0.19"
    sample.sharding = .optimizer
    sample.layers = [16, 16]
    sample.recompute = [Recompute(fullLayers: 16), .none]
    return sample
  }

  @Test("the configuration says the batch, the sharding and the pipeline")
  func configuration() throws {
    let files = try LaunchTarget.deepSpeed.files(Self.pipeline)
    #expect(
      files["deepspeed.json"]
        == #"""
        {
          "plan": [
            "plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, deepspeed@0.19",
            "made by: plan emit plan.json --target x"
          ],
          "train_batch_size": 16,
          "train_micro_batch_size_per_gpu": 1,
          "gradient_accumulation_steps": 8,
          "bf16": { "enabled": true },
          "zero_optimization": {
            "stage": 1,
            "overlap_comm": true,
            "contiguous_gradients": true,
            "reduce_scatter": true
          },
          "optimizer": {
            "type": "AdamW",
            "params": {
              "lr": 0.0001,
              "betas": [0.9, 0.95],
              "eps": 1e-08,
              "weight_decay": 0.1
            }
          },
          "pipeline": { "stages": 2, "activation_checkpoint_interval": 1 },
          "wall_clock_breakdown": false
        }

        """#)
  }

  @Test("the script runs the user's own with the configuration of the rank's stage")
  func script() throws {
    let files = try LaunchTarget.deepSpeed.files(Self.pipeline)
    let recomputing = try #require(files["deepspeed.json"])
    let keeping = recomputing.replacing(
      #""activation_checkpoint_interval": 1"#, with: #""activation_checkpoint_interval": 0"#)
    #expect(
      files["deepspeed.sh"]
        == #"""
        #!/usr/bin/env bash
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, deepspeed@0.19
        # made by: plan emit plan.json --target x
        set -euo pipefail
        : "${RANK:?is not set; this script runs once a rank, started by a launcher}"
        : "${WORLD_SIZE:?is not set}" "${LOCAL_RANK:?is not set}"
        : "${MASTER_ADDR:?is not set}" "${MASTER_PORT:?is not set}"
        if [[ $WORLD_SIZE != 16 ]]; then
          echo "plan: the plan has 16 ranks, but WORLD_SIZE is $WORLD_SIZE" >&2
          exit 64
        fi
        if [[ -z ${PLAN_PROGRAM-} ]]; then
          : "${DEEPSPEED_SCRIPT:?is not set; it is your training script, which takes --deepspeed_config}"
        fi
        IFS= read -r -d '' configuration <<'PLAN_CONFIGURATION' || true
        <recomputing>
        PLAN_CONFIGURATION
        IFS= read -r -d '' other <<'PLAN_OTHER' || true
        <keeping>
        PLAN_OTHER
        # Stages differ in what they recompute, which concerns no other rank.
        case $((RANK / 8 % 2)) in
          1) configuration=$other ;;
        esac
        file=$(mktemp)
        printf '%s' "$configuration" > "$file"
        exec 9< "$file"
        rm "$file"
        # For the script: what it builds the model by.
        export PLAN_TENSOR=4 PLAN_CONTEXT=1 \
          PLAN_EXPERT=1 PLAN_PIPELINE=2 \
          PLAN_STAGE_LAYERS=16,16
        arguments=(--deepspeed --deepspeed_config /dev/fd/9)
        if [[ -n ${PLAN_ENVIRONMENT-} ]]; then
          set -a
          # shellcheck source=/dev/null
          source "$PLAN_ENVIRONMENT"
          set +a
        fi
        if [[ -n ${PLAN_PROGRAM-} ]]; then
          exec "$PLAN_PROGRAM" "${arguments[@]}" "$@"
        fi
        exec python -u "$DEEPSPEED_SCRIPT" "${arguments[@]}" "$@"

        """#.replacing("<recomputing>\n", with: recomputing)
        .replacing("<keeping>\n", with: keeping))
  }

  @Test("what the user's script must do is said")
  func warnings() throws {
    let warnings = try LaunchTarget.deepSpeed.emit(Self.pipeline.launch()).warnings
    #expect(
      warnings == [
        "the learning rate in deepspeed.json is a placeholder of 0.0001; your script or another "
          + "file sets yours",
        "DEEPSPEED_SCRIPT cuts the model over 4 tensor ranks by its own code and tells DeepSpeed the "
          + "groups (mpu)",
        "DEEPSPEED_SCRIPT makes a PipelineModule of 2 stages that holds 16 and 16 layers "
          + "(partition_method='type:…' of the layer's class)",
      ])
  }

  @Test("sequences are cut by exchanging heads")
  func sequences() throws {
    var sample = SampleLaunch.flat
    sample.stack = "deepspeed"
    sample.degrees = ParallelismDegrees(context: 8, data: 2)
    sample.contextMethod = .allToAll
    let text = try #require(try LaunchTarget.deepSpeed.files(sample)["deepspeed.json"])
    #expect(text.contains("  \"sequence_parallel_size\": 8,\n"))
    #expect(text.contains("  \"train_batch_size\": 16,\n"))
  }

  @Test("what DeepSpeed cannot run is an error, all at once")
  func faults() throws {
    var sample = SampleLaunch()
    sample.stack = "deepspeed"
    sample.degrees = ParallelismDegrees(tensor: 2, context: 2, data: 2, pipeline: 2)
    sample.contextMethod = .ring
    sample.schedule = .gpipe
    sample.rankOrder = [.tensor, .context, .pipeline, .data]
    sample.recompute = [Recompute(fullLayers: 9), Recompute(modules: [.feedForward])]
    sample.precision = .fp8
    #expect(
      try LaunchTarget.deepSpeed.faults(sample) == [
        "it numbers ranks by tensor, context, data, pipeline, not by tensor, context, pipeline, data",
        "the precision fp8 has no key in its configuration",
        "its sequence parallelism exchanges heads, and has no other context method",
        "its sequence parallelism does not go with its pipeline",
        "its pipeline runs 1f1b only, not gpipe",
        "its pipeline goes with ZeRO-1, not with ZeRO-3",
        "its pipeline splits layers evenly or by their parameters, not into 15 and 17",
        "stage 0 recomputes 9 of 15 layers, but it recomputes all or none",
        "stage 1 recomputes feedForward, but it recomputes whole layers only",
      ])
  }

  @Test("experts are shared out over data ranks")
  func experts() throws {
    #expect(
      try LaunchTarget.deepSpeed.faults(.experts) == [
        "it shares experts out over data ranks, each cut like all else: expert-tensor must be the "
          + "tensor degree, 4",
        "its expert degree must divide the data degree, but 16 does not divide 4",
        "its expert parallelism does not go with ZeRO-3",
      ])
  }
}

import Foundation
import LaunchPlan
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("Megatron-Bridge")
struct MegatronBridgeTests {
  private static var sample: SampleLaunch {
    var sample = SampleLaunch()
    sample.stack = "megatron-core"
    sample.version = "0.16"
    sample.sharding = .optimizer
    sample.schedule = .interleaved(virtualStages: 2)
    sample.layers = [7, 9, 9, 7]
    sample.recompute = [
      Recompute(fullLayers: 9), Recompute(modules: [.feedForward, .normalisation]),
    ]
    return sample
  }

  @Test("a plan is a program that builds its configuration from sizes and trains")
  func recipe() throws {
    #expect(
      try LaunchTarget.megatronBridge.files(Self.sample)["megatron_bridge.py"]
        == #"""
        #!/usr/bin/env python3
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, megatron-core@0.16
        # made by: plan emit plan.json --target x
        # Started once a rank, with RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT. Arguments
        # override the configuration: train.train_iters=100
        import os
        import sys


        def configuration(stage):
            import torch
            from megatron.bridge.models.gpt_provider import GPTModelProvider
            from megatron.bridge.recipes.common import _pretrain_common
            from megatron.bridge.training.comm_overlap import CommOverlapConfig

            cfg = _pretrain_common()
            cfg.model = GPTModelProvider(
                num_layers=32,
                hidden_size=4096,
                num_attention_heads=32,
                num_query_groups=8,
                kv_channels=128,
                ffn_hidden_size=14336,
                gated_linear_unit=True,
                activation_func="silu",
                add_bias_linear=False,
                seq_length=8192,
                position_embedding_type="rope",
                normalization="RMSNorm",
                share_embeddings_and_output_weights=False,
                attention_dropout=0.0,
                hidden_dropout=0.0,
                tensor_model_parallel_size=4,
                sequence_parallel=True,
                pipeline_model_parallel_size=2,
                pipeline_model_parallel_layout="Et*7|t*9|t*9|t*7L",
                vocab_size=128256,
                should_pad_vocab=True,
                pipeline_dtype=torch.bfloat16,
                virtual_pipeline_model_parallel_size=2,
            )
            cfg.tokenizer.tokenizer_type = "NullTokenizer"
            cfg.tokenizer.vocab_size = 128256
            cfg.dataset.seq_length = 8192
            cfg.mixed_precision = "bf16_mixed"
            cfg.ddp.use_distributed_optimizer = False
            cfg.ddp.overlap_grad_reduce = False
            cfg.ddp.overlap_param_gather = False
            cfg.optimizer.use_distributed_optimizer = False
            cfg.train.micro_batch_size = 1
            cfg.train.global_batch_size = 16
            cfg.ddp.use_distributed_optimizer = True
            cfg.optimizer.use_distributed_optimizer = True
            cfg.ddp.overlap_grad_reduce = True
            cfg.ddp.overlap_param_gather = True
            cfg.env_vars["CUDA_DEVICE_MAX_CONNECTIONS"] = "1"
            cfg.comm_overlap = CommOverlapConfig(
                tp_comm_overlap=False,
                overlap_p2p_comm=True,
                batch_p2p_comm=False,
                overlap_grad_reduce=cfg.ddp.overlap_grad_reduce,
                overlap_param_gather=cfg.ddp.overlap_param_gather,
            )
            # What a rank recomputes or offloads concerns no other.
            recompute = {
                0: {"recompute_granularity": "full", "recompute_method": "uniform", "recompute_num_layers": 1},
                1: {"recompute_granularity": "selective", "recompute_modules": ["mlp", "layernorm"]},
            }
            for name, value in recompute.get(stage, {}).items():
                setattr(cfg.model, name, value)
            return cfg


        def main():
            ranks = int(os.environ["WORLD_SIZE"])
            if ranks != 16:
                sys.exit(f"plan: the plan has 16 ranks, but WORLD_SIZE is {ranks}")
            stage = int(os.environ["RANK"]) // 8 % 2
            cfg = configuration(stage)
            if sys.argv[1:]:
                from megatron.bridge.training.utils.omegaconf_utils import process_config_with_overrides

                cfg = process_config_with_overrides(cfg, cli_overrides=sys.argv[1:])
            else:
                print("plan: no data was given, so that some steps are trained on mock data")
                cfg.train.train_iters = int(os.environ.get("PLAN_STEPS", "20"))
                cfg.logger.log_interval = 1
                cfg.scheduler.lr_warmup_iters = 2

            from megatron.bridge.training.gpt_step import forward_step
            from megatron.bridge.training.pretrain import pretrain

            pretrain(config=cfg, forward_step_func=forward_step)


        if __name__ == "__main__":
            main()

        """#)
  }

  @Test("experts and fully sharded data parallelism are fields")
  func experts() throws {
    let text = try #require(
      try LaunchTarget.megatronBridge.files(.experts)["megatron_bridge.py"])
    for line in [
      "        num_moe_experts=128,\n", "        expert_model_parallel_size=16,\n",
      "        expert_tensor_parallel_size=1,\n", "    cfg.ddp.use_megatron_fsdp = True\n",
      "    cfg.ddp.data_parallel_sharding_strategy = \"optim_grads_params\"\n",
      "    cfg.checkpoint.ckpt_format = \"fsdp_dtensor\"\n",
    ] {
      #expect(text.contains(line))
    }
  }

  @Test("Python compiles the program, whatever names are in it", arguments: [false, true])
  func compiles(isHostile: Bool) throws {
    let sample = isHostile ? SampleLaunch.hostile : Self.sample
    let text = try #require(
      try LaunchTarget.megatronBridge.files(sample)["megatron_bridge.py"])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c", "import ast, sys; ast.parse(sys.stdin.read(), 'megatron_bridge.py')",
    ]
    let input = Pipe()
    process.standardInput = input
    try process.run()
    input.fileHandleForWriting.write(Data(text.utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    // 127: there is no Python here.
    #expect([0, 127].contains(process.terminationStatus))
  }

  @Test("every option of Megatron-LM that a plan can have has a field")
  func fields() throws {
    for sample in [SampleLaunch(), .flat, .experts, Self.sample] {
      #expect(try LaunchTarget.megatronBridge.faults(sample) == [])
    }
    #expect(BridgeField.of("--no-such-option") == nil)
  }

  @Test("what Megatron-Core cannot run is an error")
  func faults() throws {
    var sample = Self.sample
    sample.schedule = .gpipe
    sample.layers = [15, 17]
    sample.precision = .fp32
    sample.recompute = []
    #expect(
      try LaunchTarget.megatronBridge.faults(sample) == [
        "the schedule gpipe does not exist there; it runs 1f1b and interleaved",
        "its recipes train in sixteen bits or fewer",
      ])
  }
}

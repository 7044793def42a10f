import Testing

@testable import PublishedRuns

@Suite("Recorded stacks")
struct RecordedStackTests {
  @Test(
    "A framework's words and the generation of the GPU tell the stack",
    arguments: [
      ("Megatron-DeepSpeed", "A100-80GB", "megatron-deepspeed@2022"),
      ("Megatron-DeepSpeed (BigScience)", "A100-80GB", "megatron-deepspeed@bigscience"),
      ("Megatron-DeepSpeed (Sailor)", "GH-96 x4 nodes", "megatron-deepspeed@2024"),
      ("DeepSpeed 3D (Megatron-LM 1.1.5)", "T4-16GB", "megatron-deepspeed@1.1.5"),
      ("Megatron-LM 2.5 (SC21)", "A100-80GB", "megatron-lm@2"),
      ("Megatron-LM (2021-05)", "V100-32GB", "megatron-lm@2"),
      ("Megatron-LM examples/llama", "H100-80GB", "megatron-core@0.16"),
      ("Megatron-LM CI", "A100-80GB", "megatron-ci@0.16"),
      ("Megatron-Core", "H100-80GB", "megatron-core@0.16"),
      ("DeepSpeed ZeRO-3", "A100-80GB", "deepspeed-zero3@2021"),
      ("Megatron-Bridge", "H100-80GB", "megatron-core@0.16"),
      ("Megatron-Bridge 25.09 NeMo Container", "B200-180GB", "megatron-bridge@25"),
      ("Megatron-Bridge 26.04.01 NeMo Container", "B200-180GB", "megatron-bridge@26"),
      ("Megatron-Bridge 26.06 NeMo Container", "B200-180GB", "megatron-bridge@26.06"),
      ("NeMo 24.07", "H100-80GB", "nemo@24"),
      ("NeMo (Launcher) 24.0x", "H100-80GB", "nemo@24"),
      ("NeMo AutoModel", "H100-80GB", "nemo-automodel@25"),
      ("NVIDIA NeMo Framework Release 24.09", "H100-80GB", "mlperf-nvidia@4"),
      ("PyTorch NVIDIA Release 23.09", "H100-80GB", "mlperf-nvidia@4"),
      ("PyTorch", "MI325X-256GB", "mlperf-amd@5"),
      ("ROCm 6.4.0-47", "MI300X-192GB", "mlperf-amd@5"),
      ("llm-foundry/Composer FSDP", "A100-40GB", "llm-foundry@0.3"),
      ("InternEvo v0.2.1dev20231121", "A800-80GB", "internevo@0.2"),
      ("nanotron", "H100-80GB", "nanotron@0.4"),
      ("EasyContext", "A100-80GB", "easycontext@2024"),
      ("IBM fms-fsdp", "A100-80GB", "fms-fsdp@1"),
      ("something else", "H100-80GB", "torchtitan@0.2"),
    ])
  func identities(framework: String, gpu: String, identity: String) throws {
    let accelerator = try #require(RecordedAccelerator.named(gpu))
    #expect(
      RecordedStack.identity(framework: framework, context: "", accelerator: accelerator)
        == identity)
  }

  @Test(
    "Continuous integration that fuses the loss, and llm-foundry under amp, are named by their flags"
  )
  func flags() throws {
    let a100 = try #require(RecordedAccelerator.named("A100-80GB"))
    func identity(_ framework: String, _ context: String) -> String {
      RecordedStack.identity(framework: framework, context: context, accelerator: a100)
    }
    #expect(
      identity("Megatron-LM CI", #"{"cross-entropy-loss-fusion": "true"}"#)
        == "megatron-ci-fused-loss@0.16")
    #expect(
      identity("Megatron-LM CI", #"{"cross-entropy-loss-fusion": "false"}"#) == "megatron-ci@0.16")
    #expect(identity("llm-foundry/Composer FSDP", "precision amp_bf16") == "llm-foundry@0.3-amp")
  }

  @Test("torchtitan's variants are named by the run or its note")
  func titanVariants() throws {
    let h100 = try #require(RecordedAccelerator.named("H100-80GB"))
    let identities = ["8b-eager", "70b, compile+AsyncTP", "8b-compile"].map {
      RecordedStack.identity(framework: "torchtitan", context: $0, accelerator: h100)
    }
    #expect(
      identities == ["torchtitan@0.2-eager", "torchtitan@0.2-async", "torchtitan@0.2"])
  }
}

"""The model that Megatron-Core builds from arguments, without memory: how many parameters it has.

To be called in a process of its own: it replaces parts of torch that need a GPU.
"""

import os
import sys

import torch
from torch import nn

# Options that split a model, its training or its state, but do not change it; with their values.
_SPLITTING = {
    "--tensor-model-parallel-size",
    "--sequence-parallel",
    "--pipeline-model-parallel-size",
    "--pipeline-model-parallel-layout",
    "--context-parallel-size",
    "--cp-comm-type",
    "--hierarchical-context-parallel-sizes",
    "--expert-model-parallel-size",
    "--expert-tensor-parallel-size",
    "--global-batch-size",
    "--recompute-granularity",
    "--recompute-method",
    "--recompute-num-layers",
    "--recompute-modules",
    "--use-distributed-optimizer",
    "--use-megatron-fsdp",
    "--data-parallel-sharding-strategy",
    "--overlap-grad-reduce",
    "--overlap-param-gather",
    "--ckpt-format",
}


class _Nothing(nn.Module):
    """A part without parameters: attention itself, of which there is only a kernel for GPUs."""

    def __init__(self, *arguments, **options):
        super().__init__()


def unsplit(arguments):
    """The arguments without the options that split."""
    kept, keeps = [], True
    for argument in arguments:
        if argument.startswith("--"):
            keeps = argument not in _SPLITTING
        if keeps:
            kept.append(argument)
    return kept


def parameters(arguments):
    """The parameters of the whole model, further predictors included."""
    from megatron.core import parallel_state
    from megatron.core.models.gpt import GPTModel, gpt_layer_specs
    from megatron.core.transformer import dot_product_attention
    from megatron.training import arguments as megatron
    from torch.testing._internal.distributed.fake_pg import FakeStore

    os.environ.update(WORLD_SIZE="1", RANK="0", LOCAL_RANK="0", CUDA_DEVICE_MAX_CONNECTIONS="1")
    sys.argv = ["pretrain_gpt.py", *unsplit(arguments)]
    args = megatron.validate_args(megatron.parse_args(), {})
    config = megatron.core_transformer_config_from_args(args)
    config.use_cpu_initialization, config.perform_initialization = True, False
    # What needs kernels, and changes no parameter.
    config.moe_grouped_gemm = config.bias_dropout_fusion = False
    config.persist_layer_norm = config.gradient_accumulation_fusion = False
    torch.cuda.Stream = torch.Stream = torch.cuda.set_device = lambda *arguments, **options: None
    torch.cuda.current_device = lambda: torch.device("cpu")
    attention = dot_product_attention.DotProductAttention
    for module in list(sys.modules.values()):
        if getattr(module, "DotProductAttention", None) is attention:
            module.DotProductAttention = _Nothing

    torch.distributed.init_process_group("fake", rank=0, world_size=1, store=FakeStore())
    parallel_state.initialize_model_parallel(create_gloo_process_groups=False)
    if args.num_experts:
        layers = gpt_layer_specs.get_gpt_decoder_block_spec(config, use_transformer_engine=False)
    else:
        layers = gpt_layer_specs.get_gpt_layer_local_spec(
            qk_layernorm=args.qk_layernorm,
            multi_latent_attention=args.multi_latent_attention,
            normalization=args.normalization,
        )
    further = args.mtp_num_layers and gpt_layer_specs.get_gpt_mtp_block_spec(
        config, layers, use_transformer_engine=False
    )
    with torch.device("meta"):
        model = GPTModel(
            config,
            layers,
            vocab_size=args.vocab_size,
            max_sequence_length=args.max_position_embeddings,
            share_embeddings_and_output_weights=not args.untie_embeddings_and_output_weights,
            position_embedding_type=args.position_embedding_type,
            rotary_base=args.rotary_base,
            mtp_block_spec=further,
        )
    return sum(weights.numel() for weights in model.parameters())

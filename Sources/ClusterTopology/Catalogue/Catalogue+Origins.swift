extension Catalogue {
  /// What the short keys of the tables stand for.
  static let origins: [String: String] = [
    "aic": "ai-dynamo/aiconfigurator@095f58a, aic-core systems/*.yaml",
    "awsdoc": "docs.aws.amazon.com, EC2 user guide, accelerated computing instances",
    "azure":
      """
    learn.microsoft.com: virtual machine sizes, GPU accelerated (ND series); \
    MicrosoftDocs/azure-docs
    """,
    "baseten": "baseten.co, NVIDIA A10 against A10G",
    "bloom": "huggingface.co/bigscience/bloomz, model card",
    "comp": "mosaicml 0.32.1 (PyPI), callbacks/speed_monitor.py, which cites data sheets",
    "cscs": "docs.cscs.ch/alps/hardware",
    "deepep": "deepseek-ai/DeepEP, README, performance",
    "gcp": "cloud.google.com/compute/docs/gpus/gpu-network-bandwidth",
    "glw": "glennklockwood.com/garden/processors, which cites data sheets",
    "gtpu": "docs.cloud.google.com/tpu/docs: v5e, v5p, v6e",
    "h800": "ai-dynamo/aiconfigurator#968: memory and compute of an H800 are those of an H100",
    "here": "arithmetic on the figures of the entry",
    "hfcat": "huggingface.co/RajBhope/gpu-runtime-predictor, gpu_catalog.json",
    "hfdata": "huggingface.co data sets Advanced_AI_GPU_Benchmark and ohdoking/gpu_spec",
    "hmc": "hmc-tech.com, GPU comparison pages",
    "lf": "lightning-fabric 2.6.6 (PyPI), utilities/throughput.py",
    "llma": "cli99/llm-analysis@d841e40, gpu_configs",
    "llmc": "karpathy/llm.c, llmc/mfu.h (white-paper figures with FP32 accumulation)",
    "mlperf":
      "mlcommons/training_results v3.0 to v5.1, systems/*.json (memory as the driver reports it)",
    "nersc": "docs.nersc.gov/systems/perlmutter/architecture",
    "neuron": "awsdocs-neuron.readthedocs-hosted.com, Trainium architecture pages",
    "nvl": "aiminingco.com and grokipedia.com, H100 NVL (3.9 and 3.93 TB/s)",
    "ofi": "aws/aws-ofi-nccl: src/platform-aws.cpp, topology/*.xml",
    "olcf": "docs.olcf.ornl.gov/systems/frontier_user_guide.html",
    "p5090": "Linux Format, May 2025, and spheron.network, RTX 5090",
    "pA800": "aiwiki.ai/wiki/nvidia_a800",
    "pGaudi": "Intel, Hot Chips, August 2024 (report 465025); yobitel.com",
    "pH20": "willitrunai.com/gpus/h20-96gb; ke60.top 1471038",
    "pH800": "philisun.com and tumgag.com, H800 against H100",
    "pcper": "pcper.com, 27 March 2018, DGX-2",
    "rapids": "rapidsai/deployment, source/cloud/aws",
    "rocm": "ROCm/ROCm, docs/reference/gpu-arch-specs.rst and docs/conceptual/gpu-arch",
    "scal": "jax-ml/scaling-book@0819a7d, tpus.md",
    "seed": "Narayanan et al. 2021 (Selene)",
    "smi":
      """
    totals printed by nvidia-smi, hl-smi, rocminfo or PyTorch in public logs: \
    modal-labs/modal-client#2797, RLinf/RLinf#255, noonghunna/club-3090#1128 and #1229, \
    dexmal/dexbotic#41, NVIDIA/nvtrust#128, and repositories' documentation
    """,
    "specs": "sysrqmts.com, GPU comparison, NVIDIA A10 PCIe",
    "stas": "stas00/ml-engineering@744d01e, compute/accelerator",
    "stasnet": "stas00/ml-engineering@744d01e, network",
    "storev": "storagereview.com, AMD Instinct MI350 series",
    "titan": "pytorch/torchtitan, tools/utils.py",
    "topo": "Azure/azhpc-images topology/*.xml, cards counted by PCI class",
    "amp": "Li et al. 2022 (AMP), het_cluster.py as published",
    "upb": "PC2 Paderborn, deviceQuery of an A100 40 GB with NVLink",
    "verl": "verl-project/verl, utils/flops_counter.py",
    "zenlumi": "zenodo.org/records/10683366, LUMI architecture",
  ]
}

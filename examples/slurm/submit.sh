#!/usr/bin/env bash
# Plans a job for the nodes in cluster.json, checks the plan and submits it.
#
#   ./submit.sh [arguments of the training program: data, tokenizer, learning rate …]
#
# Nothing is submitted where no plan fits or its check fails. Without arguments the job trains some steps
# on mock data. MEGATRON_LM names the folder with Megatron-LM's pretrain_gpt.py.
set -euo pipefail
cd "$(dirname "$0")"

plan cluster.json model.json | plan check - | plan emit - --target slurm > job.sbatch
sbatch job.sbatch "$@"

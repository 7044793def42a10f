import Testing

@Suite("plan emit, trial, and plans in pipes")
struct EmitTests {
  private let program: Program

  init() throws {
    program = try Program(files: Samples.files)
    let made = try program.run(["cluster.json", "model.json", "-o", "plan.json", "--quiet"])
    #expect(made.status == 0)
  }

  @Test("files go into a folder that is made, and scripts can be run")
  func folder() throws {
    let outcome = try program.run(
      ["emit", "plan.json", "-t", "megatron-lm", "-t", "slurm", "-o", "new/launch"])
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("wrote new/launch/megatron-lm.sh\n"))
    let listing = try program.shell("ls -l new/launch | awk 'NR > 1 { print $1, $NF }'")
    #expect(listing.output == "-rwxr-xr-x job.sbatch\n-rwxr-xr-x megatron-lm.sh\n")
  }

  @Test("without a folder the file that starts the launch goes to standard output, and runs there")
  func standardOutput() throws {
    let outcome = try program.shell(
      """
      $PLAN emit plan.json --target megatron-lm --quiet > rank.sh && chmod +x rank.sh &&
      RANK=3 WORLD_SIZE=16 LOCAL_RANK=3 MASTER_ADDR=a MASTER_PORT=1 PLAN_PROGRAM=/bin/echo ./rank.sh \
      --data-path 'my data'
      """)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("--num-layers 16 --hidden-size 2048 "))
    #expect(outcome.output.hasSuffix(" --data-path my data\n"))
    let small = try program.shell(
      "RANK=3 WORLD_SIZE=8 LOCAL_RANK=3 MASTER_ADDR=a MASTER_PORT=1 PLAN_PROGRAM=/bin/echo ./rank.sh"
    )
    #expect(small.status == 64)
    #expect(small.errors.contains("plan: the plan has 16 ranks, but WORLD_SIZE is 8\n"))
  }

  @Test("a plan goes through its check into a launcher; one that fails it goes nowhere")
  func pipe() throws {
    let sound = try program.shell(
      "$PLAN cluster.json model.json | $PLAN check - | $PLAN emit - --target slurm --quiet")
    #expect(sound.status == 0)
    #expect(sound.output.hasPrefix("#!/usr/bin/env bash\n# plan "))
    #expect(sound.errors.hasPrefix("<stdin>: the plan is feasible and its certificate holds\n"))
    let broken = try program.shell(
      """
      sed 's/"gap":[0-9.e-]*/"gap":0.5/' plan.json | $PLAN check - > checked.json
      echo "$?"; wc -c < checked.json; $PLAN emit checked.json --target slurm; echo "$?"
      """)
    #expect(broken.output.split(whereSeparator: \.isWhitespace) == ["6", "0", "65"])
    #expect(broken.errors.contains("checked.json: error: is empty, but must be a plan"))
  }

  @Test("keys of a newer minor version pass a check in a pipe; a newer major version is refused")
  func versions() throws {
    let outcome = try program.shell(
      """
      sed 's/"formatVersion":"1.0"/"formatVersion":"1.7","news":[1]/' plan.json | $PLAN check - |
        grep -o '"news":.1.'
      sed 's/"formatVersion":"1.0"/"formatVersion":"2.0"/' plan.json | $PLAN show - --json
      """)
    #expect(outcome.output == "\"news\":[1]\n")
    #expect(outcome.errors.contains("formatVersion is 2.0, but this program reads plans up to"))
  }

  @Test("showing a plan that was written and read gives the same document")
  func roundTrip() throws {
    let outcome = try program.shell(
      "$PLAN show plan.json --json > again.json && cmp plan.json again.json && echo same")
    #expect(outcome.output == "same\n")
  }

  @Test(
    "what cannot be emitted is told with what can",
    arguments: [
      ([], "Missing expected argument '--target <name[@version]> ...'"),
      (["--target", "sloorm"], "\"sloorm\" is no target; there are "),
      (["--target", "slurm@1.0"], "slurm was checked against 22.05, not \"slurm@1.0\"."),
      (
        ["--target", "slurm", "--target", "torchrun"],
        "Several targets are several files; say where they go: -o FOLDER."
      ),
    ])
  func usage(arguments: [String], words: String) throws {
    let outcome = try program.run(["emit", "plan.json"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test("trials of a plan are run, measured and calibrated with")
  func trial() throws {
    try program.write(
      """
      #!/usr/bin/env bash
      for step in $(seq "$PLAN_STEPS"); do
        echo " iteration $step/20 | elapsed time per iteration (ms): $((step < 5 ? 9000 : 700 + step)).5 |"
      done
      echo "memory (MB) | allocated: 1.0 | max allocated: 2.0 | reserved: 3.0 | max reserved: 10240.0"
      """, to: "torchrun")
    let outcome = try program.shell(
      """
      $PLAN trial plan.json -o trials --steps 8 --limit 1 && chmod +x torchrun &&
        PLAN_TORCHRUN=$PWD/torchrun PLAN_NODE_RANK=0 MASTER_ADDR=here trials/trial.sh &&
        $PLAN calibrate trials/measured.jsonl -o calibration.json > /dev/null && ls calibration.json
      """)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("plan: trial 1: 0.707 s, 10 GiB\n"), "\(outcome.errors)")
    #expect(outcome.output == "calibration.json\n")
    let run = try program.read("trials/measured.jsonl")
    #expect(run.contains(#""measured":{"stepSeconds":0.707,"peaks":[{"gibibytes":10,"#))
  }
}

@Suite("plan import launch")
struct ImportLaunchTests {
  private func program(_ script: String) throws -> Program {
    try Program(files: Samples.files.merging(["train.sh": script]) { $1 })
  }

  private let script = """
    TP=8
    pretrain_gpt.py --num-layers 16 --hidden-size 4096 --num-attention-heads 32 --swiglu \\
      --ffn-hidden-size 14336 --disable-bias-linear --normalization RMSNorm --bf16 \\
      --position-embedding-type rope --seq-length 4096 --max-position-embeddings 4096 \\
      --untie-embeddings-and-output-weights --vocab-size 32000 \\
      --tensor-model-parallel-size $TP --sequence-parallel --pipeline-model-parallel-size 2 \\
      --micro-batch-size 1 --global-batch-size 64
    """

  @Test("a launch becomes a plan that passes its check, with the changes that would be better")
  func review() throws {
    let program = try program(script)
    let outcome = try program.run(
      ["import", "launch", "train.sh", "--cluster", "cluster.json", "-o", "plan.json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(#""tensor":8"#))
    #expect(outcome.output.contains(#""change":"everything free""#))
    #expect(try program.run(["check", "plan.json"]).status == 0)
    let free = try program.shell(
      """
      $PLAN import launch train.sh --cluster cluster.json |
        grep -o '"change":"tensor [0-9]* instead of 8' | head -1
      """)
    #expect(free.output.hasPrefix("\"change\":\"tensor "))
  }

  @Test("no change of the best layout is said to be slower: what a looser search finds is left out")
  func best() throws {
    let outcome = try Program(files: Samples.files).shell(
      """
      $PLAN cluster.json model.json --gap 0 --ties 0 --sequence-length 128k --global-batch 16 \\
          -o best.json > /dev/null &&
        $PLAN emit best.json --target megatron-lm > best.sh &&
        $PLAN import launch best.sh --cluster cluster.json > review.json; echo status $?
      grep -c '"change":"everything free"' review.json
      grep -c '"gain":-' review.json
      """)
    #expect(outcome.output == "status 0\n1\n0\n", "\(outcome.errors)")
  }

  @Test("a launch that needs more memory than there is ends with 5 and says where")
  func tooLarge() throws {
    let large = script.replacing("--num-layers 16", with: "--num-layers 400")
    let program = try program(large)
    let outcome = try program.run(
      ["import", "launch", "train.sh", "--cluster", "cluster.json", "-o", "plan.json"])
    #expect(outcome.status == 5, "\(outcome.errors)")
    #expect(try program.run(["check", "plan.json"]).status == 5)
  }

  @Test("a launch of another size than the cluster's is refused with both numbers")
  func wrongSize() throws {
    let odd = script.replacing("TP=8", with: "TP=3")
    let outcome = try program(odd).run(
      ["import", "launch", "train.sh", "--cluster", "cluster.json"])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains(
        "train.sh: error: needs a multiple of 6 devices (tensor 3 × context 1 × pipeline 2), but "
          + "the cluster has 16"))
  }
}

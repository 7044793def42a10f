import InputFiles

/// Short runs of several plans, one after another, and what collects their steps.
public struct TrialScript: Sendable {
  /// One plan to try.
  public struct Trial: Sendable {
    /// The name of its folder.
    public var name: String
    public var launch: Launch
    /// The run as a record of `plan calibrate` without its measurement: an object's text.
    public var record: JSONValue

    public init(name: String, launch: Launch, record: JSONValue) {
      self.name = name
      self.launch = launch
      self.record = record
    }
  }

  let trials: [Trial]
  let launcher: LaunchTarget
  let steps: Int

  public init(_ trials: [Trial], launcher: LaunchTarget, steps: Int) {
    self.trials = trials
    self.launcher = launcher
    self.steps = steps
  }

  /// All files, by their paths in the trials' folder; the first runs everything.
  ///
  /// - Throws: `LaunchFaults`, where the launcher cannot express one of the plans.
  public func files() throws(LaunchFaults) -> [LaunchFile] {
    guard let first = trials.first else { return [] }
    var all = [
      LaunchFile(name: "trial.sh", text: running(first.launch), isExecutable: true),
      LaunchFile(name: "collect.sh", text: collecting(first.launch), isExecutable: true),
    ]
    for trial in trials {
      for var file in try launcher.emit(trial.launch).files {
        file.name = "\(trial.name)/\(file.name)"
        all.append(file)
      }
      all.append(LaunchFile(name: "\(trial.name)/run.json", text: opened(trial.record)))
    }
    return all
  }

  /// The record's text up to where its measurement goes.
  private func opened(_ record: JSONValue) -> String {
    String(JSONText.compact(record).dropLast()) + ",\"measured\":"
  }

  /// Runs all trials in order; under a launcher of nodes, on every node alike.
  private func running(_ launch: Launch) -> String {
    var script = ShellScript(launch)
    script.append(
      """
      cd "$(dirname "$0")"
      export PLAN_STEPS=${PLAN_STEPS:-\(steps)}
      for trial in \(trials.map(\.name).joined(separator: " ")); do
        echo "plan: trial $trial of \(trials.count), $PLAN_STEPS steps" >&2
        log=$trial/$(hostname).log
        \(launcher.waitingCommand) || echo "plan: trial $trial failed; see $log" >&2
      done
      ./collect.sh
      """)
    return script.text
  }

  /// Takes the median step and the peak memory out of each trial's logs.
  ///
  /// The first steps warm up: the later half counts. Megatron-LM prints milliseconds a step and
  /// mebibytes, torchtitan tokens a second and device, and gibibytes.
  private func collecting(_ launch: Launch) -> String {
    let tokens = launch.plan.inputs.workload
    let perDevice =
      Double(tokens.globalBatch) * Double(tokens.sequenceLength) / Double(launch.plan.devices)
    var script = ShellScript(launch)
    script.append(
      #"""
      cd "$(dirname "$0")"
      median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
      later_half() { awk '{ v[NR] = $1 } END { for (i = int(NR / 2) + 1; i <= NR; i++) print v[i] }'; }
      field() { sed -e 's/\x1b\[[0-9;]*m//g' "$1"/*.log | tr -d ',' | sed -n "s/$2/\1/p"; }
      : > measured.jsonl
      """#)
    script.append(
      """
      for trial in \(trials.map(\.name).joined(separator: " ")); do
        step=$(field "$trial" '.*elapsed time per iteration (ms): *\\([0-9.]*\\).*' \\
          | later_half | awk '{ print $1 / 1000 }' | median)
        if [[ -z $step ]]; then
          step=$(field "$trial" '.* tps: *\\([0-9.]*\\).*' | later_half \\
            | awk '$1 > 0 { print \(perDevice) / $1 }' | median)
        fi
        peak=$(field "$trial" '.*max reserved: *\\([0-9.]*\\).*' | awk '{ print $1 / 1024 }' | sort -n \\
          | tail -1)
        if [[ -z $peak ]]; then
          peak=$(field "$trial" '.* memory: *\\([0-9.]*\\)GiB.*' | sort -n | tail -1)
        fi
        measured=
        if [[ -n $step ]]; then measured="\\"stepSeconds\\":$step"; fi
        if [[ -n $peak ]]; then
          measured+="${measured:+,}\\"peaks\\":[{\\"gibibytes\\":$peak,\\"kind\\":\\"reserved\\"}]"
        fi
        if [[ -z $step ]] && grep -qi 'out of memory' "$trial"/*.log; then
          measured='"outcome":"outOfMemory"'
        fi
        if [[ -z $measured ]]; then
          echo "plan: trial $trial printed no step" >&2
          continue
        fi
        printf '%s{%s}}\\n' "$(cat "$trial/run.json")" "$measured" >> measured.jsonl
        echo "plan: trial $trial: ${step:-no step} s, ${peak:-unknown} GiB" >&2
      done
      echo 'plan: next, plan calibrate measured.jsonl -o calibration.json' >&2
      """)
    return script.text
  }
}

extension LaunchTarget {
  /// Launchers that start a trial and wait for it.
  public static let waiting: [LaunchTarget] = [.torchrun, .slurm]

  /// The command that runs `$trial` to its end, with what it prints in `$log`.
  fileprivate var waitingCommand: String {
    name == "slurm"
      ? #"sbatch --wait --output="$log" "$trial/job.sbatch" "$@""#
      : #""$trial/torchrun.sh" "$@" > "$log" 2>&1"#
  }
}

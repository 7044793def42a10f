"""Counts what a consumer accepted and refused as it should, and tells what it did not."""

import contextlib
import sys
import time


class Checks:
    def __init__(self, name):
        self.name = name
        self.passed = self.failed = 0
        self.start = time.monotonic()

    def expect(self, holds, what):
        """Counts one check; a sentence tells what does not hold."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"{self.name}: {what}", file=sys.stderr, flush=True)
        return holds

    def equal(self, got, expected, what):
        return self.expect(got == expected, f"{what}: {got!r}, not {expected!r}")

    @contextlib.contextmanager
    def step(self, what):
        """Counts a failure where the block raises, and goes on."""
        try:
            yield
        except Exception as error:  # whatever a consumer does is a finding
            self.expect(False, f"{what}: {type(error).__name__}: {error}")

    def skip(self, why):
        """Ends the process where there is nothing to check."""
        print(f"{self.name}: skipped, {why}", flush=True)
        sys.exit(0)

    def finish(self):
        """Prints the counts and ends the process."""
        seconds = time.monotonic() - self.start
        print(f"{self.name}: {self.passed} passed, {self.failed} failed ({seconds:.0f} s)", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)

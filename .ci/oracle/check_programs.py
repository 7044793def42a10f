"""Checks our answers to linear and mixed-integer programs against HiGHS.

usage: check_programs.py FOLDER

Each line of FOLDER/*.jsonl is a program and our answer, written by OracleTests.swift: status,
objective to 1e-6, validity of the bound, feasibility of the point, and the bound that the duals of
a program without whole numbers give. Needs scipy, whose linprog and milp are HiGHS. Prints
"N passed, N failed" and fails if any check did, or if there were fewer than 500 programs.
"""

import json
import math
import pathlib
import sys

import numpy
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

TOLERANCE = 1e-6
TIME_LIMIT = 60  # seconds for each program


def ends(lower, upper):
    """Bounds with null as infinity."""
    return (
        numpy.array([-math.inf if value is None else value for value in lower], dtype=float),
        numpy.array([math.inf if value is None else value for value in upper], dtype=float),
    )


class Program:
    """One line of a file, as arrays; costs are turned so that the objective is minimised."""

    def __init__(self, record):
        self.record = record
        self.sign = -1.0 if record["maximise"] else 1.0
        self.cost = self.sign * numpy.array(record["cost"], dtype=float)
        self.constant = self.sign * record["constant"]
        self.lower, self.upper = ends(
            [value for value in record["lower"]], [value for value in record["upper"]]
        )
        self.whole = numpy.array(record["whole"], dtype=int)
        rows = record["rows"]
        self.row_lower, self.row_upper = ends(
            [row.get("lower") for row in rows], [row.get("upper") for row in rows]
        )
        starts = numpy.cumsum([0] + [len(row["columns"]) for row in rows])
        self.matrix = csr_matrix(
            (
                [value for row in rows for value in row["coefficients"]],
                [column for row in rows for column in row["columns"]],
                starts,
            ),
            shape=(len(rows), len(self.cost)),
        )

    def solve(self, cost):
        """HiGHS's status (optimal, infeasible, unbounded, limit) and objective, less the constant."""
        result = milp(
            cost,
            integrality=self.whole,
            bounds=Bounds(self.lower, self.upper),
            constraints=LinearConstraint(self.matrix, self.row_lower, self.row_upper),
            options={"time_limit": TIME_LIMIT, "mip_rel_gap": 0.0},
        )
        names = {0: "optimal", 1: "limit", 2: "infeasible", 3: "unbounded", 4: "other"}
        return names[result.status], result.fun

    def verdict(self):
        """As solve, but never undecided between infeasible and unbounded."""
        status, objective = self.solve(self.cost)
        if status in ("optimal", "limit"):
            return status, objective
        feasible, _ = self.solve(numpy.zeros_like(self.cost))
        return ("infeasible", None) if feasible == "infeasible" else ("unbounded", None)


def close(one, other):
    return abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))


def point_faults(program, values):
    """What a point violates, and that its objective is the one we told."""
    values = numpy.array(values)
    sizes = abs(program.matrix) @ abs(values)
    activity = program.matrix @ values
    slack = TOLERANCE * numpy.maximum(1.0, sizes) * 1.01
    if (activity < program.row_lower - slack).any() or (activity > program.row_upper + slack).any():
        yield "the point violates a constraint"
    if (values < program.lower).any() or (values > program.upper).any():
        yield "the point violates a bound"
    if (values[program.whole == 1] % 1 != 0).any():
        yield "the point is not whole"
    objective = program.cost @ values + program.constant
    if not close(objective, program.sign * program.record["objective"]):
        yield "the objective is not that of the point"


def faults(record):
    """Everything on which we and HiGHS differ."""
    program = Program(record)
    status, optimum = program.verdict()
    if optimum is not None:
        optimum += program.constant
    ours, objective, bound = record["termination"], record.get("objective"), record.get("bound")
    if objective is not None:
        objective *= program.sign
        yield from point_faults(program, record["values"])
    if ours in ("optimal", "infeasible", "unbounded") and status != "limit" and ours != status:
        yield f"we say {ours}, HiGHS says {status}"
    if status == "optimal":
        if ours == "optimal" and not close(objective, optimum):
            yield f"our optimum is {objective}, that of HiGHS {optimum}"
        if objective is not None and objective < optimum - TOLERANCE * max(1.0, abs(optimum)):
            yield f"our point has {objective}, better than HiGHS's optimum {optimum}"
        if bound is not None and program.sign * bound > optimum + TOLERANCE * max(1.0, abs(optimum)):
            yield f"our bound {program.sign * bound} is beyond the optimum {optimum}"
        if ours == "optimal" and bound is not None and not close(program.sign * bound, optimum):
            yield f"our bound {program.sign * bound} is not the optimum {optimum}"
        if ours == "optimal" and bound is None:
            yield "an optimum without a bound"
    if ours == "optimal" and not program.whole.any():
        yield from dual_faults(program, record["duals"], optimum)


def dual_faults(program, duals, optimum):
    """That the duals have the right signs and give the optimum as a bound."""
    duals = program.sign * numpy.array(duals)
    reduced = program.cost - program.matrix.T @ duals
    scale = numpy.maximum(1.0, abs(program.cost) + abs(program.matrix.T) @ abs(duals))
    if ((reduced > TOLERANCE * scale) & numpy.isinf(program.lower)).any() or (
        (reduced < -TOLERANCE * scale) & numpy.isinf(program.upper)
    ).any():
        yield "a reduced cost has the wrong sign"
        return
    lower, upper = numpy.nan_to_num(program.lower, neginf=0), numpy.nan_to_num(program.upper, posinf=0)
    row_lower = numpy.nan_to_num(program.row_lower, neginf=0)
    row_upper = numpy.nan_to_num(program.row_upper, posinf=0)
    value = program.constant + numpy.sum(
        numpy.where(reduced > 0, reduced * lower, reduced * upper)
    ) + numpy.sum(numpy.where(duals > 0, duals * row_lower, duals * row_upper))
    if optimum is not None and not close(value, optimum):
        yield f"the duals give {value}, the optimum is {optimum}"


def main(folder):
    passed = failed = 0
    for path in sorted(pathlib.Path(folder).glob("*.jsonl")):
        for line in path.read_text().splitlines():
            record = json.loads(line)
            found = list(faults(record))
            for fault in found:
                print(f"{record['name']}: {fault}")
            passed, failed = passed + (not found), failed + bool(found)
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed >= 500 else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))

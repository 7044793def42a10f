"""The groups that Megatron-Core's rank generator forms, against the indices of a plan's ranks.

To be imported once Megatron-Core can be.
"""

from collections import defaultdict

from megatron.core.parallel_state import RankGenerator


def check_groups(checks, plan, order):
    """Megatron's groups along each axis, against the indices of the plan's ranks."""
    ways, rows, world = plan.ways, plan.rows, plan.world
    degrees = {"tp": ways["tensor"], "cp": ways["context"], "dp": ways["data"], "pp": ways["pipeline"]}
    generator = RankGenerator(ep=1, order=order, **degrees)
    names = {"tp": "tensor", "cp": "context", "dp": "data", "pp": "stage"}
    for token, axis in names.items():
        groups = defaultdict(list)
        for row in rows:
            others = tuple(row[name] for name in names.values() if name != axis)
            groups[others].append((row[axis], row["rank"]))
        ours = sorted([rank for _, rank in sorted(group)] for group in groups.values())
        checks.expect(
            sorted(generator.get_ranks(token)) == ours, f"{plan.name}: other groups along {axis}"
        )
    expert, inside = ways["expert"], ways["expertTensor"]
    rest = world // (expert * inside * ways["pipeline"])
    generator = RankGenerator(tp=inside, ep=expert, dp=rest, pp=ways["pipeline"], cp=1, order=order)
    for token, axis, degree in (("ep", "expert", expert), ("tp", "expertTensor", inside)):
        fixed = [name for name in ("expert", "expertTensor", "stage") if name != axis]
        holds = all(
            [rows[rank][axis] for rank in group] == list(range(degree))
            and all(len({rows[rank][name] for rank in group}) == 1 for name in fixed)
            for group in generator.get_ranks(token)
        )
        checks.expect(holds, f"{plan.name}: other groups along {axis}")

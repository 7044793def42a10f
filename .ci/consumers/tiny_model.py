"""A tiny language model, whole or the part of it that one rank holds."""

import math

import torch
import torch.distributed as distributed
from torch import nn
from torch.nn import functional


class _Copied(torch.autograd.Function):
    """The same values on all ranks of a group; their gradients are added up."""

    @staticmethod
    def forward(context, values, group):
        context.group = group
        return values

    @staticmethod
    def backward(context, gradient):
        return _summed(gradient, context.group), None


class _Added(torch.autograd.Function):
    """The sum over a group of ranks; each gets its gradient."""

    @staticmethod
    def forward(context, values, group):
        return _summed(values, group)

    @staticmethod
    def backward(context, gradient):
        return gradient, None


class _Gathered(torch.autograd.Function):
    """The values of all ranks of a group, one after the other along the sequence."""

    @staticmethod
    def forward(context, values, group):
        context.group = group
        pieces = [torch.empty_like(values) for _ in range(distributed.get_world_size(group))]
        distributed.all_gather(pieces, values.contiguous(), group=group)
        return torch.cat(pieces, dim=1)

    @staticmethod
    def backward(context, gradient):
        pieces = _summed(gradient, context.group).chunk(
            distributed.get_world_size(context.group), dim=1
        )
        return pieces[distributed.get_rank(context.group)], None


def _summed(values, group):
    values = values.clone()
    distributed.all_reduce(values, group=group)
    return values


def positions(job, index):
    """The places in the sequence that a context rank holds: of 2n pieces, the i-th and the i-th last."""
    pieces = torch.arange(job.sequence).chunk(2 * job.context)
    if job.context == 1:
        return torch.arange(job.sequence)
    return torch.cat([pieces[index], pieces[2 * job.context - 1 - index]])


def _weights(seed, *shape):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64) / math.sqrt(shape[-1])


class Layer(nn.Module):
    """Attention and a network behind norms, of which a tensor rank holds some heads and columns."""

    def __init__(self, job, number, groups, indices):
        super().__init__()
        ways, index = job.tensor, indices["tensor"]
        if job.heads % ways or job.width % ways:
            raise ValueError(f"{job.heads} heads or {job.width} columns over {ways} tensor ranks")
        self.heads, self.size = job.heads // ways, job.hidden // job.heads
        self.tensor, self.context = groups["tensor"], groups["context"]
        inner = self.size * job.heads

        def columns(seed, rows):
            return nn.Parameter(_weights(1000 + 10 * number + seed, rows, job.hidden).chunk(ways)[index])

        def rows(seed, width):
            whole = _weights(1000 + 10 * number + seed, job.hidden, width)
            return nn.Parameter(whole.chunk(ways, dim=1)[index].contiguous())

        self.queries, self.keys, self.values = (columns(seed, inner) for seed in range(3))
        self.output = rows(3, inner)
        self.up, self.down = columns(4, job.width), rows(5, job.width)
        mine = positions(job, indices["context"])
        everyone = torch.cat([positions(job, rank) for rank in range(job.context)])
        self.register_buffer("mask", mine[:, None] >= everyone[None, :])

    def forward(self, values):
        values = values + self.attention(self.entered(values))
        hidden = functional.gelu(self.entered(values) @ self.up.T)
        return values + self.left(hidden @ self.down.T)

    def entered(self, values):
        values = functional.layer_norm(values, values.shape[-1:])
        return values if self.tensor is None else _Copied.apply(values, self.tensor)

    def left(self, values):
        return values if self.tensor is None else _Added.apply(values, self.tensor)

    def attention(self, values):
        queries, keys, others = (
            values @ weight.T for weight in (self.queries, self.keys, self.values)
        )
        if self.context is not None:
            keys, others = (_Gathered.apply(each, self.context) for each in (keys, others))
        split = [
            each.unflatten(-1, (self.heads, self.size)).transpose(1, 2)
            for each in (queries, keys, others)
        ]
        mixed = functional.scaled_dot_product_attention(*split, attn_mask=self.mask)
        return self.left(mixed.transpose(1, 2).flatten(2) @ self.output.T)


class Embedding(nn.Module):
    def __init__(self, job, indices):
        super().__init__()
        self.words = nn.Parameter(_weights(1, job.vocabulary, job.hidden))
        places = positions(job, indices["context"])
        rates = torch.exp(-torch.arange(job.hidden) / job.hidden)
        self.register_buffer("places", torch.sin(places[:, None] * rates).double())

    def forward(self, tokens):
        return functional.embedding(tokens, self.words) + self.places


class Head(nn.Module):
    def __init__(self, job):
        super().__init__()
        self.words = nn.Parameter(_weights(2, job.vocabulary, job.hidden))

    def forward(self, values):
        return functional.layer_norm(values, values.shape[-1:]) @ self.words.T


def model_part(job, chunk, groups, indices):
    """The modules of one virtual stage."""
    modules = [Layer(job, number, groups, indices) for number in job.chunks[chunk]]
    if chunk == 0:
        modules.insert(0, Embedding(job, indices))
    if chunk == len(job.chunks) - 1:
        modules.append(Head(job))
    return nn.Sequential(*modules)


def loss_of(logits, targets):
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


def batch(job, step, indices, world):
    """The tokens of one rank in a step and those that follow them, micro-batch after micro-batch.

    The k-th micro-batches of all replicas are consecutive sequences of the global batch.
    """
    generator = torch.Generator().manual_seed(7 + step)
    tokens = torch.randint(
        job.vocabulary, (job.global_batch, job.sequence + 1), generator=generator
    )
    data = job.data(world)
    mine = tokens.unflatten(0, (-1, data, job.micro_batch))[:, indices["data"]].flatten(0, 1)
    places = positions(job, indices["context"])
    return mine[:, :-1][:, places], mine[:, 1:][:, places]


def average_gradients(parameters, groups):
    for axis in ("data", "context"):
        if groups[axis] is None:
            continue
        for weight in parameters:
            distributed.all_reduce(weight.grad, group=groups[axis])
            weight.grad /= distributed.get_world_size(groups[axis])

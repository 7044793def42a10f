"""Lets trainers' configuration code be imported on a machine without a GPU and with Python 3.11.

Modules that only their kernels need are replaced by empty ones, which take any name and decorate
functions with themselves.
"""

import importlib.abc
import importlib.machinery
import sys
import types
import typing

ABSENT = {"triton", "tokenizers", "datasets", "torchdata"}


class _NothingType(type):
    """A class that has every attribute, and is a decorator that changes nothing."""

    def __call__(cls, *arguments, **options):
        decorates = len(arguments) == 1 and callable(arguments[0]) and not options
        return arguments[0] if decorates else cls

    def __getattr__(cls, name):
        return _attribute(name)

    def __getitem__(cls, key):
        return cls


class _Nothing(metaclass=_NothingType):
    pass


class _Module(types.ModuleType):
    __path__ = []
    __version__ = "3.0.0"

    def __getattr__(self, name):
        return _attribute(name)


def _attribute(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _Nothing


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ABSENT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        pass


def install(capability=(9, 0), memory=80 << 30):
    """Replaces the absent modules, and answers what a GPU would of its kind."""
    sys.meta_path.insert(0, _Finder())
    if not hasattr(typing, "override"):
        typing.override = lambda method: method
    import torch

    properties = types.SimpleNamespace(
        major=capability[0], minor=capability[1], total_memory=memory, name="stand-in"
    )
    torch.cuda.get_device_properties = lambda *arguments, **options: properties
    torch.cuda.get_device_capability = lambda *arguments, **options: capability

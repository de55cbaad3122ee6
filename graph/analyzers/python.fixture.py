"""A file with a little of everything, to be cut at every place."""
from __future__ import annotations

import asyncio
import os.path as osp, sys
from . import sibling
from .package import (one, two as deux,)
from typing import *

__all__ = ["Base", 'run']

T = TypeVar("T")
type Alias[K] = dict[K, list["Base"]]


@decorate(1, key=lambda x, *a, **k: (x, a, k))
class Base(Generic[T], metaclass=Meta, flag=True):
    """Doc."""

    field: int = 0
    other: "Base | None"

    def __init__(self, a, /, b: int = 2, *args: str, c=None, **kwargs) -> None:
        super().__init__(a, *args, **kwargs)
        self.a, (self.b, *self.rest) = a, [b, 1, 2]
        self.__dict__["c"] = c

    @property
    def value(self) -> T:
        return self.a if self.a is not None else self.b[1:2, ::3]

    @value.setter
    def value(self, value):
        del self.a, self.rest[0]
        self.a += value

    async def fetch(self):
        async with self.session() as s, other(s):
            async for item in s:
                yield await item
        return


def run(xs, n=10, *, fast=False):
    global counter
    counter = 0

    def step():
        nonlocal n
        n -= 1
        yield from (y for x in xs if x for y in x)

    total = {k: v for k, v in zip(xs, xs)} | {**xs, "k": {1, 2, *xs}}
    while (line := next(step())) and n > 0:
        try:
            assert line, f"no {line!r:>{n}} in {xs[0]}"
        except (KeyError, ValueError) as error:
            raise RuntimeError("x") from error
        except* OSError:
            continue
        else:
            break
        finally:
            print(line, file=sys.stderr)
    else:
        total = None
    match total:
        case {"a": [first, *_], **rest} if first:
            return first
        case Base(a=1, b=Base() as inner) | None:
            return inner
        case -1 | "text" | sys.maxsize:
            pass
        case _:
            exec("x = 1")
    return lambda: (yield)


if __name__ == "__main__":
    asyncio.run(run(sys.argv)); print(osp.join("a", "b" "c"))

"""Damage as disks, other programs and accidents do it to files: without knowing what is in them."""

import os

PAGE = 8192


def harm(path, dice):
    """Damages the file at `path` once, and says how."""
    with open(path, "rb") as file:
        before = file.read()
    while True:
        how, after = dice.choice(KINDS)(bytearray(before), dice)
        if after != before:
            break
    # In place: a database keeps its inode, as it does when a disk fails under it.
    with open(path, "r+b") as file:
        file.write(after)
        file.truncate(len(after))
    return f"{os.path.basename(path)}: {how}"


def place(data, dice):
    """A place in the file; often near the start of a page, where what SQLite navigates by stands."""
    if not data:
        return 0
    if dice.random() < 0.4:
        return min(dice.randrange(len(data)) // PAGE * PAGE + dice.randrange(120), len(data) - 1)
    return dice.randrange(len(data))


def flip(data, dice):
    places = [place(data, dice) for _ in range(dice.choice([1, 1, 1, 2, 8]))]
    for where in places if data else []:
        data[where] ^= 1 << dice.randrange(8)
    return f"bits flipped at {places}", data


def overwrite(data, dice):
    where, count = place(data, dice), dice.choice([1, 2, 4, 16, 512, 4096])
    data[where:where + count] = dice.randbytes(min(count, len(data) - where))
    return f"{count} random bytes at {where}", data


def zero(data, dice):
    where, count = place(data, dice), dice.choice([1, 8, 512, 4096, PAGE])
    if dice.random() < 0.5:
        where -= where % 512
    data[where:where + count] = bytes(min(count, len(data) - where))
    return f"{count} bytes zeroed at {where}", data


def truncate(data, dice):
    size = dice.randrange(len(data) + 1)
    if dice.random() < 0.5:
        size -= size % PAGE
    return f"truncated to {size}", data[:size]


def append(data, dice):
    more = dice.choice([dice.randbytes(dice.randrange(1, 9000)), bytes(PAGE), bytes(data[:PAGE])])
    return f"{len(more)} bytes appended", data + more


def swap(data, dice):
    count = len(data) // PAGE
    if count < 2:
        return append(data, dice)
    a, b = (n * PAGE for n in dice.sample(range(count), 2))
    data[a:a + PAGE], data[b:b + PAGE] = data[b:b + PAGE], data[a:a + PAGE]
    return f"pages {a // PAGE} and {b // PAGE} swapped", data


def repeat(data, dice):
    count = len(data) // PAGE
    if count < 2:
        return append(data, dice)
    a, b = (n * PAGE for n in dice.sample(range(count), 2))
    data[a:a + PAGE] = data[b:b + PAGE]
    return f"page {b // PAGE} in the place of page {a // PAGE} too", data


KINDS = [flip, flip, flip, overwrite, zero, truncate, append, swap, repeat]

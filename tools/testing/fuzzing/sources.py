"""Where valid programs come from: the examples, the cases of updates, the blocks of docs/language.md, random ones.

A project is a dictionary from path to bytes. zbuild runs in the folder `app` beside which other packages may lie.
"""

import dataclasses
import functools
import os
import re

from testing.differential import generator, zir
from testing.fuzzing.texts import declarations, declared_name, following, is_word, token_at, tokens

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
CORPUS = os.path.join(ROOT, "Tests", "Corpus")
MAIN = "app/main.zir"


def memory_folder():
    """A folder that is in memory; None if there is none."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@dataclasses.dataclass
class Library:
    """All that mutations begin with and take pieces from."""

    projects: list
    texts: list
    mnemonics: list


@functools.cache
def library():
    found = [*examples(), *update_cases(), *documented(), *generated(), *(states[-1] for _, states in corpus())]
    projects = [project for project in found if project]
    texts = sorted({text for project in projects for path, text in project.items() if path.endswith(".zir") and text})
    return Library(projects, texts, all_mnemonics(texts))


def all_mnemonics(texts):
    """The words that stand before a parenthesis, and all others that the compiler knows."""
    with open(os.path.join(ROOT, "Sources", "ZIR", "Opcode+Table.swift"), "rb") as stream:
        table = stream.read()
    found = set(re.findall(rb'\.init\(\s*"(\w+)"', table)) | set(re.findall(rb'"(cmp_\w+)"', table))
    if b"condbr" not in found or b"cmp_lt" not in found:
        raise ValueError("Opcode+Table.swift holds no table of instructions that could be read")
    for text in texts:
        parts = tokens(text)
        found |= {token for place, token in enumerate(parts)
                  if is_word(token) and token_at(parts, following(parts, place)) == b"("}
    return sorted(found)


def examples():
    """A project for each folder of Examples that zbuild can run in; its neighbours are there for other packages."""
    folder = os.path.join(ROOT, "Examples")
    for path, _, names in sorted(os.walk(folder)):
        if "main.zir" in names or "zbuild.toml" in names:
            yield example(path)


def example(folder):
    project = read_folder(folder, "app")
    manifest = project.get("app/zbuild.toml", b"")
    for other in re.findall(rb'path *= *"\.\./([^"/]+)"', manifest):
        project.update(read_folder(os.path.join(folder, "..", other.decode()), other.decode()))
    return project


def read_folder(folder, name):
    project = {}
    for path, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith((".", "zbuild-out"))]
        for file in names:
            if file.endswith(".zir") or file == "zbuild.toml":
                with open(os.path.join(path, file), "rb") as stream:
                    project[os.path.normpath(os.path.join(name, os.path.relpath(path, folder), file))] = stream.read()
    return project


def update_cases():
    """The projects that cases of updates begin with."""
    folder = os.path.join(ROOT, "Tests", "EngineTests", "Cases")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".update"):
            with open(os.path.join(folder, name), encoding="utf-8") as stream:
                yield first_state(stream.read())


def first_state(case):
    """The files that a case makes before it runs anything."""
    files = {}
    lines = None
    for line in case.split("\n"):
        if line.startswith("--- "):
            lines = files.setdefault("app/" + line[4:], []) if re.fullmatch(r"--- [\w/.]+", line) else None
        elif line.startswith("$ "):
            break
        elif lines is not None and not line.startswith(("=== ", "# ")):
            lines.append(line)
    texts = {path: "\n".join(lines).encode() for path, lines in files.items()}
    return {} if any(b"\n*" in b"\n" + text for text in texts.values()) else texts


def documented():
    """The blocks of docs/language.md, each with what it leaves out: what is named before and a function that starts."""
    path = os.path.join(ROOT, "docs", "language.md")
    with open(path, "rb") as stream:
        blocks = re.findall(rb"^```zir(.*)\n((?:.*\n)*?)```", stream.read(), re.MULTILINE)
    prelude = declarations(next(text for words, text in blocks if words == b" prelude"))[1:]
    files = {"app/" + words.split()[1].decode(): text for words, text in blocks if words.startswith(b" file ")}
    for words, text in blocks:
        if words.split()[:1] not in ([b"prelude"], [b"file"]):
            names = {declared_name(piece) for piece in declarations(text)}
            needed = prelude + (STARTING if b'"_start"' not in text else [])
            left_out = b"".join(piece for piece in needed if declared_name(piece) not in names)
            yield {MAIN: text + left_out, **files}


STARTING = [b'@_start = export("_start", @_begin)\n', b"@_begin = fn(@program, { %end = unreachable() })\n"]


def generated():
    """Random programs of all types, as check-against-c makes them: the smaller ones of the first."""
    for seed in range(30):
        files = zir.Writer(generator.make(seed), []).files
        if sum(map(len, files.values())) < 20_000:
            yield {"app/" + name: text.encode() for name, text in files.items()}


# The corpus: `NAME.zir` is one text, or several files and states, parted by lines `;; file PATH` and `;; then`.


def corpus(folder=CORPUS):
    """Name and states of each entry."""
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.endswith(".zir"):
            with open(os.path.join(folder, name), "rb") as stream:
                yield name[:-4], states_in(stream.read())


def states_in(entry):
    """Every state holds the files of the one before that it does not name."""
    states = []
    for piece in re.split(rb"^;; then\n", entry, flags=re.MULTILINE):
        parts = re.split(rb"^;; file (.*)\n", piece, flags=re.MULTILINE)
        files = dict(states[-1]) if states else {}
        if len(parts) == 1 or parts[0]:
            files[MAIN] = parts[0]
        files.update((path.decode(), text) for path, text in zip(parts[1::2], parts[2::2]))
        states.append(files)
    return states


def entry_of(states):
    """The entry of the corpus that `states_in` reads as these states, where none drops a file."""
    pieces = []
    last = {}
    for files in states:
        changed = {path: text for path, text in files.items() if last.get(path) != text}
        piece = b""
        if MAIN in changed:
            piece += changed.pop(MAIN)
        for path, text in changed.items():
            piece = with_line_end(piece) + b";; file " + path.encode() + b"\n" + text
        pieces.append(piece)
        last = files
    return b";; then\n".join([with_line_end(piece) for piece in pieces[:-1]] + pieces[-1:])


def with_line_end(text):
    return text if not text or text.endswith(b"\n") else text + b"\n"

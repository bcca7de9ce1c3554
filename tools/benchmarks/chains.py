"""What builds the workload: zbuild, and what it is compared with."""

import json
import os
import shutil
import subprocess

from .failure import Failure
from .workload import CSources, ZIRSources

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ZBUILD = os.path.abspath(os.environ.get("ZBUILD") or os.path.join(TOOLS, "..", ".build", "release", "zbuild"))

# Free-standing: no start-up code, no library, nothing to load.
TCC_OPTIONS = ["-nostdlib", "-static"]


def printed(folder, command):
    """What a command prints."""
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure(f"'{' '.join(command)}' ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class Chain:
    """One way to make a program of the sources in a folder.

    `command` makes it, `made` is all that it leaves, `output` the program. `needed` are other programs that it uses.
    """
    needed = []

    def __init__(self, folder):
        self.folder = folder

    def configure(self, sources):
        """Writes what the command needs besides the sources."""

    def build(self, launcher):
        """Measures the command."""
        return launcher.run(self.folder, self.command)

    def rehearse(self):
        """Runs the command without measuring it, and gives what it says it did, if it does."""
        printed(self.folder, self.command)

    def clean(self):
        for name in self.made:
            path = os.path.join(self.folder, name)
            if os.path.isdir(path):
                shutil.rmtree(path)
            elif os.path.exists(path):
                os.remove(path)

    def exit_value(self):
        """What the program exits with. The functions call each other to the last, which needs a large stack."""
        limited = ["sh", "-c", 'ulimit -s unlimited && exec "$0"', os.path.join(self.folder, self.output)]
        return subprocess.run(limited, stdout=subprocess.DEVNULL).returncode


class ZBuild(Chain):
    name = "zbuild"
    language = ZIRSources
    made = ["zbuild-out", ".zbuild"]
    output = os.path.join("zbuild-out", "bin", "program")
    command = [ZBUILD]

    def configure(self, sources):
        with open(os.path.join(self.folder, "zbuild.toml"), "w") as file:
            file.write('[package]\nname = "program"\nroot = "main.zir"\n')

    def rehearse(self):
        return json.loads(printed(self.folder, [ZBUILD, "--json"]))


class Ninja(Chain):
    """ninja starts a tcc for each file, and one to link. That a file includes the header is told to ninja: the fastest
    way for it to know."""
    name = "ninja + tcc"
    language = CSources
    needed = ["ninja", "tcc"]
    made = ["objects", "by-ninja", "by-ninja.list", ".ninja_log", ".ninja_deps"]
    output = "by-ninja"

    def __init__(self, folder):
        super().__init__(folder)
        self.command = [shutil.which("ninja")]

    def configure(self, sources):
        rules = f"""\
rule compile
  command = tcc -c -o $out $in
rule link
  command = tcc {' '.join(TCC_OPTIONS)} -o $out @$out.list
  rspfile = $out.list
  rspfile_content = $in
"""
        names = [sources.name(file) for file in range(sources.program.shape.file_count)]
        objects = [f"objects/{name[:-2]}.o" for name in names]
        lines = ["build objects/main.o: compile main.c\n"]
        lines += [f"build {output}: compile {name} | common.h\n" for name, output in zip(names, objects)]
        lines += [f"build by-ninja: link objects/main.o {' '.join(objects)}\n"]
        with open(os.path.join(self.folder, "build.ninja"), "w") as file:
            file.write(rules + "".join(lines))

    def rehearse(self):
        return "no work to do" in printed(self.folder, self.command)


class Tcc(Chain):
    """One tcc compiles and links everything, each time."""
    name = "tcc alone"
    language = CSources
    needed = ["tcc"]
    made = ["by-tcc"]
    output = "by-tcc"

    def __init__(self, folder):
        super().__init__(folder)
        self.command = [shutil.which("tcc"), *TCC_OPTIONS, "-o", "by-tcc", "@sources.list"]

    def configure(self, sources):
        names = ["main.c", *(sources.name(file) for file in range(sources.program.shape.file_count))]
        with open(os.path.join(self.folder, "sources.list"), "w") as file:
            file.write(" ".join(names))


# In the order of the table; zbuild is the first.
CHAINS = [ZBuild, Ninja, Tcc]

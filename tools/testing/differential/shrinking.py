"""Makes a program that fails smaller, as long as it fails in the same way."""

import copy
import time

from .program import Body, Constant, Declaration, Function, Global, Instruction, Keyword, Value, walk
from .types import VOID, Array, Bool, Integer, Pointer, Slice, needed


def shrink(program, fails, seconds):
    """The smallest program found. `fails` says whether one still fails as it should."""
    return Shrinker(program, fails, time.monotonic() + seconds).shrink()


class Shrinker:
    def __init__(self, program, fails, end):
        self.program, self.fails, self.end = program, fails, end

    def shrink(self):
        size = None
        self.attempt(join_modules)
        while size != cost(self.program) and time.monotonic() < self.end:
            size = cost(self.program)
            self.empty_functions()
            self.remove_runs()
            self.open_bodies()
            self.unite_values()
            self.remove_parameters()
        remove_unused(self.program)
        return self.program

    def attempt(self, change):
        """Changes a copy, and keeps it if it is smaller and fails. `change` may return False: nothing to do."""
        if time.monotonic() > self.end:
            return False
        candidate = copy.deepcopy(self.program)
        if change(candidate) is False or cost(candidate) >= cost(self.program) or not self.fails(candidate):
            return False
        self.program = candidate
        return True

    def empty_functions(self):
        for number in range(len(self.program.functions)):
            def change(program, number=number):
                function = program.functions[number]
                function.body[:] = [end_of(program, function)]
            self.attempt(change)

    def remove_runs(self):
        """Removes runs of instructions, long ones first."""
        number = 0
        while number < len(bodies(self.program)):
            length = len(bodies(self.program)[number])
            while length:
                start = 0
                while number < len(bodies(self.program)) and start < len(bodies(self.program)[number]):
                    if not self.attempt(lambda program: remove(program, number, start, start + length)):
                        start += length
                length //= 2
            number += 1

    def open_bodies(self):
        """Puts one of its bodies where an instruction stands."""
        number = 0
        while number < len(bodies(self.program)):
            index = 0
            while number < len(bodies(self.program)) and index < len(bodies(self.program)[number]):
                for inner in (0, 1):
                    if self.attempt(lambda program: open_body(program, number, index, inner)):
                        break
                else:
                    index += 1
            number += 1

    def unite_values(self):
        """Uses an earlier value of the same type in place of another."""
        for function in range(len(self.program.functions)):
            index = 0
            while index < len(list(walk(self.program.functions[function].body))):
                if not self.attempt(lambda program: unite(program.functions[function], index)):
                    index += 1

    def remove_parameters(self):
        for number in range(1, len(self.program.functions)):
            index = len(self.program.functions[number].type.parameters)
            while index:
                index -= 1
                self.attempt(lambda program: remove_parameter(program, program.functions[number], index))


def bodies(program):
    """All bodies, in an order that a copy has too."""
    found = []
    for function in program.functions:
        found.append(function.body)
        for instruction in walk(function.body):
            found += instruction.bodies()
    return found


def cost(program):
    """Something for each instruction, less for a simple one, and something for each operand and parameter."""
    total = 10 * len(program.modules)
    for function in program.functions:
        total += len(function.type.parameters) * 3
        for instruction in walk(function.body):
            total += 2 if is_simple(instruction) else 10
            total += sum(1 for _ in instruction.uses())
    return total


def join_modules(program):
    program.modules = program.modules[:1]
    for item in [*program.functions, *program.globals, *program.declarations]:
        item.module = 0


def is_simple(instruction):
    """Whether it is what takes the place of others."""
    if instruction.op == "store":
        return isinstance(instruction.operands[1], Constant)
    return instruction.op == "deref" and isinstance(instruction.operands[0], Global)


def global_of(program, type):
    """A mutable global of the type."""
    for item in program.globals:
        if item.type == Pointer(type):
            return item
    item = Global(f"z_{type.name}", Pointer(type), None)
    program.globals.append(item)
    item.initial = zero(program, type)
    return item


def zero(program, type):
    match type:
        case Integer():
            return Constant(type, 0)
        case Bool():
            return Constant(type, False)
        case Array():
            return Constant(type, [zero(program, type.child) for _ in range(type.length)])
        case Slice():
            return Constant(type, global_of(program, Array(3, type.child)))
        case Pointer():
            return Constant(type, global_of(program, type.child))
    return Constant(type, next(f for f in program.functions if f.type == type))


def end_of(program, function):
    value = Value(0, VOID)
    if function.type.result == VOID:
        return Instruction("returnvoid", [], value)
    return Instruction("return", [zero(program, function.type.result)], value)


def used(body):
    """The values that the instructions of a body and of its inner ones use."""
    return {id(use) for instruction in walk(body) for use in instruction.uses()}


def owner(program, body):
    return next(f for f in program.functions
                if body is f.body or any(body is b for i in walk(f.body) for b in i.bodies()))


def remove(program, number, start, end):
    """Removes instructions. What is used of them is read from a global instead; a variable keeps having a value."""
    body = bodies(program)[number]
    function = owner(program, body)
    run = body[start:end]
    del body[start:end]
    needed = used(function.body)
    variables = {id(instruction.result) for instruction in walk(function.body) if instruction.op == "alloc"}
    left = []
    for instruction in run:
        type = instruction.result.type
        if instruction.op == "store" and id(instruction.operands[0]) in variables:
            value = zero(program, instruction.operands[0].type.child)
            left.append(Instruction("store", [instruction.operands[0], value], instruction.result))
        elif id(instruction.result) in needed:
            if type == VOID or type.is_comptime or not type.size:
                return False
            left.append(Instruction("deref", [global_of(program, type)], instruction.result, type))
            instruction.result.known = None
    body[start:start] = left


def open_body(program, number, index, inner):
    body = bodies(program)[number]
    instruction = body[index]
    found = instruction.bodies()
    if inner >= len(found) or id(instruction.result) in used(owner(program, body).body):
        return False
    body[index:index + 1] = found[inner]


def unite(function, index):
    """Uses a value that is visible for sure, an earlier one of the outermost body, in place of value `index`."""
    instruction = list(walk(function.body))[index]
    for earlier in [*function.parameters, *(i.result for i in function.body)]:
        if earlier is instruction.result:
            return False
        if earlier.type == instruction.result.type and earlier.type != VOID:
            replace(function.body, instruction.result, earlier)
            delete(function.body, instruction)
            return True
    return False


def replace(body, old, new):
    for instruction in walk(body):
        replace_in(instruction.operands, old, new)


def replace_in(operands, old, new):
    for number, part in enumerate(operands):
        if part is old:
            operands[number] = new
        elif isinstance(part, Keyword):
            part.value = new if part.value is old else part.value
            if isinstance(part.value, list):
                replace_in(part.value, old, new)
        elif isinstance(part, list) and not isinstance(part, Body):
            replace_in(part, old, new)


def delete(body, instruction):
    for index, candidate in enumerate(body):
        if candidate is instruction:
            del body[index]
            return
        for inner in candidate.bodies():
            delete(inner, instruction)


def is_only_called(program, function):
    """Whether there are no values of the function's type, and so of none that may be this function."""
    types = [item.type for item in program.globals]
    for other in program.functions:
        types += other.type.parts()
        for instruction in walk(other.body):
            callee = instruction.operands[0] if instruction.op == "call" else None
            types += [use.type for use in instruction.uses() if use is not callee or not isinstance(use, Function)]
    return function.type not in needed(types)


def remove_parameter(program, function, index):
    if not is_only_called(program, function):
        return False
    if index < len(function.parameters):
        gone = function.parameters.pop(index)
        if id(gone) in used(function.body):
            function.body.insert(0, Instruction("deref", [global_of(program, gone.type)], gone, gone.type))
    parameters = function.type.parameters
    function.type = type(function.type)(
        parameters[:index] + parameters[index + 1:], function.type.result, function.type.convention)
    for other in program.functions:
        for instruction in walk(other.body):
            if instruction.op == "call" and instruction.operands[0] is function:
                del instruction.operands[1][index]


def remove_unused(program):
    """Removes functions and globals that nothing refers to."""
    reached, waiting = set(), [program.functions[0]]
    while waiting:
        item = waiting.pop()
        if id(item) in reached:
            continue
        reached.add(id(item))
        if isinstance(item, Function):
            for instruction in walk(item.body):
                waiting += [*instruction.uses()] + ([instruction.other] if instruction.other else [])
        elif isinstance(item, Global):
            waiting.append(item.initial)
        elif isinstance(item, Constant):
            waiting += item.value if isinstance(item.value, list) else [item.value]
        elif isinstance(item, Declaration):
            waiting += item.operands
    program.functions[:] = [f for f in program.functions if id(f) in reached]
    program.declarations[:] = [d for d in program.declarations if id(d) in reached]
    program.globals[:] = [g for g in program.globals if id(g) in reached]

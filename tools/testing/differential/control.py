"""Branches, blocks and loops in a function's body."""

from .program import Body, Number
from .types import BOOL, U1, USIZE, VOID, Bool, Integer, Pointer

DEEPEST = 7


class Control:
    STATEMENTS = [
        ("add_branch", 8), ("add_choice", 6), ("add_block", 2), ("add_loop", 5), ("add_end", 1), ("add_nest", 0.3),
        ("add_dead_branch", 1), ("add_nothing", 0.5),
    ]

    def add_branch(self):
        if self.depth > DEEPEST:
            return
        condition = self.typed(BOOL) if self.chance(0.5) else self.comparison()
        then = self.inner(self.branch)
        otherwise = Body() if self.chance(0.4) else self.inner(self.branch)
        self.emit("condbr", [condition, then, otherwise])

    def add_dead_branch(self):
        """Of a condition that is known, the other body is not analysed."""
        condition = self.literal(BOOL) if self.chance(0.5) else self.compared(
            self.random.choice(["lt", "eq", "gte"]), self.literal(U1), Number(self.random.randint(0, 1)))
        dead = self.inner(lambda: self.emit("compileerror", ['"this is analysed"']))
        taken = self.inner(self.branch) if self.chance(0.5) else Body()
        self.emit("condbr", [condition, taken, dead] if condition.known else [condition, dead, taken])

    def add_nothing(self):
        self.emit("dbg_stmt", [])

    def branch(self):
        self.statements(self.random.randint(0, 6))
        self.mix_all()
        if self.chance(self.risk * 0.1):
            self.emit("unreachable", [])

    def add_choice(self):
        """A block whose value is one of several."""
        if self.depth > DEEPEST:
            return
        type = self.random.choice(self.program.types)
        target = self.value(type)

        is_first = True

        def leave():
            nonlocal is_first
            value = self.typed(type) if is_first else self.alternative(type)
            is_first = False
            target.level = max(target.level, value.level)
            self.mix_all()
            self.emit("break", [target, value])

        def way():
            self.statements(self.random.randint(0, 4))
            leave()

        def inside_loop():
            """Leaves the block from a loop, whose variables end there."""
            self.statements(1)
            self.loop(lambda _: self.emit("condbr", [self.run_time_bool(), self.inner(way), Body()]))

        def body():
            for _ in range(self.random.randint(1, 3)):
                self.statements(self.random.randint(0, 3))
                if self.chance(0.15) and self.loops < 2:
                    inside_loop()
                    continue
                condition = self.run_time_bool()
                then, both = self.inner(way), self.chance(0.2)
                self.emit("condbr", [condition, then, self.inner(way) if both else Body()])
                if both:
                    return
            leave()

        self.append_block(target, self.inner(body))

    def alternative(self, type):
        """What a block of `type` may have as its value if it has one of that type already."""
        value = self.operand(type) if isinstance(type, (Integer, Bool)) else self.typed(type)
        if isinstance(value.type, Integer) and value.type != type:
            return value if value.type.signed == type.signed and value.type.bits < type.bits else self.typed(type)
        return value

    def add_block(self):
        """A block with one way out, whose value is what stands there."""
        type = self.random.choice(self.program.types)
        target = self.value(type)

        def body():
            self.statements(self.random.randint(0, 4))
            value = self.typed(type)
            target.known, target.level = value.known, value.level
            self.mix_all()
            self.emit("break", [target, value])

        self.append_block(target, self.inner(body))

    def append_block(self, target, body):
        # The instruction has the number that its body refers to.
        self.emit("block", [body], target.type, hidden=True)
        self.body[-1].result = target
        if target.type != VOID:
            self.scope.append(target)

    def add_loop(self):
        if self.depth < DEEPEST and self.loops < 3:
            self.loop(lambda _: self.statements(self.random.randint(1, 8)))

    def loop(self, generate, rounds=None):
        """A loop of a few rounds, or of `rounds` for sure. `generate` is given the number of the round."""
        type = USIZE if rounds else self.random.choice([type for type in self.program.integers if type.bits > 3])
        limit = Number(rounds) if rounds else self.limit(type)
        counter = self.emit("alloc", [type], Pointer(type), type=type, level=2, hidden=True)
        self.emit("store", [counter, Number(0)])
        end = self.value(VOID)

        def leave():
            self.emit("breakvoid", [end])

        def body():
            now = self.emit("deref", [counter], type)
            done = self.emit(self.random.choice(["cmp_gte", "cmp_eq"]), [now, limit], BOOL)
            self.emit("condbr", [done, self.inner(leave), Body()])
            following = self.arithmetic(self.random.choice(["add", "addwrap"]), type, now, Number(1))
            moves_late = self.chance(0.5)
            if not moves_late:
                self.emit("store", [counter, following])
            if rounds:
                generate(now)
                self.mix_all()
            else:
                self.round(lambda: generate(now), leave)
            if moves_late:
                self.emit("store", [counter, following])

        self.loops += 1
        loop = self.inner(lambda: self.emit("loop", [self.inner(body)]))
        self.loops -= 1
        self.append_block(end, loop)

    def limit(self, type):
        if self.chance(0.4):
            return self.arithmetic("bitand", type, self.typed(type), Number(self.random.choice([3, 7])))
        return Number(self.random.randint(0, 6))

    def round(self, generate, leave):
        """May leave the loop early, or only the round."""
        next_round = self.value(VOID)

        def skip():
            self.emit("breakvoid", [next_round])

        def body(may_skip):
            generate()
            if self.chance(0.3):
                self.emit("condbr", [self.run_time_bool(), self.inner(leave), Body()])
            if may_skip:
                self.emit("condbr", [self.run_time_bool(), self.inner(skip), Body()])
                self.statements(2)
            self.mix_all()

        if self.chance(0.2):
            self.append_block(next_round, self.inner(lambda: body(may_skip=True)))
        else:
            body(may_skip=False)

    def add_end(self):
        """Returns early, or ends the program."""
        if self.depth == 0 or self.loops and self.chance(0.8):
            return
        end = self.stop if self.chance(0.1) else self.finish
        self.emit("condbr", [self.run_time_bool(), self.inner(end), Body()])

    def stop(self):
        self.mix_all()
        self.emit("call", [self.program.stop, [Number(self.random.randrange(100))]])
        self.emit("unreachable", [])

    def add_nest(self):
        """Bodies in bodies, deeper than the rest goes."""
        if self.depth > 1 or self.loops:
            return
        left = self.random.randint(10, 80)

        def body():
            nonlocal left
            left -= 1
            if self.chance(0.1):
                self.statements(1)
            if left > 0:
                if self.chance(0.5):
                    target = self.value(VOID)
                    self.append_block(target, self.inner(body))
                else:
                    self.emit("condbr", [self.run_time_bool(), self.inner(body), Body()])
            self.mix_all()

        self.append_block(self.value(VOID), self.inner(body))

import Semantics
import Testing
import ZIR

/// The first program: two system calls from a function without a frame.
struct HelloTests {
    static let source = """
        @noreturn = primitive(noreturn)
        @usize = primitive(usize)
        @0 = int(0)
        @1 = int(1)
        @symbol = str("_start")
        @len_name = str("len")
        @start_type = fntype([], @noreturn, cc=Naked)
        @start = fn(@start_type, {
          %SYS_exit_group = int(231)
          %exit_code = as(@usize, @0)
          %syscall = str("syscall")
          %result = str("={rax}")
          %rax = str("{rax}")
          %rdi = str("{rdi}")
          %rcx = str("rcx")
          %msg = str("Hello, world!\\n")
          %msg_ptr = ptrtoint(%msg)
          %msg_len_ptr = fieldptr(%msg, @len_name)
          %msg_len = deref(%msg_len_ptr)
          %write = asm(%syscall, @usize, volatile=1, output=%result,
            inputs=[%rax, %rdi, "{rsi}", "{rdx}"], clobbers=[%rcx, r11, memory],
            args=[@1, 1, %msg_ptr, %msg_len])
          %exit = asm(%syscall, @usize, volatile=1, output=%result,
            inputs=[%rax, %rdi], clobbers=[%rcx, r11, memory], args=[%SYS_exit_group, %exit_code])
          %end = unreachable()
        })
        @export = export(@symbol, @start)
        """

    @Test func codeOfStart() throws {
        let program = MemoryProgram(Self.source)
        #expect(
            try program.code("start") == [
                "%0 = asm.u64 0(1, 1, local0, 14)", "%1 = asm.u64 1(231, 0)", "unreachable checked",
            ])
        #expect(program.contentQuestions == ["len_name"], "the name of the field is all that is read")
    }

    @Test func storageHoldsWhatCodePointsAt() throws {
        let program = MemoryProgram(Self.source)
        guard case .function(let function) = try program.body(of: program["start"]) else {
            Issue.record("no function")
            return
        }
        #expect(function.storage == [Content(bytes: Array("Hello, world!\n\0".utf8))])
        #expect(function.convention == .Naked)
        #expect(function.assemblies.map(\.isVolatile) == [true, true])
        #expect(function.assemblies[0].source == Array("syscall".utf8))
        #expect(function.assemblies[0].output == Array("rax".utf8))
        #expect(function.assemblies[0].inputs == ["rax", "rdi", "rsi", "rdx"].map { Array($0.utf8) })
        #expect(function.assemblies[0].clobbers == ["rcx", "r11", "memory"].map { Array($0.utf8) })
    }

    @Test func exportRequest() throws {
        let program = MemoryProgram(Self.source)
        let request = try program.export("export")
        #expect(request?.symbol == Array("_start".utf8))
        #expect(request?.target == program["start"])
        #expect(request?.linkage == .Strong)
        #expect(try program.export("start") == nil)
    }

    @Test func interfaces() throws {
        let program = MemoryProgram(Self.source)
        #expect(try program.constant("start") == "fn() callconv(.Naked) noreturn @start")
        #expect(try program.constant("symbol") == "*const [6:0]u8 @symbol")
        #expect(try program.constant("1") == "comptime_int 1")
        #expect(try program.interface(of: program["start"]).category == .function)
        #expect(try program.interface(of: program["symbol"]).category == .constantStorage)
        #expect(try program.interface(of: program["1"]).category == .constant)
        #expect(try program.interface(of: program["export"]).category == .export)
        #expect(try program.body(of: program["1"]) == .none)
        #expect(try program.body(of: program["symbol"]) == .data(Content(bytes: Array("_start\0".utf8))))
    }

    /// An analysis of a body asks only for what it needs.
    @Test func shallowAnalysisOfFunctions() throws {
        let program = MemoryProgram(Self.source)
        _ = try program.interface(of: program["start"])
        #expect(program.interfaceQuestions == ["start", "start_type", "noreturn"])
    }
}

import Cache
import ELF
import Foundation
import Testing

@testable import Engine

/// `zbuild check` sees each thing that it compares: a project in which exactly one number is wrong, and what is said of
/// it.
@Suite struct CheckTests {
    @Test func aProjectThatNobodyDamagedIsTheSame() throws {
        let project = try DamagedProject()
        let report = try project.folder.check()
        #expect(report.differences.map(\.description) == [])
        #expect(report.result == .same)
        #expect(report.declarations == 23)
        #expect(report.remark == nil)
    }

    @Test(arguments: Damage.all)
    func damageIsSeenAndNamed(_ damage: Damage) throws {
        let project = try DamagedProject()
        try damage.work(project)
        let report = try project.folder.check()
        #expect(report.result == .different)
        let found = report.differences.map { "\($0.kind.rawValue) \($0.name)".trimmingCharacters(in: .whitespaces) }
        #expect(found.sorted() == damage.expected.sorted(), "\(report.differences.map(\.description))")
        if let text = damage.text {
            let texts = report.differences.map(\.message)
            #expect(texts.contains { $0.contains(text) }, "\(texts)")
        }
    }

    /// Every kind of difference has a damage that shows it, here or in `BrokenProjectTests`.
    @Test func everyKindIsSeen() {
        let seen = Set(Damage.all.flatMap(\.expected).compactMap { $0.split(separator: " ").first.map(String.init) })
        let kinds = Set(Difference.Kind.allCases.map(\.rawValue))
        #expect(kinds.subtracting(seen) == ["errors", "executable"])
    }
}

/// One number that is wrong, and the kinds and names of the differences that a check then reports.
struct Damage: Sendable, CustomTestStringConvertible {
    var name: String
    var expected: [String]
    /// Part of what is said.
    var text: String?
    var work: @Sendable (DamagedProject) throws -> Void

    init(
        _ name: String, _ expected: [String], _ text: String? = nil,
        _ work: @escaping @Sendable (DamagedProject) throws -> Void
    ) {
        self.name = name
        self.expected = expected
        self.text = text
        self.work = work
    }

    var testDescription: String { name }

    static let all: [Damage] = ofExecutable + graph + rooms + records
    /// Those that the executable has and the cache knows nothing of.
    static let ofExecutable: [Damage] = code + tables + fills

    // MARK: - The executable

    private static let code: [Damage] = [
        Damage("a byte of code", ["code main.work"], "1 of its ") { try $0.flip("main.work", 0) },
        Damage("a byte of data", ["code main.counter"]) { try $0.flip("main.counter", 7) },
        Damage("a byte of a constant", ["code main.limit"]) { try $0.flip("main.limit", 0) },
        Damage("a slot field", ["field main.start"], "for main.work holds") { project in
            try project.flip("main.start", try project.field("main.start", kind: 0))
        },
        Damage("an address in data", ["field main.pointer"], "for main.limit holds") { project in
            try project.flip("main.pointer", try project.field("main.pointer", kind: 1))
        },
        Damage("an own slot", ["field main.work"], "for its own slot holds") { project in
            try project.flip("main.work", try project.field("main.work", kind: 2))
        },
        Damage("a panic slot field", ["field main.work"], "for the panic handler holds") { project in
            try project.flip("main.work", try project.field("main.work", kind: 3))
        },
        Damage("a line in code", ["code main.work"]) { project in
            try project.flip("main.work", try project.field("main.work", kind: 4))
        },
        Damage("a column in code", ["code main.work"]) { project in
            try project.flip("main.work", try project.field("main.work", kind: 5))
        },
        Damage("zbuild's own code", ["runtime"]) { try $0.flip(.text, 5) },
    ]

    private static let tables: [Damage] = [
        Damage("a slot", ["slot main.work"], "its slot holds") { project in
            try project.flip(.slots, UInt64(try project.known("main.work").text.slot) * 8)
        },
        Damage("the null slot", ["slot"]) { try $0.flip(.slots, 3) },
        Damage("the panic handler's slot", ["slot"]) { try $0.flip(.slots, 8) },
        Damage("the panic sink's slot", ["slot"]) { try $0.flip(.slots, 16) },
        Damage("a line in the table of positions", ["position main.work"], "stands at 11:1") { project in
            try project.flip(.positions, UInt64(try project.known("main.work").text.slot) * 16 + 8)
        },
        Damage("a column in the table of positions", ["position main.work"]) { project in
            try project.flip(.positions, UInt64(try project.known("main.work").text.slot) * 16 + 12)
        },
        Damage("a position without a slot", ["position"]) { try $0.flip(.positions, 17) },
        Damage("a letter of a symbol's name", ["symbol main.work"], "has the name") { project in
            let index = UInt64(try project.known("main.work").state.link?.symbol ?? 0)
            let name = try project.folder.executableSnapshot().number(.symtab, index * 24, bytes: 4) ?? 0
            try project.flip(.strtab, name + 3)
        },
        Damage("a symbol's address", ["symbol main.work"]) { project in
            try project.flip(.symtab, UInt64(try project.known("main.work").state.link?.symbol ?? 0) * 24 + 8)
        },
        Damage("a symbol's size", ["symbol main.work"]) { project in
            try project.flip(.symtab, UInt64(try project.known("main.work").state.link?.symbol ?? 0) * 24 + 16)
        },
        Damage("an export's symbol", ["symbol main.entry"], "exported symbol") { project in
            let row = try project.folder.snapshot().exports.first { $0.symbol == Array("_start".utf8) }
            try project.flip(.symtab, UInt64(row?.symbolIndex ?? 0) * 24 + 5)
        },
        Damage("the symbol of zbuild's own code", ["symbol"]) { try $0.flip(.symtab, 24 + 16) },
        Damage("the file header", ["headers"], "file header") { try $0.flip(at: 24) },
        Damage("a segment", ["headers"], "table of segments") { try $0.flip(at: 128 + 40) },
        Damage("the build id", ["headers"], "build id") { try $0.flip(at: 1024 + 16) },
        Damage("the rest of the first page", ["headers"], "first page") { try $0.flip(at: 2000) },
        Damage("a section's header", ["headers"], "table of sections") { project in
            try project.flip(at: (try project.folder.snapshot().section(.sectionHeaders)?.fileOffset ?? 0) + 70)
        },
    ]

    // MARK: - Room

    private static let fills: [Damage] = [
        Damage("a free byte", ["fill"], "the free byte at .text") { project in
            try project.flip(.text, try project.hole(.text).offset + 1)
        },
        Damage("a byte behind a block's content", ["fill main.start"], "behind its content") { project in
            try project.flip("main.start", try project.known("main.start").state.link?.size ?? 0)
        },
        Damage("a byte behind a section", ["fill"], "behind .rodata") { project in
            try project.flip(.rodata, try project.folder.snapshot().section(.rodata)?.size ?? 0)
        },
    ]

    private static let rooms: [Damage] = [
        Damage("a hole that is gone", ["room"], "belong to nobody") { project in
            let hole = try project.hole(.text)
            try project.change { try $0.removeHole(in: hole.section, startingAt: hole.offset) }
        },
        Damage("a hole that is too large", ["fill", "room main.work"], "overlaps a hole") { project in
            var hole = try project.hole(.text)
            hole.size += 16
            try project.change { try $0.putHole(hole) }
        },
        Damage("a hole in two", ["room"], "two holes of .text meet") { project in
            let hole = try project.hole(.text)
            try project.change { store in
                try store.putHole(HoleRow(section: hole.section, offset: hole.offset, size: 16))
                try store.putHole(HoleRow(section: hole.section, offset: hole.offset + 16, size: hole.size - 16))
            }
        },
        Damage("a hole at the end of a section", ["room", "room"], "is no hole") { project in
            let size = try project.folder.snapshot().section(.data)?.size ?? 0
            try project.change {
                try $0.putHole(HoleRow(section: SectionID.data.rawValue, offset: size, size: 0))
                try $0.putHole(HoleRow(section: 200, offset: 0, size: 8))
            }
        },
        Damage("a block's room", ["room", "room main.counter"], "uses more than it owns") { project in
            try project.changeLink("main.counter") { $0.room = 4 }
        },
    ]

    // MARK: - The cache

    private static let graph: [Damage] = [
        Damage("the hash that an edge has seen", ["edges main.work"], "its edge 2 is") { project in
            try project.changeState("main.work") { $0.edges[1].seen ^= 1 }
        },
        Damage("the kind of an edge", ["edges main.work"]) { project in
            try project.changeState("main.work") { $0.edges[1].kind = .body }
        },
        Damage(
            "an edge that does not hold",
            [
                "edges main.start", "keeper lib.exit", "life lib.exit", "life lib.exit_type", "life lib.noreturn",
                "life lib.usize",
            ], "3 of its 4 edges hold"
        ) { project in
            try project.changeState("main.start") { $0.edgesInEffect -= 1 }
        },
        Damage("a user", ["users main.step"], "main.work uses it and is not among its users") { project in
            try project.changeState("main.step") { $0.users = [] }
        },
        Damage("one user more", ["users main.step"], "main.start is among its users and has no edge to it") { project in
            let number = try project.number("main.start")
            try project.changeState("main.step") { $0.users = DeclNumbers([number] + $0.users) }
        },
        Damage("the count of users that pass changes on", ["users main.usize"]) { project in
            try project.changeState("main.usize") { $0.passingUserCount += 1 }
        },
        Damage("a rank", ["keeper main.work"], "and is kept by") { project in
            try project.changeState("main.work") { $0.rank = 0 }
        },
        Damage("a keeper", ["keeper main.counter"], "which does not use it") { project in
            let number = try project.number("main.strong")
            try project.changeState("main.counter") { $0.keeper = number }
        },
        Damage("no keeper", ["keeper main.counter"], "nobody keeps it") { project in
            try project.changeState("main.counter") { $0.keeper = 0 }
        },
        Damage("a keeper that is not there", ["keeper main.counter"]) { project in
            try project.changeState("main.counter") { $0.keeper = 127 }
        },
    ]

    private static let records: [Damage] = [
        Damage("a hash of text", ["text main.step"]) { project in
            let other = try project.known("main.limit").text.contentHash
            try project.changeText("main.step") { $0.contentHash = other }
        },
        Damage("a place in the source file", ["place main.step", "place main.step"]) { project in
            try project.changeText("main.step") {
                $0.line += 1
                $0.offset += 4
            }
        },
        Damage("a type's hash", ["interface main.step"]) { project in
            try project.changeState("main.step") { $0.typeHash ^= 1 }
        },
        Damage("a stored interface", ["interface main.step"], "its stored interface") { project in
            let other = try project.known("main.usize").state.interface
            try project.changeState("main.step") { $0.interface = other }
        },
        Damage("a content's hash", ["content main.limit"]) { project in
            try project.changeState("main.limit") { $0.bodyHash ^= 1 }
        },
        Damage("a state", ["state main.step"]) { project in
            try project.changeState("main.step") { $0.bodyState = .done }
        },
        Damage("a hash of code", ["code main.work"], "linked code") { project in
            try project.changeLink("main.work") { $0.codeHash ^= 1 }
        },
        Damage("a relocation's target", ["field main.start", "relocations main.start"], "lib.exit") { project in
            let number = try project.number("lib.exit")
            try project.changeLink("main.start") { $0.relocations[0].target = number }
        },
        Damage("a relocation that is gone", ["relocations main.pointer"], "it has 0 fields") { project in
            try project.changeLink("main.pointer") { $0.relocations = [] }
        },
        Damage("an export", ["exports main.weak", "symbol"]) { project in
            try project.changeExport("main.weak") { $0.symbol = Array("other".utf8) }
        },
        Damage("the entry point", ["exports", "runtime"]) { project in
            let number = try project.number("main.work")
            try project.changeMeta { $0.entry = number }
        },
        Damage("a counter", ["counters"], "declarations in the build") { try $0.changeMeta { $0.liveCount += 1 } },
        Damage("a counter of declarations", ["counters"]) { try $0.changeMeta { $0.totalCount += 1 } },
        Damage("the next page", ["database"]) { try $0.changeMeta { $0.nextPage = 1 } },
        Damage("what waits for the linker", ["counters", "leftovers"]) { project in
            let number = try project.number("main.work")
            try project.change { try $0.putPending(.withoutCode(number, arePositionsChanged: false)) }
        },
        Damage("a package", ["packages", "packages"], "with the root file 'other.zir'") { project in
            try project.change { store in
                guard var row = try store.packages().first else { return }
                row.rootPath = "other.zir"
                try store.putPackage(row)
            }
        },
        Damage("one package more", ["packages"], "package 'more' in '../more'") { project in
            try project.change { store in
                try store.putPackage(
                    PackageRow(
                        number: 2, folder: "../more", name: "more", rootPath: "../more/main.zir", dependencies: []))
            }
        },
        Damage("what a file imports", ["files"], "'lib.zir' imports [\"more\"]") { project in
            try project.changeFile("lib.zir") { $0.packageNames = ["more"] }
        },
        Damage("a digest", ["files"], "the digest of 'lib.zir'") { project in
            try project.changeFile("lib.zir") { row in
                row.digest = .hash([1])
                row.readTime = Int64.max
            }
        },
        Damage(
            "a declaration that is not in the build",
            [
                "counters", "keeper main.usize", "leftovers main.counter", "leftovers main.counter",
                "life main.counter", "life main.counter", "symbol",
            ]
        ) { project in
            try project.changeState("main.counter") { $0.isLive = false }
        },
    ]
}

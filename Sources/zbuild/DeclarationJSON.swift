import Engine

/// The one object of `zbuild explain NAME --json`. Fields are added, never renamed.
struct DeclarationJSON: Encodable {
    private let name: String
    private let path: String
    private let line: Int
    private let column: Int
    private let status: String
    private let instruction: String?
    private let type: String?
    private let value: String?
    private let block: BlockObject?
    private let compiled: CompilationObject?
    private let uses: [UseObject]
    private let useCount: Int
    private let users: [UseObject]
    private let userCount: Int
    private let keepers: [String]
    private let keeperCount: Int
    private let symbol: String?
    private let blocker: String?
    private let errors: [ProblemObject]
    private let freshness: JSONFreshness

    private struct BlockObject: Encodable {
        var section: String
        var address: UInt64
        var fileOffset: UInt64?
        var size: UInt64
        var room: UInt64
        var slot: UInt32
    }

    private struct CompilationObject: Encodable {
        var build: UInt64
        var lastBuild: UInt64
        var time: String?
        var reason: String
        var causes: [JSONCause]
    }

    private struct UseObject: Encodable {
        var name: String
        var question: String
        var forInterface: Bool
        var inBuild: Bool

        init(_ use: DeclarationAnswer.Use) {
            name = use.name
            question = use.question
            forInterface = use.isForInterface
            inBuild = use.isInBuild
        }
    }

    private struct ProblemObject: Encodable {
        var path: String
        var line: Int
        var column: Int
        var message: String
    }

    init(_ answer: DeclarationAnswer) {
        name = answer.name
        path = answer.path
        line = Int(answer.position.line) + 1
        column = Int(answer.position.column) + 1
        status = answer.status.rawValue
        instruction = answer.instruction
        type = answer.type
        value = answer.value
        block = answer.block.map {
            BlockObject(
                section: $0.section, address: $0.address, fileOffset: $0.fileOffset, size: $0.size, room: $0.room,
                slot: $0.slot)
        }
        compiled = answer.compilation.map { compilation in
            CompilationObject(
                build: compilation.build, lastBuild: compilation.lastBuild,
                time: compilation.time.map { Moment($0).machineText }, reason: compilation.reason,
                causes: compilation.causes.map { JSONCause($0, in: compilation.causes) })
        }
        uses = answer.uses.map(UseObject.init)
        useCount = answer.useCount
        users = answer.users.map(UseObject.init)
        userCount = answer.userCount
        keepers = answer.keepers
        keeperCount = answer.keeperCount
        symbol = answer.symbol
        blocker = answer.blocker
        errors = answer.problems.map {
            ProblemObject(
                path: $0.path, line: Int($0.position.line) + 1, column: Int($0.position.column) + 1,
                message: $0.message)
        }
        freshness = JSONFreshness(answer.freshness)
    }

    /// The object on one line.
    var text: String { jsonText(self) }
}

import Cache
import ZIR

// What the cache keeps of a build, so that somebody who asks later need not build again.

extension Update {
    /// Keeps what this build did, and why, in place of that of the last.
    func storeExplanation() throws(UpdateStop) {
        let row = BuildRow(report, generation: meta.generation, errorCount: meta.errorCount)
        try UpdateStop.cache { () throws(CacheError) in
            try store.addBuild(row)
            try store.replaceCauses(count: report.causes.count) { CauseRow(report.causes[$0]) }
        }
    }
}

extension Report.Result {
    /// How the cache numbers it.
    fileprivate var number: UInt8 {
        switch self {
        case .built: 0
        case .unchanged: 1
        case .failed: 2
        }
    }

    init?(number: UInt8) {
        switch number {
        case 0: self = .built
        case 1: self = .unchanged
        case 2: self = .failed
        default: return nil
        }
    }
}

extension BuildRow {
    /// What is to be kept of `report`.
    fileprivate init(_ report: Report, generation: UInt64, errorCount: UInt32) {
        self.init()
        self.generation = generation
        time = Clock.fileTime()
        result = report.result.number
        fallback = report.fallback.map { UInt8($0.rawValue) }
        fileCount = UInt32(clamping: report.files.total)
        readCount = UInt32(clamping: report.files.read)
        liveCount = UInt32(clamping: report.declarations.total)
        parsedCount = UInt32(clamping: report.declarations.parsed)
        analysedCount = UInt32(clamping: report.declarations.analysed)
        generatedCount = UInt32(clamping: report.declarations.generated)
        removedCount = UInt32(clamping: report.declarations.removed)
        positionCount = UInt32(clamping: report.positions)
        writtenCount = UInt32(clamping: report.blocks.written)
        movedCount = UInt32(clamping: report.blocks.moved)
        freedCount = UInt32(clamping: report.blocks.freed)
        unlistedCount = UInt32(clamping: report.unlistedChanges)
        self.errorCount = errorCount
    }
}

extension Report {
    /// The report of a build as far as the cache knows it; nil where the rows make no sense.
    init?(_ row: BuildRow, _ causes: [CauseRow], output: String) {
        guard let result = Result(number: row.result) else { return nil }
        self.init()
        self.result = result
        self.output = output
        fallback = row.fallback.flatMap { Fallback(rawValue: Int($0)) }
        isFirst = row.generation == 1 && fallback == nil
        files = Files(total: Int(row.fileCount), read: Int(row.readCount))
        declarations = Declarations(
            total: Int(row.liveCount), parsed: Int(row.parsedCount), analysed: Int(row.analysedCount),
            generated: Int(row.generatedCount), removed: Int(row.removedCount))
        positions = Int(row.positionCount)
        blocks = Blocks(written: Int(row.writtenCount), moved: Int(row.movedCount), freed: Int(row.freedCount))
        unlistedChanges = Int(row.unlistedCount)
        for cause in causes {
            guard let cause = Cause(cause) else { return nil }
            self.causes.append(cause)
        }
    }
}

extension CauseRow {
    fileprivate init(_ cause: Cause) {
        self.init()
        parent = cause.parent.map { UInt32($0) }
        declaration = cause.declaration
        name = cause.name
        path = cause.path
        line = cause.position.line
        column = cause.position.column
        kind = cause.kind.rawValue
        outcome = cause.outcome.rawValue
        change = cause.change
        placement = cause.placement.map {
            PlacementRow(
                oldSize: $0.oldSize, newSize: $0.newSize, oldAddress: $0.oldAddress, newAddress: $0.newAddress,
                oldRoom: $0.oldRoom)
        }
    }
}

extension Cause {
    fileprivate init?(_ row: CauseRow) {
        guard let kind = Kind(rawValue: row.kind), let outcome = Outcome(rawValue: row.outcome) else { return nil }
        self.init(
            declaration: row.declaration, name: row.name, path: row.path,
            position: FilePosition(line: row.line, column: row.column), kind: kind, parent: row.parent.map { Int($0) },
            change: row.change, outcome: outcome,
            placement: row.placement.map {
                Placement(
                    oldSize: $0.oldSize, newSize: $0.newSize, oldAddress: $0.oldAddress, newAddress: $0.newAddress,
                    oldRoom: $0.oldRoom)
            })
    }
}

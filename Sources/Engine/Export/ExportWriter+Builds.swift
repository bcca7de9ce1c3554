import Cache
import ZIR

// What of a cache is about builds: the errors that stand, the last builds and their causes, an update that is not
// finished.

extension ExportWriter {
    /// Errors, at their places in the files.
    func writeDiagnostics() throws(ExportFailure) {
        for (number, row) in snapshot.diagnostics.enumerated() {
            let place = place(row.declaration, row.line, row.column)
            try add(
                .diagnostic,
                [
                    .number(number), .reference(row.declaration), .number(row.file), .number(place.line),
                    .number(place.column), .flag(row.isFromParsing), .text(row.message),
                ])
            for (ordinal, note) in row.notes.enumerated() {
                let place = self.place(note.declaration, note.line, note.column)
                try add(
                    .note,
                    [
                        .number(number), .number(ordinal), .reference(note.declaration), .number(place.line),
                        .number(place.column), .text(note.message),
                    ])
            }
        }
    }

    /// A place in a file, one-based, of one that counts from 0 and is relative to a declaration, if there is one.
    private func place(_ declaration: DeclNumber, _ line: UInt32, _ column: UInt32) -> (line: Int64, column: Int64) {
        guard let known = snapshot[declaration] else { return (Int64(line) + 1, Int64(column) + 1) }
        let start = FilePosition(line: known.line &- 1, column: known.column &- 1)
        let place = start.adding(Position(line: line, column: column))
        return (Int64(place.line) + 1, Int64(place.column) + 1)
    }

    /// The last builds, and why the last of them did what it did.
    func writeBuilds() throws(ExportFailure) {
        for row in try read({ () throws(CacheError) in try store.builds() }) {
            let counts = [
                row.fileCount, row.readCount, row.liveCount, row.parsedCount, row.analysedCount, row.generatedCount,
                row.removedCount, row.positionCount, row.writtenCount, row.movedCount, row.freedCount, row.errorCount,
                row.unlistedCount,
            ]
            let fallback = row.fallback.map { Fallback(rawValue: Int($0))?.name ?? "reason \($0)" }
            let values: [ExportValue] = [
                .number(row.generation), .integer(row.time),
                .text(Report.Result(number: row.result)?.rawValue ?? "result \(row.result)"), .optional(fallback),
            ]
            try add(.build, values + counts.map { .number($0) })
        }
        for (ordinal, row) in try read({ () throws(CacheError) in try store.causes() }).enumerated() {
            try writeCause(row, ordinal)
        }
    }

    private func writeCause(_ row: CauseRow, _ ordinal: Int) throws(ExportFailure) {
        let values: [ExportValue] = [
            .number(ordinal), row.parent.map { .number($0) } ?? .null, .reference(row.declaration), .text(row.name),
            .text(row.path), .number(Int64(row.line) + 1), .number(Int64(row.column) + 1),
            .text(Cause.Kind(rawValue: row.kind)?.name ?? "kind \(row.kind)"),
            .text(Cause.Outcome(rawValue: row.outcome)?.name ?? "outcome \(row.outcome)"), .text(row.change),
        ]
        let placement = row.placement.map {
            [$0.oldSize, $0.newSize, $0.oldAddress, $0.newAddress, $0.oldRoom].map { ExportValue.number($0) }
        }
        try add(.cause, values + (placement ?? Array(repeating: .null, count: 5)))
    }

    /// What is left to be done to the executable.
    func writeRedo() throws(ExportFailure) {
        guard let redo = try read({ () throws(CacheError) in try store.redo() }) else { return }
        switch redo.row {
        case .install(let path, let inode, let device):
            try add(
                .redo,
                [
                    .number(redo.generation), .text("install"), .text(path), .number(inode), .number(device), .null,
                    .null,
                ])
        case .patch(let before, let newSize, let steps):
            try add(
                .redo,
                [
                    .number(redo.generation), .text("patch"), .null, .number(before.inode), .number(before.device),
                    .integer(before.size), .number(newSize),
                ])
            for (ordinal, step) in steps.enumerated() { try writeStep(step, ordinal) }
        }
    }

    private func writeStep(_ step: RedoStep, _ ordinal: Int) throws(ExportFailure) {
        let values: [ExportValue] =
            switch step {
            case .write(let offset, let bytes):
                [.text("write"), .number(offset), .null, .number(bytes.count), .bytes(bytes)]
            case .copy(let source, let destination, let count):
                [.text("copy"), .number(destination), .number(source), .number(count), .null]
            }
        try add(.redoStep, [.number(ordinal)] + values)
    }
}

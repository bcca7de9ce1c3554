import Cache
import ELF
import Semantics

/// The whole of an update, and what of it stays in the cache.
extension Update {
    /// Runs the phases up to the linker. `save` follows.
    func run(_ output: OutputFile?) throws(UpdateStop) -> LinkResult? {
        clock.begin(.invalidate)
        if !isFromNothing, !changed.isEmpty || liveness.hasLost { invalidate() }
        clock.begin(.analyse)
        try recheckOrder()
        try analyse()
        try checkExports()
        let errors = try standingErrors()
        try checkCache()
        guard errors.isEmpty else {
            clock.begin(.report)
            report.result = .failed
            report.diagnostics = render(errors)
            try leavePending()
            return nil
        }
        clock.begin(.link)
        try takePending()
        removeDormant()
        let result = try link(output)
        if let result { try checkWaste(result) }
        report.result = result == nil ? .unchanged : .built
        return result
    }

    /// Puts everything that shall last into the open transaction, but for the result of the linker.
    func save() throws(UpdateStop) {
        clock.begin(.report)
        explain()
        clock.begin(.commit)
        if report.result != .failed { try purgeDormant() }
        try savePages()
    }

    /// Takes the results of what nothing reaches out of the graph: its edges first, so that what only it used can be
    /// told to be unused.
    private func removeDormant() {
        var index = 0
        var isSeen: Set<DeclIndex> = []
        while index < dormant.count {
            let declaration = dormant[index]
            index += 1
            guard !graph[state: declaration].isLive, isSeen.insert(declaration).inserted else { continue }
            setEdges(declaration, [], inEffect: 0)
            if graph[state: declaration].compiledAt != 0 { report.declarations.removed += 1 }
            code[declaration] = nil
        }
        dormant = isSeen.sorted()
    }

    private func purgeDormant() throws(UpdateStop) {
        for declaration in dormant {
            var empty = StateRecord()
            empty.users = graph[state: declaration].users
            empty.userRowCount = graph[state: declaration].userRowCount
            empty.passingUserCount = graph[state: declaration].passingUserCount
            graph[state: declaration] = empty
            edgePlaces[declaration] = nil
            maybeUnused.append(declaration)
        }
        try removeErrors()
    }

    /// Numbers of names that are in no text, that nobody looks up and that have no place in the executable are free.
    private func freeUnusedNumbers() {
        for declaration in Set(maybeUnused).sorted() {
            let text = graph[text: declaration]
            guard text.isUsed, !text.isPresent else { continue }
            let state = graph[state: declaration]
            guard !graph.hasUsers(declaration), state.link == nil, state.edges.isEmpty,
                !waitsForLinker(declaration)
            else { continue }
            forgetPending(declaration)
            graph[text: declaration] = TextRecord()
            graph[state: declaration] = StateRecord()
        }
    }

    /// Whether `declaration` was an export, and the executable still has its symbol.
    private func waitsForLinker(_ declaration: DeclIndex) -> Bool {
        graph.attempt(nil) { () throws(CacheError) in try store.export(declaration.rawValue) } != nil
    }

    /// Code that was never linked goes with its declaration.
    private func forgetPending(_ declaration: DeclIndex) {
        guard meta.pendingCount > 0 else { return }
        graph.attempt(()) { () throws(CacheError) in
            guard try store.pending(declaration.rawValue) != nil else { return }
            try store.removePending(declaration.rawValue)
            meta.pendingCount -= 1
        }
    }

    private func savePages() throws(UpdateStop) {
        freeUnusedNumbers()
        report.declarations.total = liveTotal()
        try checkCache()
        try UpdateStop.cache { () throws(CacheError) in
            try graph.save()
        }
        try saveFiles()
        meta.nextPage = graph.pageCount
        meta.nextFile = FileNumber(files.count)
        meta.exportCount = UInt32(clamping: try exportCount())
    }

    private func exportCount() throws(UpdateStop) -> Int {
        try UpdateStop.cache { () throws(CacheError) in try store.exportCount() }
    }

    func liveTotal() -> Int {
        meta.liveCount = UInt32(clamping: Int64(meta.liveCount) + liveness.change)
        return Int(meta.liveCount)
    }

    /// Writes what is new of files, and of their packages.
    private func saveFiles() throws(UpdateStop) {
        let gone = try dropFiles()
        func isKept(_ file: FileNumber) -> Bool { files[file].number != 0 && !gone.contains(file) }
        let parts = Set(changedFiles.union(rereadFiles).union(removedFiles).map { Int($0) / filesPerPart })
        try UpdateStop.cache { () throws(CacheError) in
            for part in parts.sorted() {
                let numbers = part * filesPerPart..<min((part + 1) * filesPerPart, files.count)
                try files.save(numbers.map(FileNumber.init).filter(isKept), part: UInt32(part))
            }
            for file in files.changedSources.sorted() where isKept(file) { try store.putSource(files[source: file]) }
            for file in gone.sorted() { try store.removeSource(file) }
            try savePackages(keeping: isKept)
        }
        meta.fileCount = meta.fileCount &- UInt32(gone.count)
    }

    /// A file that left the build goes once nothing of it is needed any more: while there are errors its path stays in the
    /// executable, also if no declaration of it does. Gives those that do.
    private func dropFiles() throws(UpdateStop) -> Set<FileNumber> {
        var gone: Set<FileNumber> = []
        for number in removedFiles.sorted() where files[source: number].pathName == 0 {
            let pages = files[source: number].pages.map(\.page)
            let isEmpty = pages.allSatisfy { page in
                (0..<declarationsPerPage).allSatisfy { !graph[text: DeclIndex(page: page, place: $0)].isUsed }
            }
            guard isEmpty else { continue }
            gone.insert(number)
            meta.pageCount = meta.pageCount &- UInt32(pages.count)
            try UpdateStop.cache { () throws(CacheError) in
                for page in pages {
                    try store.removeTextPage(page)
                    try store.removeStatePage(page)
                }
            }
        }
        return gone
    }
}

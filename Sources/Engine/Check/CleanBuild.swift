import Cache
import ELF

/// What a build from nothing makes of the present sources. It is made in memory: nothing is written anywhere.
struct CleanBuild {
    /// The update that made it, with the code of every declaration.
    let update: Update
    /// Its cache and executable. Of a build with errors there is no executable.
    private(set) var snapshot: ProgramSnapshot

    var diagnostics: [RenderedDiagnostic] { update.report.diagnostics }
    var hasFailed: Bool { update.report.result == .failed }

    init(_ project: Project, _ options: BuildOptions) throws(UpdateStop) {
        let store = try UpdateStop.cache { () throws(CacheError) in try CacheStore.createInMemory() }
        let update = try Update.fromNothing(project, options, store)
        update.meta.generation = 1
        let result = try update.run(nil)
        var executable: [UInt8] = []
        try update.save()
        var meta = update.meta
        self.snapshot = try UpdateStop.cache { () throws(CacheError) in
            if var result {
                let patch = try result.change.patch()
                if !patch.apply(to: &executable) { unreachable("a clean image does not fit its file") }
                result.state = patch.state
                try result.put(into: store, &meta)
            }
            try store.putMeta(meta)
            return try ProgramSnapshot(project, store)
        }
        self.snapshot.executable = executable
        self.update = update
    }
}

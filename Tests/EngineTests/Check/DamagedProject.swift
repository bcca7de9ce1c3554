import Cache
import ELF
import Foundation
import ZIR

@testable import Engine

/// A project that was built twice, so that its executable has holes, and whose cache and executable can be damaged one
/// number at a time. What is written into the cache has right checksums: only `zbuild check` can find it.
final class DamagedProject {
    let folder: ModelFolder

    /// Two files; every kind of section and of field; a panic; two exports of one symbol.
    static let sources = [
        "main.zir": """
        @noreturn = primitive(noreturn)
        @usize = primitive(usize)
        @void = primitive(void)
        @start_type = fntype([], @noreturn, cc=Naked)
        @action = fntype([], @void)
        @start = fn(@start_type, {
          %0 = call(@work, [])
          %1 = call(@lib.exit, [0])
          %2 = unreachable()
        })
        @work = fn(@action, {
          %0 = deref(@counter)
          %1 = add(%0, @step)
          %2 = store(@counter, %1)
          %3 = deref(@pointer)
          %4 = deref(%3)
          %5 = elemptr(@buffer, %4)
          %6 = store(%5, %1)
          %7 = returnvoid()
        })
        @step = int(1)
        @counter = global(@usize, 5, mutable=1)
        @limit = global(@usize, 30)
        @limit_ref = declref("limit")
        @limit_pointer = single_const_ptr_type(@usize)
        @pointer = global(@limit_pointer, @limit_ref)
        @buffer_type = array_type(100, @usize)
        @buffer = global(@buffer_type, undefined, mutable=1)
        @lib = import("lib.zir")
        @entry = export("_start", @start)
        @weak = export("work", @work, linkage=Weak)
        @strong = export("work", @start)

        """,
        "lib.zir": """
        @noreturn = primitive(noreturn)
        @usize = primitive(usize)
        @exit_type = fntype([@usize], @noreturn)
        @exit = fn(@exit_type, {
          %0 = arg("status")
          %1 = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, %0])
          %2 = unreachable()
        })

        """,
    ]

    /// Stands between others, and is gone in the second build.
    private static let removed = """
        @gone = fn(@action, {
          %0 = call(@lib.exit, [1])
          %1 = returnvoid()
        })
        @gone_too = fn(@action, { %0 = call(@gone, []) %1 = returnvoid() })
        @gone_export = export("gone", @gone_too, linkage=Internal)

        """

    init() throws {
        folder = try ModelFolder()
        var first = DamagedProject.sources
        first["main.zir"] = first["main.zir"]?.replacing("@work = fn", with: DamagedProject.removed + "@work = fn")
        for sources in [first, DamagedProject.sources] {
            try folder.write(sources)
            let report = try folder.build()
            guard report.result == .built else { throw Unbuilt(errors: report.diagnostics.map(\.message)) }
        }
    }

    struct Unbuilt: Error {
        var errors: [String]
    }

    struct Missing: Error {
        var what: String
    }

    // MARK: - The cache

    /// Works on the cache in a transaction of its own.
    func change(_ work: (CacheStore) throws -> Void) throws {
        guard case .opened(let store) = try CacheStore.open(folder.cachePath) else { throw Missing(what: "cache") }
        try work(store)
        try store.commit()
    }

    func changeMeta(_ change: (inout MetaRow) -> Void) throws {
        try self.change { store in
            var meta = try store.meta() ?? MetaRow()
            change(&meta)
            try store.putMeta(meta)
        }
    }

    func changeFile(_ path: String, _ change: (inout FileRow) -> Void) throws {
        try self.change { store in
            var files = try store.files()
            guard let index = files.firstIndex(where: { $0.path == path }) else { throw Missing(what: path) }
            change(&files[index])
            try store.putFiles(files, part: 0)
        }
    }

    func changeState(_ name: String, _ change: (inout StateRecord) -> Void) throws {
        let (page, place) = try self.place(name)
        try self.change { store in
            guard var states = try store.statePage(page) else { throw Missing(what: name) }
            change(&states.records[place])
            try store.putStatePage(states)
        }
    }

    func changeText(_ name: String, _ change: (inout TextRecord) -> Void) throws {
        let (page, place) = try self.place(name)
        try self.change { store in
            guard var texts = try store.textPage(page) else { throw Missing(what: name) }
            change(&texts.records[place])
            try store.putTextPage(texts)
        }
    }

    func changeLink(_ name: String, _ change: (inout LinkRecord) -> Void) throws {
        try changeState(name) { state in
            guard var link = state.link else { return }
            change(&link)
            state.link = link
        }
    }

    func changeExport(_ name: String, _ change: (inout ExportRow) -> Void) throws {
        let number = try known(name).number
        try self.change { store in
            guard var row = try store.export(number) else { throw Missing(what: name) }
            change(&row)
            try store.putExport(row)
        }
    }

    /// What the cache knows of the declaration that is called `name`.
    func known(_ name: String) throws -> ProgramSnapshot.Known {
        guard let known = try folder.snapshot().declarations.first(where: { $0.name == name }) else {
            throw Missing(what: name)
        }
        return known
    }

    func number(_ name: String) throws -> DeclNumber { try known(name).number }

    private func place(_ name: String) throws -> (page: PageNumber, place: Int) {
        let number = Int(try number(name))
        return (PageNumber(number / declarationsPerPage), number % declarationsPerPage)
    }

    // MARK: - The executable

    /// Changes one byte of a section.
    func flip(_ section: SectionID, _ offset: UInt64) throws {
        guard let row = try folder.snapshot().section(section) else { throw Missing(what: section.name) }
        try flip(at: row.fileOffset + offset)
    }

    /// Changes one byte of a declaration's block, or of what stands behind its content.
    func flip(_ name: String, _ offset: UInt64) throws {
        guard let link = try known(name).state.link, let section = link.sectionID else { throw Missing(what: name) }
        try flip(section, link.offset + offset)
    }

    /// Changes one byte of the file.
    func flip(at offset: UInt64) throws {
        var bytes = folder.executable
        bytes[Int(offset)] ^= 0x41
        try write(bytes)
    }

    /// Makes the file `bytes`, and has the cache believe that it was written so.
    func write(_ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.executablePath))
        let identity = try FileSystem.status(folder.executablePath)?.identity
        try changeMeta { meta in
            let size = meta.output?.size ?? 0
            meta.output = identity
            meta.output?.size = size
        }
    }

    /// Where the first relocation of a kind stands in a declaration.
    func field(_ name: String, kind: UInt8) throws -> UInt64 {
        guard let field = try known(name).state.link?.relocations.first(where: { $0.kind == kind }) else {
            throw Missing(what: "field of \(name)")
        }
        return UInt64(field.offset)
    }

    /// The first hole of a section.
    func hole(_ section: SectionID) throws -> HoleRow {
        guard let hole = try folder.snapshot().holes.first(where: { $0.section == section.rawValue }) else {
            throw Missing(what: "hole in \(section.name)")
        }
        return hole
    }
}

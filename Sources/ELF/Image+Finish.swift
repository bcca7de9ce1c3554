import BLAKE3

// What is left to do once everything has its place: places in the file, headers, build id.

extension Image {
    /// Bytes and steps that make the file this image. The image must not be used afterwards.
    ///
    /// The build id of a clean image is a hash of its content, or of `content` where the caller knows a number that
    /// stands for it; that of an update is a hash of the previous one and of all that is written.
    public mutating func finish(content: Digest? = nil) throws(ImageError) -> Patch {
        if let original { return finishUpdate(of: original) }
        return finishClean(content)
    }

    // MARK: - Clean

    private mutating func finishClean(_ content: Digest?) -> Patch {
        let names = HeaderTables.sectionNames
        sections[SectionID.shstrtab.index].buffer.write(names.span, at: 0)
        let fileSize = layOutFile()
        var state = currentState(fileSize: fileSize, buildID: [UInt8](repeating: 0, count: BuildIDNote.idSize))
        var steps: [PatchStep] = []
        for section in sections.indices where sections[section].hasBytes && sections[section].state.size > 0 {
            let part = sections[section].state
            let bytes = sections[section].buffer.take(Int(part.size))
            steps.append(.write(offset: part.fileOffset, bytes: bytes))
        }
        state.buildID = BuildID.next(after: [], content: content, steps)
        let tables = HeaderTables(state)
        steps.insert(contentsOf: [Self.programHeaderStep(tables), Self.noteStep(tables)], at: 0)
        let end = state.sections[SectionID.sectionHeaders.index].fileOffset
        steps.append(.write(offset: end, bytes: tables.sectionHeaders))
        return Patch(header: tables.fileHeader, steps: steps, state: state)
    }

    /// Places sections one after another. Gives the size of the file.
    private mutating func layOutFile() -> UInt64 {
        var offset: UInt64 = 0
        for section in sections.indices where SectionID.allCases[section] != .bss {
            let room = sections[section].state.roomAnew
            sections[section].state.fileOffset = offset
            sections[section].state.fileRoom = room
            offset += room
        }
        return offset
    }

    // MARK: - Update

    private mutating func finishUpdate(of original: ImageState) -> Patch {
        var fileSize = original.fileSize
        var copies: [PatchStep] = []
        for section in sections.indices where SectionID.allCases[section] != .bss {
            if let copy = moveIfOutgrown(section, &fileSize) { copies.append(copy) }
        }
        var state = currentState(fileSize: fileSize, buildID: original.buildID)
        let before = HeaderTables(original)
        let after = HeaderTables(state)
        var writes = contentSteps()
        if after.programHeaders != before.programHeaders { writes.append((0, Self.programHeaderStep(after))) }
        if after.sectionHeaders != before.sectionHeaders {
            let offset = state.sections[SectionID.sectionHeaders.index].fileOffset
            writes.append((offset, .write(offset: offset, bytes: after.sectionHeaders)))
        }
        let header = PatchStep.write(offset: 0, bytes: after.fileHeader)
        var steps = copies + writes.sorted { $0.offset < $1.offset }.map(\.step)
        state.buildID = BuildID.next(after: original.buildID, content: nil, steps + [header])
        let note = Self.noteStep(HeaderTables(state))
        // The program headers, if they are written, are the first write and the note follows them.
        let hasProgramHeaders = after.programHeaders != before.programHeaders
        steps.insert(note, at: copies.count + (hasProgramHeaders ? 1 : 0))
        return Patch(header: after.fileHeader, steps: steps, state: state)
    }

    /// Gives a section that outgrew its room a place at the end of the file, with at least twice the room. Nothing is
    /// written to the old place, so that the copy can be made again.
    private mutating func moveIfOutgrown(_ section: Int, _ fileSize: inout UInt64) -> PatchStep? {
        let old = sections[section].state
        guard old.size > old.fileRoom else { return nil }
        let offset = SectionState.wholePages(fileSize)
        let room = SectionState.wholePages(max(2 * old.fileRoom, old.size + old.size / 3))
        sections[section].state.fileOffset = offset
        sections[section].state.fileRoom = room
        fileSize = offset + room
        let count = min(sections[section].originalSize, old.size)
        return count == 0 ? nil : .copy(source: old.fileOffset, destination: offset, count: count)
    }

    /// What is written into sections. Bytes that were taken and given back again beyond a section's room are left out.
    private func contentSteps() -> [(offset: UInt64, step: PatchStep)] {
        sections.flatMap { section in
            section.overlay.writes(below: section.state.fileRoom).map { write in
                let offset = section.state.fileOffset + write.offset
                return (offset, .write(offset: offset, bytes: write.bytes))
            }
        }
    }

    // MARK: - Both

    private func currentState(fileSize: UInt64, buildID: [UInt8]) -> ImageState {
        ImageState(
            sections: sections.map(\.state), fileSize: fileSize, firstGlobal: firstGlobal, entry: entry,
            buildID: buildID, target: target)
    }

    private static func programHeaderStep(_ tables: HeaderTables) -> PatchStep {
        .write(offset: HeaderTables.programHeaderOffset, bytes: tables.programHeaders)
    }

    private static func noteStep(_ tables: HeaderTables) -> PatchStep {
        .write(offset: HeaderTables.noteOffset, bytes: tables.note)
    }
}

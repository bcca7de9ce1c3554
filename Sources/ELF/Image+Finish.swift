import BLAKE3

// What is left to do once everything has its place: places in the file, headers, build id.

extension Image {
    /// Bytes and steps that make the file this image. The image must not be used afterwards.
    ///
    /// The build id of a clean image is a hash of its content, or of `content` where the caller knows a number that
    /// stands for it; that of an update is a hash of the previous one and of all that is written.
    public mutating func finish(content: Digest? = nil) throws(ImageError) -> Patch {
        if let original { return finishUpdate(of: original) }
        return self.content().finish(content: content)
    }

    /// What a clean image is, from which its file can be made by whatever thread. The image must not be used afterwards.
    public mutating func content() -> ImageContent { ImageContent(&self) }

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
        if after.programHeaders != before.programHeaders { writes.append(after.programHeaderStep) }
        if after.sectionHeaders != before.sectionHeaders {
            let offset = state.sections[SectionID.sectionHeaders.index].fileOffset
            writes.append(.write(offset: offset, bytes: after.sectionHeaders))
        }
        let header = PatchStep.write(offset: 0, bytes: after.fileHeader)
        var steps = copies + writes.sorted { $0.destination < $1.destination }
        state.buildID = BuildID.next(after: original.buildID, content: nil, steps + [header])
        let note = HeaderTables.noteStep(of: state)
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
    private func contentSteps() -> [PatchStep] {
        var steps: [PatchStep] = []
        for section in sections where !section.overlay.isEmpty {
            steps += section.overlay.writes(below: section.state.fileRoom, at: section.state.fileOffset)
        }
        return steps
    }

    // MARK: - Both

    func currentState(fileSize: UInt64, buildID: [UInt8]) -> ImageState {
        ImageState(
            sections: sections.map(\.state), fileSize: fileSize, firstGlobal: firstGlobal, entry: entry,
            buildID: buildID, target: target)
    }
}

extension HeaderTables {
    /// Writes the program headers.
    var programHeaderStep: PatchStep { .write(offset: Self.programHeaderOffset, bytes: programHeaders) }

    /// Writes the note of a state.
    static func noteStep(of state: ImageState) -> PatchStep {
        .write(offset: noteOffset, bytes: BuildIDNote.bytes(state.buildID, state.target.format))
    }
}

import BLAKE3

/// A clean image of which all but the text has been written, and the headers.
public struct ImageFrame: Sendable {
    private var state: ImageState
    /// What was written, by ascending offset.
    private var parts: [WrittenPart]

    init(state: ImageState, parts: [WrittenPart]) {
        self.state = state
        self.parts = parts
    }

    /// Bytes and steps that make the file, once the text is written, of which `text` is the hash: those of the headers.
    public consuming func finish(text: Digest) -> Patch {
        if state.text.size > 0 {
            let place = parts.firstIndex { $0.offset > state.text.fileOffset } ?? parts.count
            parts.insert(WrittenPart(offset: state.text.fileOffset, hash: text), at: place)
        }
        state.buildID = BuildID.of(parts)
        return Patch(headersOf: state, content: [])
    }
}

extension Patch {
    /// What makes a new file: its content, and the headers of `state`.
    init(headersOf state: ImageState, content: [PatchStep]) {
        let tables = HeaderTables(state)
        let end = state.sections[SectionID.sectionHeaders.index].fileOffset
        let steps = [tables.programHeaderStep, HeaderTables.noteStep(of: state)] + content
        self.init(
            header: tables.fileHeader, steps: steps + [.write(offset: end, bytes: tables.sectionHeaders)], state: state)
    }
}

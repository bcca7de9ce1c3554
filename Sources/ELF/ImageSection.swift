/// One part of an image that is being made or patched: its place and what is written into it.
struct ImageSection {
    /// Place in the file, and size so far.
    var state: SectionState
    /// Its size in the file that is patched.
    let originalSize: UInt64
    /// What never changes about it.
    let layout: SectionLayout
    /// All of its bytes, of an image that is made anew.
    var buffer: ByteBuffer
    /// What changes, of an image that is patched.
    var overlay = PageOverlay()

    /// A part as `state` says.
    init(_ state: SectionState, _ format: ELFFormat) {
        self.state = state
        originalSize = state.size
        layout = state.id.layout(format)
        buffer = ByteBuffer(fill: layout.fill)
    }

    /// Whether it has bytes in the file, and they are not those of headers.
    var hasBytes: Bool {
        switch state.id {
        case .headers, .bss, .sectionHeaders: false
        default: true
        }
    }
}

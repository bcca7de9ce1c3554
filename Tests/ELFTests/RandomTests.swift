import Testing

@testable import ELF

/// Long random lives of executables: after every update the file is what a plain model says, and each byte of each
/// section is owned once.
@Suite struct RandomTests {
    @Test(arguments: 1...4, ImageTarget.all)
    func theFileIsWhatTheModelSays(_ seed: UInt64, _ target: ImageTarget) throws {
        var model = Model(seed: seed, target)
        var file = try TestFile(target) { image in
            for _ in 0..<40 { try model.add(&image) }
            try model.checkTiling(image)
        }
        try model.check(file)
        for _ in 0..<30 {
            let before = file
            let patch = try file.update { image in
                for _ in 0..<Int.random(in: 1...15, using: &model.numbers) { try model.step(&image) }
                try model.checkTiling(image)
            }
            try model.check(file)
            expectReplayable(patch, before.bytes, file.bytes, &model.numbers)
            let state = try ImageState(
                sections: file.state.sections, fileSize: file.state.fileSize, target: target, read: file.reader)
            #expect(state == file.state)
        }
        try file.update { image in
            while !model.things.isEmpty { try model.remove(&image, model.things.count - 1) }
            try model.checkTiling(image)
        }
        try model.check(file)
        for section in [SectionID.text, .rodata, .data, .bss, .names] {
            #expect(file.state.sections[section.index].size == 0)
        }
        #expect(file.state.firstGlobal == SymbolIndex(1))
    }

    /// Killed anywhere and begun again from the first step, as often as one likes: the same file.
    private func expectReplayable(
        _ patch: Patch, _ before: [UInt8], _ after: [UInt8], _ numbers: inout SeededNumbers
    ) {
        var file = before
        for _ in 0..<3 {
            var part = patch
            part.steps = Array(patch.steps.prefix(Int.random(in: 0...patch.steps.count, using: &numbers)))
            if let last = part.steps.popLast() { part.steps += firstHalf(last) }
            part.header = StopScript.bytes
            #expect(part.apply(to: &file))
        }
        #expect(patch.apply(to: &file))
        #expect(file == after)
        #expect(patch.apply(to: &file))
        #expect(file == after)
        expectOrderly(patch)
    }

    /// A step that was cut short.
    private func firstHalf(_ step: PatchStep) -> [PatchStep] {
        switch step {
        case .write(let offset, let bytes): [.write(offset: offset, bytes: Array(bytes.prefix(bytes.count / 2)))]
        case .copy(let source, let destination, let count):
            [.copy(source: source, destination: destination, count: count / 2)]
        }
    }

    /// Copies come first, writes ascend and do not touch, and no step writes to what another copies or to the header.
    private func expectOrderly(_ patch: Patch) {
        var sources: [Range<UInt64>] = []
        var written: [Range<UInt64>] = []
        for step in patch.steps {
            switch step {
            case .copy(let source, let destination, let count):
                #expect(written.isEmpty)
                sources.append(source..<(source + count))
                #expect(!sources.contains { $0.overlaps(destination..<(destination + count)) })
            case .write(let offset, let bytes):
                let range = offset..<(offset + UInt64(bytes.count))
                #expect(range.lowerBound >= UInt64(StopScript.size) && range.upperBound <= patch.state.fileSize)
                #expect(!sources.contains { $0.overlaps(range) })
                if let last = written.last { #expect(last.upperBound <= range.lowerBound) }
                written.append(range)
            }
        }
        #expect(patch.header.count == StopScript.size)
    }
}

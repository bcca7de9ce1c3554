import Foundation
import Testing

@testable import ELF

/// What stands over an executable while it is patched.
@Suite struct StopScriptTests {
    @Test func fitsItsRoom() {
        #expect(StopScript.bytes.count == StopScript.size)
        #expect(StopScript.bytes.starts(with: Array("#!/bin/sh\n".utf8)))
        #expect(!StopScript.bytes.contains(0))
        #expect(StopScript.bytes.last == UInt8(ascii: "\n"))
    }

    /// However it is started: by the kernel, or by a shell that is handed the file.
    @Test(arguments: [nil, "/bin/sh", "/bin/bash"]) func refusesToRun(_ shell: String?) throws {
        if let shell, !FileManager.default.isExecutableFile(atPath: shell) { return }
        var file = try TestFile { image in
            let block = try image.add("main", .text, exitCode(0))
            try image.add("text", .rodata, Array("\necho ran into the program\nexit 0\n".utf8))
            image.entry = block.address
        }
        file.bytes.replaceSubrange(0..<StopScript.size, with: StopScript.bytes)
        let result = try withExecutable(file.bytes) { path in try run(shell ?? path, shell == nil ? [] : [path]) }
        #expect(result.status == 126)
        #expect(result.output == "")
        #expect(result.errors == "zbuild was interrupted while patching this program; run zbuild again\n")
    }
}

/// What stands over the first bytes of an executable while it is being patched, so that it refuses to run.
///
/// It is a shell script and not merely a broken header: many programs hand a file that the kernel will not execute to a
/// shell, which would run whatever text it finds inside. `exit` comes before the first byte that is not the script's.
public enum StopScript {
    /// Bytes that belong to it; the program headers come after them.
    public static let size = 128

    /// The script, `size` bytes.
    public static let bytes: [UInt8] = {
        var bytes = [UInt8](repeating: UInt8(ascii: "#"), count: size)
        script.withUTF8Buffer { script in
            for place in script.indices { bytes[place] = script[place] }
        }
        bytes[size - 1] = UInt8(ascii: "\n")
        return bytes
    }()

    private static let script: StaticString = """
        #!/bin/sh
        echo zbuild was interrupted while patching this program\\; run zbuild again >&2
        exit 126

        """
}

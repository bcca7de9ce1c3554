/// Types that the sources in these tests use, on one line: line 2 is the first of a test's own text.
private let prelude = [
    "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "usize", "isize", "bool", "void", "noreturn", "type",
    "comptime_int", "c_int", "c_uint",
].map { "@\($0) = primitive(\($0))" }.joined(separator: " ")

/// `text` with the common types before it.
func withTypes(_ text: String) -> String { prelude + "\n" + text }

/// A function `@f` without parameters and result, whose body's first instruction stands at line 3, column 1; behind
/// it `declarations`.
func withBody(_ body: String, result: String = "@void", convention: String = "Unspecified", _ declarations: String = "")
    -> String
{
    withTypes("@f = fn(@t, {\n\(body)\n})\n@t = fntype([], \(result), cc=\(convention))\n\(declarations)\n")
}

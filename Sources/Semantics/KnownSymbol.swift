/// The symbols that mean something to zbuild, unless they are local.
public enum KnownSymbol: String, Sendable {
    /// Where the program begins, if it is a strong one.
    case entryPoint = "_start"
    /// The function that gets the text of a panic.
    case panicSink = "zbuild_panic"
}

/// Stops the process at a bug of the code generator itself; `message` says what was thought impossible.
func unreachable(_ message: String) -> Never {
    fatalError("zbuild has a bug in its code generator: \(message)")
}

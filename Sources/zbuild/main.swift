import Glibc

// A file that would grow beyond the user's limit is an error like a full disk, and no reason to die.
signal(SIGXFSZ, SIG_IGN)
Console.claimDescriptors()
let status = CommandLineTool.run()
guard let code = Console.failure else { exit(status) }
Console.write("zbuild: unable to write to standard output: \(String(cString: strerror(code)))\n", to: .error)
exit(status == 0 ? ExitStatus.failure.rawValue : status)

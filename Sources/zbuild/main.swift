import Glibc

// A file that would grow beyond the user's limit is an error like a full disk, and no reason to die.
signal(SIGXFSZ, SIG_IGN)
let status = CommandLineTool.run()
exit(Console.hasFailed && status == 0 ? ExitStatus.failure.rawValue : status)

import Glibc

let status = CommandLineTool.run()
exit(Console.hasFailed && status == 0 ? ExitStatus.failure.rawValue : status)

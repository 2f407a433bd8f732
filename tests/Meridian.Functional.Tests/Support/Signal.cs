using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Meridian.Functional.Tests.Support;

/// <summary>The signals that operators and supervisors send.</summary>
internal enum Signal
{
    HangUp = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
}

internal static partial class SignalExtensions
{
    public static void SendTo(this Signal signal, Process process) =>
        Assert.True(kill(process.Id, (int)signal) == 0, $"{signal} cannot be sent to process {process.Id}");

    // kill(2).
    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}

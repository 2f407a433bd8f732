using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Meridian.Server.Native;

/// <summary>Exceptions for the failures of system calls at start; on the data path they are values.</summary>
internal static class NativeFailure
{
    /// <summary>An exception that names the call and carries errno.</summary>
    public static Win32Exception Exception(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"{call} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).");
    }
}

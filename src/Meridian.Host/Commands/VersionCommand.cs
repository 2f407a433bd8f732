using System.CommandLine;

namespace Meridian.Host.Commands;

/// <summary><c>meridian version</c></summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Print the version, the commit it was built from, and the runtime.");
        command.SetAction(result => Print(ProductVersion.Current, result.InvocationConfiguration.Output));
        return command;
    }

    internal static int Print(ProductVersion version, TextWriter output)
    {
        output.WriteLine($"meridian {version.Number}");
        output.WriteLine($"commit   {version.Commit ?? "unknown"}");
        output.WriteLine($"runtime  {version.Runtime}");
        return ExitCodes.Success;
    }
}

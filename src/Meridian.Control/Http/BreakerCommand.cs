using System.Diagnostics.CodeAnalysis;

namespace Meridian.Control.Http;

/// <summary>What a person asks of the circuit breaker.</summary>
/// <param name="IsFreeze">To take nothing out from now on; else to go on.</param>
/// <param name="By">Who, and why; shown wherever the state is.</param>
public sealed record BreakerCommand(bool IsFreeze, string By)
{
    /// <summary>
    /// A header field that commands without a token must carry. A foreign page in a browser of this machine could post a form
    /// here, but it cannot add a field of its own to it.
    /// </summary>
    public const string Header = "Meridian-Command";

    private const int MaxByLength = 200;

    internal static bool TryRead(string by, bool isFreeze, [NotNullWhen(true)] out BreakerCommand? command, out string problem)
    {
        bool isSaid = by.Length is > 0 and <= MaxByLength && !by.Any(char.IsControl);
        problem = isSaid ? "" : $"say who asks for it, and why: ?by=, up to {MaxByLength} characters";
        command = isSaid ? new BreakerCommand(isFreeze, by) : null;
        return command is not null;
    }
}

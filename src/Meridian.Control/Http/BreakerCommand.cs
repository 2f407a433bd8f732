using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>What a person asks of the circuit breaker.</summary>
/// <param name="IsFreeze">To take nothing out from now on; else to go on.</param>
/// <param name="By">Who, and why; shown wherever the state is.</param>
public sealed record BreakerCommand(bool IsFreeze, string By)
{
    /// <summary>
    /// A header field that commands must carry. A foreign page in a browser of this machine could post a form here, but it
    /// cannot add a field of its own to it.
    /// </summary>
    public const string Header = "Meridian-Command";

    private const int MaxByLength = 200;

    internal static bool TryRead(HttpContext context, bool isFreeze, [NotNullWhen(true)] out BreakerCommand? command, out string problem)
    {
        command = null;
        problem = "";
        string by = context.Request.Query["by"].ToString();
        if (context.Request.Headers[Header].Count == 0)
        {
            problem = $"the header field '{Header}: 1' is missing: it shows that a command is meant";
        }
        else if (by.Length is 0 or > MaxByLength || by.Any(char.IsControl))
        {
            problem = $"say who asks for it, and why: ?by=, up to {MaxByLength} characters";
        }
        else
        {
            command = new BreakerCommand(isFreeze, by);
        }
        return command is not null;
    }
}

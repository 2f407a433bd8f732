using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>A member's report of itself, for a monitor of type push.</summary>
/// <param name="Monitor">The monitor's name.</param>
/// <param name="Member">The member's address or hostname.</param>
/// <param name="Token">What it carries to prove itself; a secret.</param>
/// <param name="IsUp">What it says.</param>
/// <param name="Message">Its words; null for none.</param>
public sealed record PushRequest(string Monitor, string Member, string Token, bool IsUp, string? Message)
{
    private const string Scheme = "Bearer ";

    /// <summary>Reads a request; false with what is wrong with it.</summary>
    internal static bool TryRead(HttpContext context, [NotNullWhen(true)] out PushRequest? report, out string problem)
    {
        report = null;
        problem = "";
        // In a header and not in the URL: URLs stand in the logs of every proxy on the way.
        string authorization = context.Request.Headers.Authorization.ToString();
        string status = context.Request.Query["status"].ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            problem = "the token is missing: send it as 'Authorization: Bearer TOKEN'";
        }
        else if (status is not ("" or "up" or "down"))
        {
            problem = $"status '{status}' is neither up nor down";
        }
        else
        {
            report = new PushRequest(
                context.Request.RouteValues["monitor"]?.ToString() ?? "",
                context.Request.RouteValues["member"]?.ToString() ?? "",
                authorization[Scheme.Length..].Trim(),
                status != "down",
                context.Request.Query["message"]);
        }
        return report is not null;
    }
}

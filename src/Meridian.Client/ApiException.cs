using Meridian.Client.Wire;

namespace Meridian.Client;

/// <summary>The server refused a request.</summary>
/// <param name="problem">Why.</param>
public sealed class ApiException(Problem problem) : Exception(problem.ToString())
{
    /// <summary>Why; its type is for programs.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>When to try again, if the server says so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

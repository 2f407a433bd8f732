using Meridian.Host.Explaining;

namespace Meridian.Host.Serving;

/// <summary>The composition root: the one place that knows configuration, compiler, health, transports and HTTP endpoint at once.</summary>
internal static class ServerComposition
{
    private const string NotComposed = "This build carries the command line only: the server is not composed into it.";

    /// <summary>Serves until cancelled. Ready for the first query when it logs so and /readyz says 200.</summary>
    /// <param name="path">A configuration file or a directory of them.</param>
    /// <param name="error">Receives what keeps the server from starting.</param>
    /// <param name="cancellationToken">Ends serving: SIGINT, SIGTERM, or the end of the parent.</param>
    /// <returns>An exit code.</returns>
    public static async Task<int> ServeAsync(string path, TextWriter error, CancellationToken cancellationToken)
    {
        await error.WriteLineAsync($"{path}: {NotComposed}".AsMemory(), cancellationToken);
        return ExitCodes.Failure;
    }

    /// <summary>Validates a configuration.</summary>
    /// <returns><see cref="ExitCodes.Success"/> when it is valid.</returns>
    public static int Check(string path, bool asJson, TextWriter output, TextWriter error)
    {
        (asJson ? output : error).WriteLine($"{path}: {NotComposed}");
        return ExitCodes.Failure;
    }

    /// <summary>Explains what a configuration would answer, without a running server.</summary>
    public static int Explain(string path, ExplainQuery query, TextWriter output, TextWriter error)
    {
        (query.AsJson ? output : error).WriteLine($"{path}: {NotComposed}");
        return ExitCodes.Failure;
    }
}

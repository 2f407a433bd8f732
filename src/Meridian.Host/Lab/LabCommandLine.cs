using System.Collections.Immutable;
using System.Globalization;

namespace Meridian.Host.Lab;

/// <summary>From what <c>lab</c> is told to what it prints.</summary>
internal static class LabCommandLine
{
    public const string DefaultMix = "unbound=8,unbound-floor=4,unbound-stale=4,dnsmasq-ignore=4,knot-resolver=2,pdns-recursor=2";

    /// <summary>Processes in one experiment.</summary>
    private const int MaxCaches = 1_000;

    public static async Task<int> RunAsync(
        LabOptions options, string weights, string mix, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        string? problem = options is { Ttl: < 1 or > 3_600 } ? "a TTL of the lab is 1 to 3600 s"
            : options.LookupsPerSecond is < 0.01 or > 100 ? "a rate is 0.01 to 100 lookups a second"
            : null;
        if (problem is not null || ReadWeights(weights, out problem) is not { } pair || ReadMix(mix, out problem) is not { } kinds)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Failure;
        }
        string[] missing = [.. kinds.Where(part => part.Kind.FindCommand() is null).Select(part => part.Kind.Package).Distinct()];
        if (missing.Length > 0)
        {
            await error.WriteLineAsync($"The lab needs {string.Join(", ", missing)}: apt-get install {string.Join(' ', missing)}, or leave their kinds out of --mix.");
            return ExitCodes.Failure;
        }
        options = options with { Weights = pair, Mix = kinds };
        await output.WriteLineAsync($"{kinds.Sum(part => part.Count)} caches in front of Meridian; {options.WarmUpSeconds:0} s before the event, {options.WatchSeconds:0} s after it.");
        await using LabRun run = new(options, LabPlan.Create(), output, TimeProvider.System);
        try
        {
            if (await run.RunAsync(error, cancellationToken) is not { } result)
            {
                return ExitCodes.Failure;
            }
            await output.WriteLineAsync(LabView.Render(result).TrimEnd());
            if (options.Html is { } file)
            {
                await File.WriteAllTextAsync(file, LabHtml.Render(result), cancellationToken);
                await output.WriteLineAsync($"report: {file}");
            }
            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Failure;
        }
    }

    private static (int, int)? ReadWeights(string text, out string? problem)
    {
        string[] parts = text.Split('/');
        problem = $"'{text}' are not two weights: write them as 70/30";
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int eu)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int us)
            && eu is > 0 and <= 100 && us is > 0 and <= 100
            ? (eu, us)
            : null;
    }

    private static ImmutableArray<(ResolverKind Kind, int Count)>? ReadMix(string text, out string? problem)
    {
        List<(ResolverKind Kind, int Count)> mix = [];
        foreach (string part in text.Split(','))
        {
            string[] pair = part.Split('=');
            ResolverKind? kind = ResolverKind.All.FirstOrDefault(known => known.Name == pair[0]);
            if (pair.Length != 2 || kind is null || !int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1)
            {
                problem = $"'{part}' is not a kind and a number: expected one of {string.Join(", ", ResolverKind.All.Select(known => known.Name))}, such as unbound=8";
                return null;
            }
            mix.Add((kind, count));
        }
        problem = mix.Sum(part => part.Count) > MaxCaches ? $"at most {MaxCaches} caches run beside each other" : null;
        return problem is null ? [.. mix] : null;
    }
}

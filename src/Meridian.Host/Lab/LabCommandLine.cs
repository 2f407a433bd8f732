using System.Collections.Immutable;
using System.Globalization;

namespace Meridian.Host.Lab;

/// <summary>From what <c>lab</c> is told to what it prints.</summary>
internal static class LabCommandLine
{
    public const string DefaultMix = "unbound=8,unbound-floor=4,unbound-stale=4,dnsmasq-ignore=4,knot-resolver=2,pdns-recursor=2";

    /// <summary>Caches in one experiment: each is a process.</summary>
    private const int MaxCaches = 1_000;
    private const int MaxTtls = 8;
    private const int MaxNames = 64;

    public static async Task<int> RunAsync(
        LabOptions options, LabWords words, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (Read(options, words, out string? problem) is not { } complete)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Failure;
        }
        options = await StandInAsync(complete, output);
        int caches = options.Mixes.Sum(mix => mix.Caches);
        await output.WriteLineAsync($"{caches} caches in front of Meridian; {options.WarmUpSeconds:0} s before the event, {options.WatchSeconds:0} s after it.");
        await using LabRun run = new(options, LabPlan.Create(), output, TimeProvider.System);
        try
        {
            if (await run.RunAsync(error, cancellationToken) is not { } result)
            {
                return ExitCodes.Failure;
            }
            await output.WriteLineAsync(LabView.Render(result).TrimEnd());
            if (result.Cells.Length > 1)
            {
                await output.WriteLineAsync(LabView.RenderDistances(result).TrimEnd());
            }
            if (options.Samples is { } samples)
            {
                await LabSampleFile.WriteAsync(samples, result, cancellationToken);
                await output.WriteLineAsync($"lookups: {samples}");
            }
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

    /// <summary>Puts models where resolvers are not installed, and says so.</summary>
    private static async Task<LabOptions> StandInAsync(LabOptions options, TextWriter output)
    {
        string[] missing = [.. options.Mixes.SelectMany(mix => mix.Parts).Select(part => part.Kind)
            .Where(kind => !kind.IsModel && kind.FindCommand() is null).Select(kind => kind.Package!).Distinct()]; // What is no model has one.
        if (missing.Length == 0)
        {
            return options;
        }
        await output.WriteLineAsync($"NOT INSTALLED: {string.Join(", ", missing)}. Built-in models stand in for them, which show what we believe of resolvers, not what resolvers do (apt-get install {string.Join(' ', missing)}).");
        return options with
        {
            Mixes =
            [
                .. options.Mixes.Select(mix => new LabMix(
                [
                    .. mix.Parts.Select(part => part.Kind.FindCommand() is null ? new LabPart(part.Kind.AsModel(), part.Caches) : part),
                ])),
            ],
        };
    }

    private static LabOptions? Read(LabOptions options, LabWords words, out string? problem)
    {
        int[] ttls = [.. words.Ttls.Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int ttl) ? ttl : 0)];
        problem = Array.Exists(ttls, ttl => ttl is < 1 or > 3_600) || ttls.Length > MaxTtls ? $"TTLs of the lab are 1 to 3600 s, at most {MaxTtls} of them: write them as 10,30,60"
            : ttls.Distinct().Count() != ttls.Length ? "a TTL is there twice"
            : options.LookupsPerSecond is < 0.01 or > 100 ? "a rate is 0.01 to 100 lookups a second"
            : options.NamesPerTtl is < 1 or > MaxNames ? $"there are 1 to {MaxNames} names of each TTL"
            : options.Jitter is < 0 or > 0.5 ? "jitter is 0 to 50 %"
            : null;
        if (problem is not null || ReadWeights(words.Weights, out problem) is not { } weights)
        {
            return null;
        }
        List<LabMix> mixes = [];
        foreach (string text in words.Mixes)
        {
            if (ReadMix(text, words.IsModel, out problem) is not { } mix)
            {
                return null;
            }
            mixes.Add(mix);
        }
        problem = mixes.Sum(mix => mix.Caches) > MaxCaches ? $"at most {MaxCaches} caches run beside each other" : null;
        return problem is null ? options with { Weights = weights, Mixes = [.. mixes], Ttls = [.. ttls] } : null;
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

    private static LabMix? ReadMix(string text, bool isModel, out string? problem)
    {
        List<LabPart> mix = [];
        foreach (string part in text.Split(','))
        {
            string[] pair = part.Split('=');
            ResolverKind? kind = ResolverKind.All.FirstOrDefault(known => known.Name == pair[0]);
            if (pair.Length != 2 || kind is null || !int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > MaxCaches)
            {
                problem = $"'{part}' is not a kind and a number: expected one of {string.Join(", ", ResolverKind.All.Select(known => known.Name))}, such as unbound=8, at most {MaxCaches}";
                return null;
            }
            mix.Add(isModel ? new LabPart(kind.AsModel(), count * kind.CachesPerAddress) : new LabPart(kind, count));
        }
        problem = null;
        return new LabMix([.. mix]);
    }
}

/// <summary>What the command line says in words of its own.</summary>
/// <param name="Ttls">Seconds, separated by commas.</param>
/// <param name="Weights">Such as 70/30.</param>
/// <param name="Mixes">Each such as unbound=8,dnsmasq-ignore=2.</param>
/// <param name="IsModel">Whether models stand in for all resolvers, installed or not.</param>
internal sealed record LabWords(string Ttls, string Weights, ImmutableArray<string> Mixes, bool IsModel);

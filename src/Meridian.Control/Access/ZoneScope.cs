using System.Collections.Immutable;
using Meridian.Control.Changes.Documents;
using Meridian.Dns.Names;

namespace Meridian.Control.Access;

/// <summary>
/// The zones that a token is for: all of them, or those that are listed. <c>*.example.com</c> stands for every zone below
/// example.com and not for itself; a zone's name stands for the zones of that name in all views. What zones share (pools, policies, sites, monitors, settings) belongs to a token for all
/// zones only: a change to it would reach zones that the token is not for.
/// </summary>
public sealed class ZoneScope
{
    /// <summary>A token for more zones than that is one for all of them.</summary>
    public const int PatternCountMax = 100;

    private readonly ImmutableArray<string> _patterns;
    private readonly ImmutableArray<Pattern> _parsed;

    private ZoneScope(ImmutableArray<string> patterns, ImmutableArray<Pattern> parsed) => (_patterns, _parsed) = (patterns, parsed);

    /// <summary>Every zone, and what zones share.</summary>
    public static ZoneScope All { get; } = new([], []);

    /// <summary>As they were given, without trailing dots and in lower case; empty for all.</summary>
    public ImmutableArray<string> Patterns => _patterns;

    public bool IsAll => _patterns.IsEmpty;

    /// <summary>Reads patterns; null, with what is wrong, when one is not a zone's name.</summary>
    /// <param name="patterns">Zone names, or <c>*.</c> and a name; none stands for all zones.</param>
    /// <param name="problem">What is wrong; null when nothing is.</param>
    public static ZoneScope? TryCreate(IEnumerable<string> patterns, out string? problem)
    {
        ImmutableArray<string> given = [.. patterns.Select(Normalise).Distinct(StringComparer.Ordinal)];
        problem = given.Length > PatternCountMax ? $"{given.Length} zones: a token is for up to {PatternCountMax}, or for all" : null;
        ImmutableArray<Pattern>.Builder parsed = ImmutableArray.CreateBuilder<Pattern>(given.Length);
        foreach (string pattern in given)
        {
            bool isBelow = pattern.StartsWith("*.", StringComparison.Ordinal);
            string name = isBelow ? pattern[2..] : pattern;
            if (RecordsName.WithoutLabel(name) != RecordsName.NormaliseZone(name))
            {
                problem ??= $"'{pattern}' is one of several zones; a name stands for all of them: leave out what begins with '@'";
                continue;
            }
            if (DomainName.TryParse(name, DomainName.Root, out DomainName? zone) != DomainNameError.None || zone is null || zone.IsRoot || name.Contains('*', StringComparison.Ordinal))
            {
                problem ??= $"'{pattern}' is not a zone: write it as example.com, or *.example.com for the zones below it";
                continue;
            }
            parsed.Add(new Pattern(zone, isBelow));
        }
        return problem is null ? new ZoneScope(given, parsed.ToImmutable()) : null;
    }

    /// <summary>Whether a zone is in it.</summary>
    /// <param name="zone">The zone's document's name, with or without a trailing dot; what is no name is in no zone.</param>
    public bool Contains(string zone) => IsAll
        // Every zone of the name: who may change what the world sees may change what is seen inside too.
        || (DomainName.TryParse(RecordsName.WithoutLabel(zone), DomainName.Root, out DomainName? name) == DomainNameError.None && name is not null && Contains(name));

    /// <summary>Whether a zone is in it. By labels and not by text, where an escaped dot (RFC 1035 §5.1) looks like the end of a label.</summary>
    public bool Contains(DomainName zone) => IsAll
        || _parsed.Any(pattern => pattern.IsBelow ? zone != pattern.Zone && zone.IsSubdomainOf(pattern.Zone) : zone == pattern.Zone);

    public override string ToString() => IsAll ? "all zones" : string.Join(", ", _patterns);

    private static string Normalise(string zone) => zone.TrimEnd('.').ToLowerInvariant();

    /// <summary>A zone, or every zone below it.</summary>
    private readonly record struct Pattern(DomainName Zone, bool IsBelow);
}

using System.Collections.Immutable;

namespace Meridian.Client.Wire;

/// <summary>Why a request was refused (RFC 9457), as <c>application/problem+json</c>.</summary>
public sealed record Problem
{
    public const string MediaType = "application/problem+json";

    /// <summary>What kind of problem it is, for programs: one of <see cref="ProblemTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words, the same for each of its type.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>This very problem in words.</summary>
    public string? Detail { get; init; }

    /// <summary>Each thing that is wrong, with its place; empty when <see cref="Detail"/> says all.</summary>
    public ImmutableArray<ProblemItem> Errors { get; init; } = [];

    /// <summary>For a conflict: the version that there is; 0 when there is none.</summary>
    public long? ActualVersion { get; init; }

    /// <summary>For a change that waits for a second person: its id.</summary>
    public string? Pending { get; init; }

    /// <summary>For a change that the guard refuses, or whose plan moved: what it would do.</summary>
    public Plan? Plan { get; init; }

    public override string ToString() =>
        string.Join('\n', [Detail ?? Title, .. Errors.Select(error => "  " + error)]);
}

/// <summary>One thing that is wrong.</summary>
public sealed record ProblemItem
{
    /// <summary>What is wrong and what was expected.</summary>
    public required string Detail { get; init; }

    /// <summary>Where in the document, as a JSON pointer (RFC 6901); null when it is not about a place.</summary>
    public string? Pointer { get; init; }

    /// <summary>Which document, as <c>pool/web-eu</c>; null for the one that was sent.</summary>
    public string? Document { get; init; }

    /// <summary>The nearest valid spelling.</summary>
    public string? Suggestion { get; init; }

    public override string ToString()
    {
        string place = (Document, Pointer) switch
        {
            (null, null or "") => "",
            (null, _) => Pointer + ": ",
            _ => $"{Document}{(string.IsNullOrEmpty(Pointer) ? "" : " " + Pointer)}: ",
        };
        return place + Detail + (Suggestion is null ? "" : $" (did you mean '{Suggestion}'?)");
    }
}

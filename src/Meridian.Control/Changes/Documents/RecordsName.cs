using System.Diagnostics.CodeAnalysis;
using Meridian.Dns.Names;

namespace Meridian.Control.Changes.Documents;

/// <summary>
/// How zones and the owners in them are named as documents: without the final dot, in lower case, owners relative to the
/// zone. One name for one thing, so that two writers of the same owner meet in one document.
/// </summary>
public static class RecordsName
{
    private const char Separator = '/';

    // RFC 1035 §5.1: \DDD is the octet of that number. Zones of RFC 2317 have a slash in their names.
    private const string EscapedSeparator = "\\047";

    /// <summary>The name of a zone's document.</summary>
    public static string OfZone(DomainName apex) => apex.IsRoot ? "." : apex.ToString()[..^1];

    /// <summary>The name of the document with the records of one owner.</summary>
    public static string Of(DomainName apex, DomainName owner) => Of(OfZone(apex), OwnerIn(apex, owner));

    /// <summary>The name of the document with the records of one owner.</summary>
    /// <param name="zone">The zone's document.</param>
    /// <param name="owner">As in YAML, relative to the zone.</param>
    public static string Of(string zone, string owner) =>
        zone.Replace("/", EscapedSeparator, StringComparison.Ordinal) + Separator + owner;

    /// <summary>An owner as in YAML: relative to the zone, <c>@</c> for its apex.</summary>
    public static string OwnerIn(DomainName apex, DomainName owner)
    {
        string text = owner.ToString();
        return owner == apex ? "@" : apex.IsRoot ? text[..^1] : text[..^(apex.ToString().Length + 1)];
    }

    /// <summary>The zone's name as written, in the form of documents; as it was when it is no name.</summary>
    public static string NormaliseZone(string zone) =>
        DomainName.TryParse(zone, DomainName.Root, out DomainName? apex) == DomainNameError.None && apex is not null ? OfZone(apex) : zone;

    /// <summary>An owner as written, in the form of documents; as it was when it is no name inside the zone.</summary>
    public static string NormaliseOwner(string zone, string owner) =>
        DomainName.TryParse(zone, DomainName.Root, out DomainName? apex) == DomainNameError.None && apex is not null
            && DomainName.TryParse(owner, apex, out DomainName? name) == DomainNameError.None && name is not null && name.IsSubdomainOf(apex)
            ? OwnerIn(apex, name)
            : owner;

    /// <summary>Takes the name of a document with records apart.</summary>
    /// <param name="name">As <see cref="Of(string, string)"/> makes it.</param>
    /// <param name="zone">The zone's document.</param>
    /// <param name="owner">Relative to the zone.</param>
    public static bool TrySplit(string name, [NotNullWhen(true)] out string? zone, [NotNullWhen(true)] out string? owner)
    {
        int slash = name.IndexOf(Separator);
        zone = slash <= 0 ? null : name[..slash].Replace(EscapedSeparator, "/", StringComparison.Ordinal);
        owner = slash <= 0 || slash == name.Length - 1 ? null : name[(slash + 1)..];
        return zone is not null && owner is not null;
    }
}

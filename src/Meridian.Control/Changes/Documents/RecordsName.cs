using System.Diagnostics.CodeAnalysis;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

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

    /// <summary>The name of a zone's document: <c>example.com</c>, or <c>example.com@inside</c> for one with a label.</summary>
    public static string OfZone(ZoneKey zone)
    {
        string name = zone.Apex.IsRoot ? "." : zone.Apex.ToString()[..^1];
        return zone.Label.Length == 0 ? name : $"{name}@{zone.Label}";
    }

    /// <summary>The name of the document with the records of one owner.</summary>
    public static string Of(ZoneKey zone, DomainName owner) => Of(OfZone(zone), OwnerIn(zone.Apex, owner));

    /// <summary>The name of the zone that a document is about, whichever of several of that name it is.</summary>
    public static string WithoutLabel(string zone) => ZoneKey.TryParse(zone, out ZoneKey key, out _) ? OfZone(key.Apex) : zone;

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
        ZoneKey.TryParse(zone, out ZoneKey key, out _) ? OfZone(key) : zone;

    /// <summary>An owner as written, in the form of documents; as it was when it is no name inside the zone.</summary>
    public static string NormaliseOwner(string zone, string owner) =>
        ZoneKey.TryParse(zone, out ZoneKey key, out _)
            && DomainName.TryParse(owner, key.Apex, out DomainName? name) == DomainNameError.None && name is not null && name.IsSubdomainOf(key.Apex)
            ? OwnerIn(key.Apex, name)
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

using System.Diagnostics.CodeAnalysis;
using Meridian.Dns.Names;

namespace Meridian.Engine.Model;

/// <summary>
/// Tells zones apart: by their apex and, where several have the same one for different clients, by a label that the operator
/// (or the Route 53 API, by the zone's id) gave. Written <c>example.com@inside</c>: an at sign that belongs to a name is
/// written with a backslash in front (RFC 1035 §5.1), so the two cannot be mixed up.
/// </summary>
/// <param name="Apex">The zone's name.</param>
/// <param name="Label">1 to 63 letters, digits, '-' and '_'; empty for the zone that needs none.</param>
public readonly record struct ZoneKey(DomainName Apex, string Label) : IComparable<ZoneKey>
{
    /// <summary>As long as a label of a name; ids of the Route 53 API have up to 32 characters.</summary>
    public const int LabelLengthMax = 63;

    private const char Separator = '@';

    /// <summary>The zone without a label.</summary>
    public ZoneKey(DomainName apex)
        : this(apex, "")
    {
    }

    public static implicit operator ZoneKey(DomainName apex) => new(apex);

    public static bool operator <(ZoneKey left, ZoneKey right) => left.CompareTo(right) < 0;

    public static bool operator >(ZoneKey left, ZoneKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(ZoneKey left, ZoneKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ZoneKey left, ZoneKey right) => left.CompareTo(right) >= 0;

    /// <summary>Reads a zone's key as it is written in a configuration.</summary>
    /// <param name="text">A name, absolute with or without its final dot, and <c>@label</c> behind it where there is one.</param>
    /// <param name="key">The key.</param>
    /// <param name="problem">What is wrong with it, as the rest of a sentence that begins with it.</param>
    public static bool TryParse(string text, out ZoneKey key, [NotNullWhen(false)] out string? problem)
    {
        int at = SeparatorOf(text);
        string label = at < 0 ? "" : text[(at + 1)..];
        DomainNameError error = DomainName.TryParse(at < 0 ? text : text[..at], DomainName.Root, out DomainName? apex);
        key = apex is null ? default : new ZoneKey(apex, label);
        problem = apex is null ? error.Describe()
            : at >= 0 && !IsLabel(label) ? $"what stands behind '@' is not 1 to {LabelLengthMax} letters, digits, '-' and '_'"
            : null;
        return problem is null;
    }

    /// <summary>By name in canonical order, then by label: the zone without one comes first.</summary>
    public int CompareTo(ZoneKey other)
    {
        int byApex = Apex.CompareTo(other.Apex);
        return byApex != 0 ? byApex : string.CompareOrdinal(Label, other.Label);
    }

    /// <summary><c>example.com.</c>, or <c>example.com.@inside</c>.</summary>
    public override string ToString() => Label.Length == 0 ? Apex.ToString() : $"{Apex}{Separator}{Label}";

    private static int SeparatorOf(string text)
    {
        int at = text.LastIndexOf(Separator);
        int escapes = 0;
        while (escapes < at && text[at - escapes - 1] == '\\')
        {
            escapes++;
        }
        // An odd number of them: the last one makes the sign part of the name.
        return at <= 0 || (escapes & 1) == 1 ? -1 : at;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LabelLengthMax && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}

using System.Collections.Frozen;
using System.Globalization;

namespace Meridian.Dns.Records;

/// <summary>Mnemonics of record types and the registry's classes of types.</summary>
public static class RecordTypes
{
    private static readonly FrozenDictionary<string, RecordType> ByMnemonic = Enum.GetValues<RecordType>()
        .Where(type => type != RecordType.None)
        .ToFrozenDictionary(MnemonicOf, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<RecordType, string> Mnemonics =
        ByMnemonic.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    private static readonly string[] StorableMnemonics =
        [.. ByMnemonic.Values.Where(type => !IsMetaOrQueryType(type)).Order().Select(MnemonicOf)];

    /// <summary>All mnemonics known, in registry order; used to suggest the nearest valid name.</summary>
    public static IEnumerable<string> KnownMnemonics => Enum.GetValues<RecordType>()
        .Where(type => type != RecordType.None).Select(MnemonicOf);

    /// <summary>The mnemonic of a type that can be in a zone which is nearest to a misspelt one; null when none is near.</summary>
    public static string? NearestMnemonic(ReadOnlySpan<char> text) => NearestWord.Find(text, StorableMnemonics);

    /// <summary>Reads a mnemonic, or <c>TYPE12345</c> of RFC 3597 §5; case-insensitive.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RecordType type)
    {
        if (ByMnemonic.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out type))
        {
            return true;
        }
        if (text.StartsWith("TYPE", StringComparison.OrdinalIgnoreCase)
            && ushort.TryParse(text[4..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
        {
            type = (RecordType)number;
            return true;
        }
        type = RecordType.None;
        return false;
    }

    /// <summary>The mnemonic, or <c>TYPE12345</c> (RFC 3597 §5) for a type without one.</summary>
    public static string ToMnemonic(this RecordType type) =>
        Mnemonics.TryGetValue(type, out string? mnemonic)
            ? mnemonic
            : string.Create(CultureInfo.InvariantCulture, $"TYPE{(ushort)type}");

    /// <summary>Whether the type may only stand in a question (RFC 6895 §3.1: QTYPEs and Meta-TYPEs, 128–255, and OPT).</summary>
    public static bool IsMetaOrQueryType(this RecordType type) =>
        type == RecordType.OPT || (ushort)type is >= 128 and <= 255;

    private static string MnemonicOf(RecordType type) =>
        type == RecordType.NSAPPTR ? "NSAP-PTR" : type.ToString();
}

using System.Collections.Immutable;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Cases;

/// <summary>What came back.</summary>
/// <param name="Query">What was sent.</param>
/// <param name="Octets">The answer, or null when there was none.</param>
public sealed record Reply(ReadOnlyMemory<byte> Query, byte[]? Octets)
{
    private readonly MessageParseStatus _status = Message.TryParse(Octets, out Message? message);

    /// <summary>The answer taken apart; null when there is none, or when it is not a message.</summary>
    public Message? Message { get; } = Message.TryParse(Octets, out Message? message) == MessageParseStatus.Ok ? message : null;

    public bool Has(MessageFlags flag) => Message?.Header.Flags.HasFlag(flag) == true;

    public EdnsOption? Option(EdnsOptionCode code) => Message?.Edns?.Options.FirstOrDefault(option => option.Code == code);

    /// <summary>The records of a section in a form that is equal when they are equal: names in lower case, serials as zero.</summary>
    public static IReadOnlyList<string> Canonical(ImmutableArray<MessageRecord> section) =>
        [.. section.Select(RecordText.Of).Order(StringComparer.Ordinal)];

    public override string ToString() =>
        Octets is null ? "(no answer)"
        : Message is null ? $"(not a message: {_status}) {Convert.ToHexString(Octets)}"
        : MessageText.Format(Message);
}

/// <summary>Records as lines that are equal when the records are.</summary>
internal static class RecordText
{
    private const int SoaNumbersLength = 5 * sizeof(uint);

    public static string Of(MessageRecord record) =>
        $"{record.Owner} {record.TtlSeconds} {(record.Class == RecordClass.IN ? "" : record.Class + " ")}{record.Type.ToMnemonic()} {RdataOf(record.Type, record.Rdata.Span)}";

    /// <summary>RDATA with names in lower case; the serial of an SOA is 0, because each server has serials of its own.</summary>
    public static string RdataOf(RecordType type, ReadOnlySpan<byte> rdata)
    {
        byte[] canonical = rdata.ToArray();
        foreach (RdataName name in RdataLayouts.FindNames(type, canonical))
        {
            WireNames.ToLowerInPlace(canonical.AsSpan(name.Offset, name.Length));
        }
        if (type == RecordType.SOA && canonical.Length > SoaNumbersLength)
        {
            canonical.AsSpan(canonical.Length - SoaNumbersLength, sizeof(uint)).Clear();
        }
        return RdataText.Format(type, canonical);
    }

    /// <summary>A line of zone text, <c>owner ttl type rdata</c> with absolute names, in the same form.</summary>
    public static string Parse(string line)
    {
        string[] parts = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries);
        if (!RecordTypes.TryParse(parts[2], out RecordType type)
            || !RdataText.TryScan(type, parts.Length > 3 ? parts[3] : "", DomainName.Root, out byte[] rdata, out string? error))
        {
            throw new FormatException($"'{line}' is not a record");
        }
        return $"{DomainName.Parse(parts[0])} {parts[1]} {type.ToMnemonic()} {RdataOf(type, rdata)}";
    }
}

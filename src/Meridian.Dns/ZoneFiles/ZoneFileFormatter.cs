using System.Globalization;
using System.Text;
using Meridian.Dns.Records;

namespace Meridian.Dns.ZoneFiles;

/// <summary>
/// Writes records as master-file text: one line each, every name absolute and every field written out, so that a line
/// means the same wherever it is pasted and two files can be compared line by line.
/// </summary>
public static class ZoneFileFormatter
{
    /// <summary>Writes one line per record.</summary>
    public static void Format(IEnumerable<ResourceRecord> records, TextWriter writer)
    {
        StringBuilder line = new();
        foreach (ResourceRecord record in records)
        {
            line.Clear();
            AppendLine(record, line);
            writer.Write(line);
        }
    }

    /// <summary>The same as one text.</summary>
    public static string Format(IEnumerable<ResourceRecord> records)
    {
        StringBuilder text = new();
        foreach (ResourceRecord record in records)
        {
            AppendLine(record, text);
        }
        return text.ToString();
    }

    private static void AppendLine(ResourceRecord record, StringBuilder text)
    {
        Names.DomainNameText.Format(record.Owner.Wire, text);
        text.Append(CultureInfo.InvariantCulture, $"\t{record.TtlSeconds}\tIN\t{record.Type.ToMnemonic()}\t");
        RdataFormatter.Format(record.Type, record.Rdata.Span, text);
        text.Append('\n');
    }
}

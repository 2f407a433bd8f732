using System.Text;
using Meridian.Dns.Records;

namespace Meridian.Dns.ZoneFiles;

/// <summary>
/// <c>$GENERATE start-stop[/step] owner [ttl] [class] type data</c>, as BIND has it: every <c>$</c> in owner and data
/// becomes the number of the round.
/// </summary>
internal static class ZoneGenerator
{
    public static void Scan(ZoneFileScan scan, ReadOnlySpan<char> text, ReadOnlySpan<ZoneToken> tokens)
    {
        ZoneToken directive = tokens[0];
        if (tokens.Length < 5)
        {
            scan.Report(tokens[^1], "expected $GENERATE start-stop[/step] owner [ttl] [class] type data");
            return;
        }
        ReadOnlySpan<char> rangeText = tokens[1].In(text);
        if (!TryScanRange(rangeText, out uint start, out uint stop, out uint step))
        {
            scan.Report(tokens[1], $"'{rangeText}' is not a range start-stop or start-stop/step with numbers up to 2147483647");
            return;
        }
        // The tokens' memory is used for the generated records: what is needed of them is taken first.
        string record = RecordText(text, tokens);
        if (record.Contains('\n', StringComparison.Ordinal))
        {
            scan.Report(directive, "$GENERATE must stand on one line");
            return;
        }
        if (!GeneratorTemplate.TryScan(record, out GeneratorTemplate? template, out string? error))
        {
            scan.Report(tokens[2], $"$GENERATE: {error}");
            return;
        }
        StringBuilder line = new();
        // Counted in 64 bits: the last step may go beyond the range.
        for (ulong round = start; round <= stop; round += step)
        {
            line.Clear();
            if (!template.TryExpand((long)round, line))
            {
                scan.Report(directive, $"$GENERATE: an offset makes the number negative in round {round}");
                return;
            }
            if (!scan.ScanGenerated(line.ToString(), directive))
            {
                return;
            }
        }
    }

    // From the owner to the end of the entry. Data that is one quoted token is what stands between the quotes, as in BIND,
    // where only that way it can have several fields: MX "10 mail$".
    private static string RecordText(ReadOnlySpan<char> text, ReadOnlySpan<ZoneToken> tokens)
    {
        ZoneToken last = tokens[^1];
        ZoneToken beforeLast = tokens[^2];
        int start = tokens[2].Start;
        if (last.Kind != ZoneTokenKind.Quoted)
        {
            return text[start..(last.Start + last.Length)].ToString();
        }
        bool isAllData = beforeLast.Kind == ZoneTokenKind.Plain && RecordTypes.TryParse(beforeLast.In(text), out _);
        return isAllData
            ? $"{text[start..(last.Start - 1)]}{last.In(text).ToString().Replace("\\\"", "\"", StringComparison.Ordinal)}"
            : text[start..(last.Start + last.Length + 1)].ToString();
    }

    private static bool TryScanRange(ReadOnlySpan<char> text, out uint start, out uint stop, out uint step)
    {
        step = 1;
        stop = 0;
        int slash = text.IndexOf('/');
        ReadOnlySpan<char> range = slash < 0 ? text : text[..slash];
        int hyphen = range.IndexOf('-');
        start = 0;
        return hyphen > 0
            && NumberText.TryScan(range[..hyphen], int.MaxValue, out start)
            && NumberText.TryScan(range[(hyphen + 1)..], int.MaxValue, out stop)
            && start <= stop
            && (slash < 0 || (NumberText.TryScan(text[(slash + 1)..], int.MaxValue, out step) && step > 0));
    }
}

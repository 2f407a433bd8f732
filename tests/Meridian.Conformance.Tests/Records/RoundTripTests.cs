using System.Diagnostics;
using System.Text;
using Meridian.Conformance.Tests.Cases;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Conformance.Tests.Records;

/// <summary>
/// The same text is the same records to us and to the checkers of BIND, NSD and Knot: they accept what we read and what we write,
/// and what they print is to us what they read.
/// </summary>
public sealed class RoundTripTests
{
    // Types that the zones write in the form of RFC 3597 §5, because NSD or Knot do not know their mnemonics.
    private static readonly RecordType[] Unnamed = [(RecordType)19, (RecordType)20, (RecordType)26, (RecordType)55, (RecordType)258];

    public static TheoryData<string, string> Checks => new MatrixTheoryData<string, string>(["bind", "nsd", "knot"], ["types.test", "records.test"]);

    [Theory]
    [MemberData(nameof(Checks))]
    public void Text_OfAllTypes_IsTheSameToTheCheckers(string checker, string zone)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, zone == "types.test" ? "Zones" : "Records", zone + ".zone"));
        ResourceRecord[] records = Scan(zone, text);
        AssertSame(records, Check(checker, zone, text), "their reading of the zone");

        // What we write has every name absolute and every field in full; BIND knows all mnemonics that we know.
        StringBuilder written = new();
        foreach (ResourceRecord record in records)
        {
            bool isGeneric = checker != "bind" && Unnamed.Contains(record.Type);
            written.Append(isGeneric
                ? $"{record.Owner} {record.TtlSeconds} IN TYPE{(int)record.Type} \\# {record.Rdata.Length} {Convert.ToHexString(record.Rdata.Span)}\n"
                : ZoneFileFormatter.Format([record]));
        }
        AssertSame(records, Scan(zone, written.ToString()), "our reading of what we wrote");
        AssertSame(records, Check(checker, zone, written.ToString()), "their reading of what we wrote");
    }

    private static ResourceRecord[] Scan(string zone, string text)
    {
        ZoneFileResult result = ZoneFileScanner.Scan(new ZoneFileText(zone, text), DomainName.Parse(zone + "."));
        Assert.True(result.Errors.Count == 0, $"{string.Join('\n', result.Errors)}\n{text}");
        return [.. result.Records.Select(entry => entry.Record)];
    }

    private static void AssertSame(IEnumerable<ResourceRecord> expected, ResourceRecord[]? actual, string what)
    {
        if (actual is null)
        {
            // kzonecheck does not print: that it accepts the text is what it can tell.
            return;
        }
        string[] missing = [.. Lines(expected).Except(Lines(actual))];
        string[] added = [.. Lines(actual).Except(Lines(expected))];
        Assert.True(missing.Length + added.Length == 0, $"{what} lacks\n{string.Join('\n', missing)}\nand has instead\n{string.Join('\n', added)}");
    }

    private static IEnumerable<string> Lines(IEnumerable<ResourceRecord> records) => records.Select(record =>
        $"{record.Owner.ToString().ToLowerInvariant()} {record.TtlSeconds} {record.Type.ToMnemonic()} {RecordText.RdataOf(record.Type, record.Rdata.Span)}");

    /// <summary>Fails when the checker does not accept the text; what it prints of it, read again, or null when it prints nothing.</summary>
    private static ResourceRecord[]? Check(string checker, string zone, string text)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return checker switch
            {
                "bind" => Scan(zone, Run("named-checkzone", "-q", "-D", "-o", "-", "-i", "none", "-k", "ignore", "-m", "ignore", "-n", "ignore", "-r", "ignore", zone, file)),
                "nsd" => Scan(zone, Run("nsd-checkzone", "-p", zone, file)),
                // Without the checks of DNSSEC: the zone has its records, and is not signed.
                "knot" when Run("kzonecheck", "-d", "off", "-o", zone, file) is not null => null,
                _ => throw new ArgumentException(checker, nameof(checker)),
            };
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        // Servers, and their checkers, are where the PATH of an ordinary user does not lead.
        ProcessStartInfo start = new("/bin/sh", ["-c", "PATH=$PATH:/usr/sbin:/sbin; exec \"$@\"", "sh", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} cannot be started");
        StringBuilder errors = new();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{errors}\n{output}\n{File.ReadAllText(arguments[^1])}");
        return output;
    }
}

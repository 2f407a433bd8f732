using System.Text;
using Meridian.Dns.Names;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Dns.Tests.ZoneFiles;

/// <summary>Scanning parts of a file on several cores gives what scanning it in order gives: records, errors and places.</summary>
public sealed class ZoneFileStretchTests
{
    private static readonly DomainName Origin = DomainName.Parse("example.com.");

    // Good lines, lines that hang on the one before, bad ones, and those after which lines are no entries of their own.
    private static readonly string[] Lines =
    [
        "a A 192.0.2.1", "b 60 IN A 192.0.2.2", "c TXT \"x (y) ; z\"", "d MX 10 mail", "  A 192.0.2.3", "\tTXT tab", "", "; $TTL 5 (", "e A 192.0.2.4 ; )",
        "f A 300.1.1.1", "g NOTYPE x", "h TXT \"open", "i..j A 192.0.2.5", "k TXT a\\", "$TTL 90", "$ORIGIN sub", "  $TTL 7", "l TXT ( one", "two )", "m )",
        "$INCLUDE f", "$GENERATE 1-3 n$ A 192.0.2.$", "\"q\" A 192.0.2.6", "*.w AAAA 2001:db8::1", "\r", "\uFEFFo A 192.0.2.7",
    ];

    [Fact]
    public void Scan_SeveralCores_SameAsOneAfterTheOther()
    {
        Random random = new(77);
        FakeZoneFiles files = new();
        files.Files["f"] = "$TTL 8\nin A 192.0.2.8\n";
        int withTail = 0;
        for (int i = 0; i < 1_500; i++)
        {
            // Half of them have no line in the tail that keeps the cores from sharing it.
            int kinds = random.Next(2) == 0 ? 14 : Lines.Length;
            StringBuilder text = new(random.Next(4) == 0 ? "" : "$TTL 1h\n@ SOA ns h (1 2 3 4 5)\n");
            for (int count = random.Next(1, 60); count > 0; count--)
            {
                text.Append(Lines[random.Next(kinds)]).Append(random.Next(20) == 0 ? "\r\n" : "\n");
            }
            files.Files["zone"] = text.ToString();
            ZoneFileLimits limits = new() { Errors = random.Next(2) == 0 ? 100 : random.Next(1, 6), Records = random.Next(3) == 0 ? random.Next(1, 40) : 1_000 };
            ZoneFileOptions inOrder = new() { Limits = limits, DefaultTtlSeconds = random.Next(2) == 0 ? 5u : null };
            ZoneFileResult expected = ZoneFileScanner.Scan("zone", Origin, files, inOrder);
            ZoneFileResult found = ZoneFileScanner.Scan("zone", Origin, files, inOrder with { Cores = random.Next(2, 5), StretchLength = random.Next(1, 80) });
            Assert.Equal(Described(expected), Described(found));
            withTail += ZoneFileStretches.TailOf(text.ToString()) < text.Length ? 1 : 0;
        }
        Assert.InRange(withTail, 750, 1_500);
    }

    [Fact]
    public void Cut_LinesThatHangOnTheOneBefore_StayWithIt()
    {
        const string Text = "$TTL 60\na A 192.0.2.1\n  A 192.0.2.2\n; c\n  A 192.0.2.3\nb A 192.0.2.4\n\n  A 192.0.2.5\n";
        int tail = ZoneFileStretches.TailOf(Text);
        List<Range> stretches = ZoneFileStretches.Cut(Text, tail, 10);
        Assert.Equal(
            ["a A 192.0.2.1\n  A 192.0.2.2\n; c\n  A 192.0.2.3\n", "b A 192.0.2.4\n\n  A 192.0.2.5\n"],
            stretches.Select(stretch => Text[stretch]));
    }

    private static string Described(ZoneFileResult result) => string.Join('\n',
    [
        .. result.Records.Select(record =>
            $"{record.Position} {record.Record.Owner} {record.Record.Type} {record.Record.TtlSeconds} {Convert.ToHexString(record.Record.Rdata.Span)}"),
        .. result.Errors.Select(error => error.ToString()),
        $"cut short: {result.IsCutShort}",
    ]);
}

using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Fuzz;
using Meridian.Dns.Messages;
using Meridian.Engine.Answering;

namespace Meridian.Conformance.Tests.Regressions;

/// <summary>
/// tests/regressions: one directory per mistake that was made, data only. <c>case.txt</c> says which fuzz target takes
/// <c>input.bin</c>; or, with the target <c>answer</c>, which question is asked of <c>zone.txt</c> to get <c>expected.txt</c>.
/// </summary>
public sealed class RegressionTests
{
    private const string AnswerTarget = "answer";
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "regressions");

    public static TheoryData<string> Slugs =>
        [.. Directory.EnumerateDirectories(Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Slugs))]
    public void Case_OfARegression_Holds(string slug)
    {
        string directory = Path.Combine(Root, slug);
        Dictionary<string, string> keys = File.ReadLines(Path.Combine(directory, "case.txt"))
            .Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        Assert.True(keys["note"].Length > 0, "a regression says what it is about");
        if (keys["target"] != AnswerTarget)
        {
            FuzzTargets.CreateAll().Single(target => target.Name == keys["target"]).Take(File.ReadAllBytes(Path.Combine(directory, "input.bin")));
            return;
        }
        QueryAnswerer answerer = new(SampleServer.Serve(keys["zone"], File.ReadAllText(Path.Combine(directory, "zone.txt"))), new AnswerLimits());
        Assert.Equal(File.ReadAllText(Path.Combine(directory, "expected.txt")).TrimEnd(), Answer(answerer, Ask.Parse(keys["ask"])));
    }

    private static string Answer(QueryAnswerer answerer, Ask ask)
    {
        byte[] response = new byte[ushort.MaxValue];
        ClientInfo client = new(ClientAddress.FromIPv4(0xC0000201), 4711, ask.IsTcp ? Transport.Tcp : Transport.Udp, UnixSeconds: 0);
        AnswerResult result = answerer.Answer(ask.Wire.Span, in client, response);
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(response.AsSpan(0, result.Length), out Message? message));
        MessageFlags flags = message!.Header.Flags; // Ok comes with a message.
        string status = message.Rcode.ToString().ToUpperInvariant()
            + (flags.HasFlag(MessageFlags.AuthoritativeAnswer) ? " aa" : "")
            + (flags.HasFlag(MessageFlags.Truncated) ? " tc" : "");
        return string.Join('\n', [
            status,
            .. Reply.Canonical(message.Answer).Select(record => $"AN {record}"),
            .. Reply.Canonical(message.Authority).Select(record => $"NS {record}"),
            .. Reply.Canonical(message.Additional).Select(record => $"AR {record}"),
        ]);
    }
}

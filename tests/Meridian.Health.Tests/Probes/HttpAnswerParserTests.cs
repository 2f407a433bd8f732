using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Tests.Probes;

public sealed class HttpAnswerParserTests
{
    private static readonly string[] Answers =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready",
        "HTTP/1.0 200\nContent-Length: 5, 5\n\nready",
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 3\r\n\r\n5\r\nready\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3 ;a=\"b\"\r\nrea\r\n2\r\ndy\r\n000\r\nX: y\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: folded\r\n  again\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
        "HTTP/1.1 503 Service Unavailable\r\n\r\nready",
        "220 mail.example.com ESMTP\r\n",
    ];

    [Fact]
    public void Feed_AnyCut_GivesTheSameAsInOnePiece()
    {
        Gen<(string Answer, int[] Cuts)> cases =
            from answer in Gen.Elements(Answers)
            from cuts in Gen.Choose(0, answer.Length).ArrayOf(5)
            select (answer, cuts);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            byte[] octets = Encoding.Latin1.GetBytes(c.Answer);
            int[] cuts = [0, .. c.Cuts.Order(), octets.Length];
            byte[][] pieces = [.. cuts.Zip(cuts.Skip(1), (from, to) => octets[from..to])];

            Assert.Equal(Read(isHead: false, "ready", octets) with { Fault = null }, Read(isHead: false, "ready", pieces) with { Fault = null });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Feed_MutatedAnswers_NeverThrows()
    {
        Gen<byte[]> cases =
            from answer in Gen.Elements(Answers)
            from positions in Gen.Choose(0, answer.Length - 1).ArrayOf(4)
            from octets in Gen.Choose(0, 255).ArrayOf(4)
            select Mutate(Encoding.Latin1.GetBytes(answer), positions, octets);
        Prop.ForAll(cases.ToArbitrary(), octets =>
        {
            (HttpAnswerPart part, int status, _, string? fault, int length) = Read(isHead: false, "ready", octets);
            Assert.True(part is HttpAnswerPart.Complete ^ fault is not null);
            Assert.InRange(status, 0, 599);
            Assert.InRange(length, 0, octets.Length);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void BodyWindow_AnyCut_FindsWhatStandsInTheWhole()
    {
        // Few letters and texts that repeat themselves, so that beginnings of a match are common.
        Gen<(string Expected, string[] Pieces)> cases =
            from expected in Gen.Elements("a", "b", "ab", "aab", "abab", "aaab", "abaab")
            from pieces in Gen.Elements("", "a", "b", "aa", "ab", "ba", "abaa", "bbbbbbbb").ArrayOf(6)
            select (expected, pieces);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            BodyWindow body = new(c.Expected);
            foreach (string piece in c.Pieces)
            {
                body.Append(Encoding.Latin1.GetBytes(piece));
            }

            string whole = string.Concat(c.Pieces);
            Assert.Equal((whole.Contains(c.Expected, StringComparison.Ordinal), whole.Length), (body.IsMatch, body.Length));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Feed_InterimAnswersWithoutEnd_IsInvalid()
    {
        string answer = string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20));

        Assert.Equal("interim answers (1xx) without end", Read(isHead: false, null, Encoding.Latin1.GetBytes(answer)).Fault);
    }

    [Fact]
    public void Feed_EndlessTrailer_IsInvalid()
    {
        string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 10_000));

        Assert.Equal("the chunked body is not valid", Read(isHead: false, null, Encoding.Latin1.GetBytes(answer)).Fault);
    }

    private static Reading Read(bool isHead, string? expected, params byte[][] pieces)
    {
        BodyWindow body = new(expected);
        HttpAnswerParser parser = new(isHead, body);
        foreach (byte[] piece in pieces)
        {
            parser.Feed(piece);
        }

        parser.Close();
        return new Reading(parser.Part, parser.Status, body.IsMatch, parser.Fault, body.Length);
    }

    private static byte[] Mutate(byte[] octets, int[] positions, int[] values)
    {
        foreach ((int position, int value) in positions.Zip(values))
        {
            octets[position] = (byte)value;
        }

        return octets;
    }

    private sealed record Reading(HttpAnswerPart Part, int Status, bool IsMatch, string? Fault, int Length);
}

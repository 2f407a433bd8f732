using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;

namespace Meridian.Conformance.Tests.Rfc9619;

/// <summary>In the DNS, QDCOUNT is (usually) one.</summary>
public sealed class QuestionCountTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<QuestionCountTests>(fleet, report), ICaseTable
{
    public static string Rfc => "RFC 9619";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("4 two questions", Ask.Parse("www.rfc.test. A").WithTrailing([.. Ask.Parse("www.rfc.test. TXT").Wire.Span[12..]]).WithOctet(5, 2), Expect.NoResponseOr(Rcode.FormErr, Rcode.NotImp)),
        new("4 the same question twice", Ask.Parse("www.rfc.test. A").WithTrailing([.. Ask.Parse("www.rfc.test. A").Wire.Span[12..]]).WithOctet(5, 2), Expect.NoResponseOr(Rcode.FormErr, Rcode.NotImp)),
        new("4 two announced, one there", Ask.Parse("www.rfc.test. A").WithOctet(5, 2), Expect.NoResponseOr(Rcode.FormErr, Rcode.NotImp)),
        new("4 65,535 announced", Ask.Parse("www.rfc.test. A").WithOctet(4, 255).WithOctet(5, 255), Expect.NoResponseOr(Rcode.FormErr, Rcode.NotImp)),
        new("4 no question", Ask.Raw("ID 0000 0000 0000 0000 0000"), Expect.NoResponseOr(Rcode.FormErr, Rcode.NotImp, Rcode.Refused, Rcode.NoError)),
        new("4 one question is an ordinary query", "www.rfc.test. TXT", Expect.Answer("www.rfc.test. 3600 TXT \"one\" \"two\"")),
        new("4 a question not announced is left over", Ask.Parse("www.rfc.test. A").WithOctet(5, 0), Expect.NoResponseOr(Rcode.FormErr, Rcode.NotImp, Rcode.Refused)),
        new("4 65,535 announced is a format error", Ask.Parse("www.rfc.test. A").WithOctet(4, 255).WithOctet(5, 255), Expect.HeaderStatus(Rcode.FormErr))
        {
            MeridianOnly = "RFC 9619 §4 is newer than the references' versions, some of which drop such a query.",
        },
    ];
}

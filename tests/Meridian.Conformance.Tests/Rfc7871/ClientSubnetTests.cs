using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc7871;

/// <summary>Client subnet in DNS queries, from names that are not steered: every answer holds for everybody, scope 0.</summary>
public sealed class ClientSubnetTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<ClientSubnetTests>(fleet, report), ICaseTable
{
    private const string NotThere = "The references do not answer the option.";
    private const string Name = "www.rfc.test. TXT";

    public static string Rfc => "RFC 7871";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        .. Answers.Select(entry => entry with { MeridianOnly = NotThere }),
        .. Refusals.Select(entry => entry with { MeridianOnly = NotThere }),
        new("7.1.2 whatever the option says, there is an answer", $"{Name} +subnet=192.0.2.0/24", Expect.Answer("www.rfc.test. 3600 TXT \"one\" \"two\"")),
    ];

    private static IEnumerable<ConformanceCase> Answers =>
    [
        new("7.2.1 family, prefix and address come back, with a scope", $"{Name} +subnet=192.0.2.0/24",
            Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.ClientSubnet, "00011800C00002")),
        new("7.2.1 IPv6", $"{Name} +subnet=2001:db8:1::/48",
            Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.ClientSubnet, "0002300020010DB80001")),
        new("7.1.2 a source prefix of 0 has scope 0", $"{Name} +subnet=0.0.0.0/0", Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.ClientSubnet, "00010000")),
        new("7.1.2 a source prefix of 0 in IPv6", $"{Name} +subnet=::/0", Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.ClientSubnet, "00020000")),
        new("6 a whole address", $"{Name} +subnet=192.0.2.77/32", Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.ClientSubnet, "00012000C000024D")),
        new("6 a prefix that ends within an octet", $"{Name} +subnet=192.0.2.0/20", Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.ClientSubnet, "00011400C00000")),
        new("7.2.1 in a negative answer", "missing.rfc.test. A +subnet=192.0.2.0/24",
            Expect.NxDomain("rfc.test.").OptionIs(EdnsOptionCode.ClientSubnet, "00011800C00002")),
        new("7.2.1 in a referral, with scope 0", "x.noglue.rfc.test. A +subnet=192.0.2.0/24",
            Expect.Status(Rcode.NoError).OptionIs(EdnsOptionCode.ClientSubnet, "00011800C00002")),
        new("7.2.1 not when it was not asked", $"{Name} +edns", Expect.Status(Rcode.NoError).NoOption(8)),
    ];

    private static IEnumerable<ConformanceCase> Refusals =>
    [
        new("6 a family that is not assigned", $"{Name} +opt=8:00031800C00002", Expect.HeaderStatus(Rcode.FormErr)),
        new("6 an IPv4 prefix longer than 32", $"{Name} +opt=8:00012100C000020180", Expect.HeaderStatus(Rcode.FormErr)),
        new("6 an IPv6 prefix longer than 128", $"{Name} +opt=8:00028100200100000000000000000000000000000000", Expect.HeaderStatus(Rcode.FormErr)),
        new("6 fewer octets than the prefix needs", $"{Name} +opt=8:00011800C000", Expect.HeaderStatus(Rcode.FormErr)),
        new("6 more octets than the prefix needs", $"{Name} +opt=8:00011800C0000200", Expect.HeaderStatus(Rcode.FormErr)),
        new("6 bits behind the prefix", $"{Name} +opt=8:00011400C00002", Expect.HeaderStatus(Rcode.FormErr)),
        new("7.1.2 a scope in a query", $"{Name} +opt=8:00011818C00002", Expect.HeaderStatus(Rcode.FormErr)),
        new("6 an option without its fixed part", $"{Name} +opt=8:0001", Expect.HeaderStatus(Rcode.FormErr)),
        new("6 an empty option", $"{Name} +opt=8:", Expect.HeaderStatus(Rcode.FormErr)),
    ];
}

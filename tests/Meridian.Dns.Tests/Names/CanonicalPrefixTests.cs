using FsCheck;
using FsCheck.Fluent;
using Meridian.Dns.Names;

namespace Meridian.Dns.Tests.Names;

public sealed class CanonicalPrefixTests
{
    private static readonly DomainName Apex = DomainName.Parse("example.com.");

    // Octets that a prefix could take for its own marks, and neighbours in the order.
    private static readonly byte[] Octets = [0, 1, 2, (byte)'*', (byte)'-', (byte)'0', (byte)'a', (byte)'b', 255];

    [Fact]
    public void CanonicalPrefix_AnyTwoNamesOfAZone_NeverContradictsTheOrder()
    {
        Gen<DomainName> names =
            from seed in ArbMap.Default.GeneratorFor<int>()
            from labels in Gen.Choose(0, 5)
            select NameOf(seed, labels);
        Prop.ForAll(names.Two().ToArbitrary(), pair =>
        {
            UInt128 left = WireNames.CanonicalPrefix(pair.Item1.Wire, Apex.Wire.Length);
            UInt128 right = WireNames.CanonicalPrefix(pair.Item2.Wire, Apex.Wire.Length);
            return left == right || left.CompareTo(right) == Math.Sign(pair.Item1.CompareTo(pair.Item2));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void CanonicalPrefix_NamesThatDifferEarly_TellsThemApart()
    {
        DomainName first = DomainName.Parse("host1.example.com.");
        DomainName second = DomainName.Parse("host2.example.com.");
        Assert.True(
            WireNames.CanonicalPrefix(first.Wire, Apex.Wire.Length) < WireNames.CanonicalPrefix(second.Wire, Apex.Wire.Length));
    }

    [Theory]
    [InlineData("www.example.com.", true)]
    [InlineData("a.www.example.com.", false)]
    [InlineData("example.com.", false)]
    [InlineData("www.example.org.", false)]
    [InlineData(".", false)]
    public void IsChildOf_Name_OneLabelBelow(string name, bool expected) =>
        Assert.Equal(expected, DomainName.Parse(name).IsChildOf(Apex));

    private static DomainName NameOf(int seed, int labels)
    {
        Random random = new(seed);
        DomainName name = Apex;
        for (int i = 0; i < labels; i++)
        {
            byte[] label = new byte[random.Next(1, 5)];
            for (int j = 0; j < label.Length; j++)
            {
                label[j] = Octets[random.Next(Octets.Length)];
            }
            name = name.TryPrepend(label) ?? name;
        }
        return name;
    }
}

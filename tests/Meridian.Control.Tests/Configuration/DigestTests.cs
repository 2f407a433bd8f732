using Meridian.Control.Configuration;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>The digest is of what a configuration means.</summary>
public sealed class DigestTests
{
    private const string Eu = "pools: {eu: {members: [{address: 192.0.2.1}, {address: 192.0.2.2}]}}\n";
    private const string Us = "pools: {us: {members: [{address: 192.0.2.3}]}}\nzones: {}\n";

    [Fact]
    public void Digest_PropertiesOfAnRRset_AreThoseThatItsOwnFormWrites() =>
        // One that is added has to be added to DigestWriter.WriteRRset too; record sets and aliases are not written in that form.
        Assert.Equal(
            ["Alias", "IsExpanded", "Outside", "Owner", "Rdata", "Rotate", "Sets", "Steering", "TtlSeconds", "Type"],
            typeof(RRsetModel).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("a: {A: 192.0.2.1}", "a: {A: 192.0.2.2}")]
    [InlineData("a: {A: 192.0.2.1}", "b: {A: 192.0.2.1}")]
    [InlineData("a: {A: 192.0.2.1}", "a: {A: {ttl: 1s, data: 192.0.2.1}}")]
    [InlineData("a: {TXT: [x]}", "a: {TXT: [x, y]}")]
    [InlineData("a: {ALIAS: b.example.net.}", "a: {ALIAS: c.example.net.}")]
    [InlineData("a: {ALIAS: b.example.net.}", "a: {ALIAS: {to: b.example.net., client-subnet: 192.0.2.0/24}}")]
    [InlineData("a: {TXT: [x, y]}", "a: {TXT: [y, x]}")]
    [InlineData("a: {TXT: [x]}", "a: {SPF: [x]}")]
    public void Digest_OtherRecords_Differ(string left, string right) => Assert.NotEqual(
        TestFiles.Load($"{TestFiles.Base}      {left}\n").Digest, TestFiles.Load($"{TestFiles.Base}      {right}\n").Digest);

    [Fact]
    public void Digest_FilesInOtherOrder_IsTheSame()
    {
        LoadResult one = TestFiles.LoadAll("c", ("c/1.yaml", Eu), ("c/2.yaml", Us));
        LoadResult other = TestFiles.LoadAll("c", ("c/1.yaml", Us), ("c/2.yaml", Eu));
        Assert.Equal(one.Digest, other.Digest);
        Assert.Matches("^[0-9a-f]{64}$", one.Digest);
    }

    [Fact]
    public void Digest_CommentsDefaultsAndSpelling_AreTheSame() =>
        Assert.Equal(
            TestFiles.Load(Eu).Digest,
            TestFiles.Load("# a comment\nwarm-up: 5s\n" + Eu.Replace("192.0.2.1}", "'192.0.2.1', weight: 1}", StringComparison.Ordinal)).Digest);

    [Fact]
    public void Digest_RecordsInOtherOrderOfOwners_IsTheSame() =>
        Assert.Equal(
            TestFiles.Load(TestFiles.Base + "      a: {A: 192.0.2.1}\n      b: {A: 192.0.2.2}\n").Digest,
            TestFiles.Load(TestFiles.Base + "      b: {A: 192.0.2.2}\n      A: {A: 192.0.2.1}\n").Digest);

    [Theory]
    [InlineData("192.0.2.1}", "192.0.2.9}")]
    [InlineData("192.0.2.1}", "192.0.2.1, weight: 2}")]
    [InlineData("192.0.2.1}", "192.0.2.1, state: down, reason: x}")]
    [InlineData("pools:", "warm-up: 6s\npools:")]
    [InlineData("pools:", "listen: {http: off}\npools:")]
    [InlineData("eu: {", "eu: {min-healthy: 2, ")]
    [InlineData("pools:", "policies: {w: {failover: [eu]}}\npools:")]
    public void Digest_AnyChange_Differs(string old, string changed)
    {
        LoadResult result = TestFiles.Load(Eu.Replace(old, changed, StringComparison.Ordinal));
        Assert.Empty(TestFiles.Errors(result));
        Assert.NotEqual(TestFiles.Load(Eu).Digest, result.Digest);
    }

    [Fact]
    public void Digest_NestingOfChildren_Differs() =>
        Assert.NotEqual(Policy("{failover: [eu, {failover: [us, eu]}]}"), Policy("{failover: [eu, {failover: [us]}, {pool: eu}]}"));

    private static string Policy(string policy)
    {
        LoadResult result = TestFiles.LoadAll("c", ("c/1.yaml", Eu), ("c/2.yaml", Us), ("c/3.yaml", $"policies: {{w: {policy}}}"));
        Assert.Empty(TestFiles.Errors(result));
        return result.Digest;
    }
}

using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Tests.Zones;

public sealed class RRsetChainsTests
{
    [Fact]
    public void Next_RRsetsOfSeveralNodesInAnyOrder_AreFoundInTheOrderOfAdding()
    {
        RecordType[] types = [RecordType.A, RecordType.MX, RecordType.AAAA, RecordType.TXT, RecordType.NS];
        RRsetChains chains = new([.. types.Select(type => new RRsetModel { Owner = DomainName.Root, Type = type })]);
        chains.Add(node: 7, rrset: 0);
        chains.Add(node: 2, rrset: 1);
        chains.Add(node: 7, rrset: 2);
        chains.Add(node: 7, rrset: 3);
        chains.Add(node: 2, rrset: 4);
        Assert.Equal([0, 2, 3], Chain(chains, 7));
        Assert.Equal([1, 4], Chain(chains, 2));
        Assert.Empty(Chain(chains, 0));
        Assert.Empty(Chain(chains, 1000));
        Assert.Equal(RecordType.NS, chains.Find(2, RecordType.NS).Type);
    }

    private static List<int> Chain(RRsetChains chains, int node)
    {
        List<int> found = [];
        for (int at = chains.First(node); at >= 0; at = chains.Next(at))
        {
            found.Add(at);
        }
        return found;
    }
}

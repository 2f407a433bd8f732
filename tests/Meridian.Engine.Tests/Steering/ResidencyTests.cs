using System.Collections.Immutable;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Steering;

/// <summary>Data residency: whatever the tree, the health, the load, the time and the drill, nobody is answered from outside a strict match.</summary>
public sealed class ResidencyTests
{
    private const int Configurations = 400;
    private const int ClientsEach = 20;

    [Fact]
    public void Strict_RandomTreesHealthAndDrills_NeverAnswersOutsideTheMatch()
    {
        int answered = 0;
        SteeringProperty.Check(
            Configurations,
            steering =>
            {
                DataPlane live = steering.ServeDataPlane();
                TestClient client = new(live);
                for (int i = 0; i < ClientsEach; i++)
                {
                    if (i == ClientsEach / 2)
                    {
                        // The other half in a drill: some clients are answered as though a whole pool were down.
                        string pool = $"pool{steering.Choices.Next(4)}";
                        DataPlane drill = live.CreateCandidate(steering.Model.Pools[pool].Members.Select(member => new MemberKey(pool, member.Target)).ToHashSet());
                        drill.Publish(steering.Compile(revision: 1), steering.Verdicts);
                        Assert.True(live.Stage(drill, ClientStage.Create(0.5, []), expected: null));
                    }
                    string address = steering.RandomClient();
                    ReferenceClient who = steering.Client(ClientAddress.FromIPAddress(System.Net.IPAddress.Parse(address)).IPv4, out _);
                    PolicyModel policy = steering.Model.Policies["p2"];
                    HashSet<string> allowed = Allowed(steering.Model, SteeringReference.StrictMatch(policy, who));
                    byte[] query = TestClient.Query(i % 2 == 0 ? "p2.example.com." : "outer.example.com.", RecordType.A, $"{address}/32", (ushort)i);
                    foreach (string found in client.Ask(query, time: steering.UnixSeconds).Addresses)
                    {
                        answered++;
                        if (!allowed.Contains(found))
                        {
                            return $"client {address}: {found} is outside {string.Join(',', allowed)}";
                        }
                    }
                }
                return null;
            },
            residency: true);
        // A test that never sees an answer proves nothing.
        Assert.True(answered > Configurations, $"only {answered} addresses were answered");
    }

    private static HashSet<string> Allowed(MeridianModel model, SteeringNode? match) => match is null ? [] :
        [.. PoolsBelow(model, match).SelectMany(pool => model.Pools[pool].Members).Select(member => member.Target)];

    private static ImmutableArray<string> PoolsBelow(MeridianModel model, SteeringNode node) => node switch
    {
        PoolNode pool => [pool.Pool],
        PolicyNode policy => PoolsBelow(model, model.Policies[policy.Policy].Root),
        _ => [.. node.Children.SelectMany(child => PoolsBelow(model, child))],
    };
}

using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Meridian.Dns;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Steering;

/// <summary>The compiled decision against the obvious one, over random configurations, health and clients.</summary>
public sealed partial class SteeringReferenceTests
{
    private const int ClientsEach = 12;

    // More of them on request: `make soak` and scripts/show/steering.sh set the variables.
    private static readonly int Configurations = Setting("MERIDIAN_STEERING_CONFIGURATIONS", 1500);
    private static readonly int ScopePairs = Setting("MERIDIAN_STEERING_PAIRS", 60_000);

    // Clients of one configuration whose scope is looked at: its borders are worked out once.
    private const int ScopeClientsEach = 500;

    // Finding the widest exact prefix the slow way asks the reference about hundreds of clients for each one.
    private const int ScopeConfigurations = 300;

    [Fact]
    public void Answer_RandomConfigurations_IsAlwaysOneOfTheReferences()
    {
        SteeringProperty.Check(Configurations, FindOtherAnswer);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Configurations * ClientsEach:N0} answers over {Configurations:N0} random configurations, health tables, databases and moments: no disagreement with the reference");
    }

    [Fact]
    public void Scope_ManyPairs_HoldsNobodyElseAndIsAsShortAsCanBe()
    {
        int pairs = 0;
        int seed = 0;
        long lengths = 0;
        SteeringProperty.Check(ScopePairs / ScopeClientsEach, steering =>
        {
            seed++;
            TestClient client = steering.Serve();
            PolicyModel policy = steering.Model.Policies[$"p{steering.Choices.Next(3)}"];
            ScopeRuns runs = ScopeRuns.Of(steering, policy, BordersOf(steering.Model));
            for (int i = 0; i < ScopeClientsEach; i++)
            {
                string address = steering.RandomClient();
                int scope = client.Ask($"{policy.Name}.example.com.", RecordType.A, $"{address}/32").Scope;
                int expected = runs.WidestExact(ClientAddress.FromIPAddress(IPAddress.Parse(address)).IPv4, out bool isSticky);
                if (scope != (isSticky ? Math.Max(24, expected) : expected))
                {
                    return $"policy {policy.Name}, client {address}: scope {scope}, widest exact is {expected}, sticky {isSticky}";
                }
                lengths += scope;
                pairs++;
            }
            return null;
        });
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{pairs:N0} (policy, client) pairs over {seed:N0} random configurations: every scope is the shortest prefix in which all decide alike; mean length {lengths / (double)pairs:0.0}");
    }

    [Fact]
    public void Scope_RandomConfigurations_IsTheWidestThatIsExact()
    {
        SteeringProperty.Check(ScopeConfigurations, steering =>
        {
            TestClient client = steering.Serve();
            for (int i = 0; i < ClientsEach; i++)
            {
                string address = steering.RandomClient();
                PolicyModel policy = steering.Model.Policies[$"p{i % 3}"];
                int scope = client.Ask($"{policy.Name}.example.com.", RecordType.A, $"{address}/32").Scope;
                bool isSticky = steering.Reference.Residual(policy.Root, policy, ClientOf(steering, address)).Contains("k(", StringComparison.Ordinal);
                int expected = WidestExactPrefix(steering, policy, address);
                if (scope != (isSticky ? Math.Max(24, expected) : expected))
                {
                    return $"policy {policy.Name}, client {address}: scope {scope}, widest exact is {expected}, sticky {isSticky}";
                }
            }
            return null;
        });
    }

    [Fact]
    public void Shrink_PlantedDisagreement_FindsASmallOne()
    {
        // A reference that takes draining members for available ones: every case that has one in the way disagrees.
        Exception found = Assert.ThrowsAny<Exception>(() => SteeringProperty.Check(
            Configurations, FindOtherAnswer, lie: status => status.Admin == AdminState.Draining ? status with { Admin = AdminState.ForcedUp } : status));

        TestContext.Current.TestOutputHelper?.WriteLine(found.Message);
        // One draining member, in a pool that a policy asks directly; what else there is is as small as it can be made.
        Match shrunk = ChoiceCounts().Match(found.Message);
        Assert.True(int.Parse(shrunk.Groups[1].Value, CultureInfo.InvariantCulture) > 100, found.Message);
        Assert.True(int.Parse(shrunk.Groups[2].Value, CultureInfo.InvariantCulture) < 15, found.Message);
        Assert.Single(found.Message.Split("Draining")[1..]);
        Assert.DoesNotContain("(", found.Message[found.Message.IndexOf("policy p0", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    /// <summary>An answer that is none of the reference's; null when all are.</summary>
    private static string? FindOtherAnswer(RandomSteering steering)
    {
        TestClient client = steering.Serve();
        for (int i = 0; i < ClientsEach; i++)
        {
            string address = steering.RandomClient();
            string policy = $"p{i % 3}";
            IReadOnlySet<string> possible = steering.Reference.PossibleAnswers(steering.Model.Policies[policy], ClientOf(steering, address));
            byte[] query = TestClient.Query($"{policy}.example.com.", RecordType.A, $"{address}/32", (ushort)i);
            string answer = Describe(client.Ask(query, time: steering.UnixSeconds));
            if (!possible.Contains(answer) && !(possible.Contains("NOTHING") && answer is "NODATA" or "SERVFAIL"))
            {
                return $"policy {policy}, client {address}: got {answer}, possible are {string.Join(" | ", possible)}";
            }
        }
        return null;
    }

    // Goes up bit by bit as long as the other half of the prefix, sampled at every place's border, decides alike.
    private static int WidestExactPrefix(RandomSteering steering, PolicyModel policy, string address)
    {
        ClientAddress client = ClientAddress.FromIPAddress(IPAddress.Parse(address));
        string residual = steering.Reference.Residual(policy.Root, policy, ClientOf(steering, address));
        int length = 32;
        while (length > 0 && IsUniform(steering, policy, residual, client.Mask(length - 1).IPv4, length - 1))
        {
            length--;
        }
        return length;
    }

    private static bool IsUniform(RandomSteering steering, PolicyModel policy, string residual, uint first, int length)
    {
        ulong end = first + (1UL << (32 - length));
        // Every prefix of the database and every network begins somewhere: the clients at those points and at the start
        // are all there are.
        List<ulong> borders = [.. BordersOf(steering.Model).Where(border => border > first && border < end)];
        for (ulong at = first; at < end;)
        {
            ReferenceClient client = steering.Client((uint)at, out int placeLength);
            if (steering.Reference.Residual(policy.Root, policy, client) != residual)
            {
                return false;
            }
            ulong placeSize = 1UL << (32 - placeLength);
            ulong next = (at & ~(placeSize - 1)) + placeSize;
            at = borders.Where(border => border > at).Append(next).Min();
        }
        return true;
    }

    private static IEnumerable<ulong> BordersOf(MeridianModel model) => model.Latency.Select(row => row.Network)
        .Concat(model.Policies.Values.SelectMany(policy => Below(policy.Root)).OfType<NetworkNode>().SelectMany(node => node.Networks).Select(branch => branch.Prefix))
        .OfType<IPNetwork>()
        .Select(network => (First: (ulong)ClientAddress.FromIPAddress(network.BaseAddress).IPv4, network.PrefixLength))
        .SelectMany(network => new[] { network.First, network.First + (1UL << (32 - network.PrefixLength)) });

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int set) ? set : otherwise;

    private static IEnumerable<SteeringNode> Below(SteeringNode node) => node.Children.SelectMany(Below).Prepend(node);

    private static ReferenceClient ClientOf(RandomSteering steering, string address) =>
        steering.Client(ClientAddress.FromIPAddress(IPAddress.Parse(address)).IPv4, out _);

    private static string Describe(TestResponse response) => response.Result.Rcode == Rcode.ServFail
        ? "SERVFAIL"
        : response.AnswerCount == 0 ? "NODATA" : string.Join(',', response.Addresses.Order(StringComparer.Ordinal));

    [GeneratedRegex(@"(\d+) choices shrunk to (\d+) ")]
    private static partial Regex ChoiceCounts();
}

using System.Net;
using Meridian.Dns;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Steering;

/// <summary>The compiled decision against the obvious one, over random configurations, health and clients.</summary>
public sealed class SteeringReferenceTests
{
    private const int Configurations = 1500;
    private const int ClientsEach = 12;

    [Fact]
    public void Answer_RandomConfigurations_IsAlwaysOneOfTheReferences()
    {
        for (int seed = 0; seed < Configurations; seed++)
        {
            RandomSteering steering = new(seed, anyStrict: seed % 3 == 0);
            TestClient client = steering.Serve();
            for (int i = 0; i < ClientsEach; i++)
            {
                string address = steering.RandomClient();
                string policy = $"p{i % 3}";
                Place place = PlaceOf(steering, address);
                IReadOnlySet<string> possible = steering.Reference.PossibleAnswers(steering.Model.Policies[policy], place);
                string answer = Describe(client.Ask($"{policy}.example.com.", RecordType.A, $"{address}/32", (ushort)i));
                bool isPossible = possible.Contains(answer)
                    || (possible.Contains("NOTHING") && answer is "NODATA" or "SERVFAIL");
                Assert.True(isPossible, $"seed {seed}, policy {policy}, client {address}: got {answer}, possible are {string.Join(" | ", possible)}");
            }
        }
    }

    [Fact]
    public void Scope_RandomConfigurations_IsTheWidestThatIsExact()
    {
        for (int seed = 0; seed < Configurations; seed++)
        {
            RandomSteering steering = new(seed, anyStrict: seed % 3 == 0);
            TestClient client = steering.Serve();
            for (int i = 0; i < ClientsEach; i++)
            {
                string address = steering.RandomClient();
                PolicyModel policy = steering.Model.Policies[$"p{i % 3}"];
                int scope = client.Ask($"{policy.Name}.example.com.", RecordType.A, $"{address}/32").Scope;
                bool isSticky = steering.Reference.Residual(policy.Root, policy, PlaceOf(steering, address)).Contains("k(", StringComparison.Ordinal);
                int expected = WidestExactPrefix(steering, policy, address);
                Assert.True(
                    scope == (isSticky ? Math.Max(24, expected) : expected),
                    $"seed {seed}, policy {policy.Name}, client {address}: scope {scope}, widest exact is {expected}, sticky {isSticky}");
            }
        }
    }

    // Goes up bit by bit as long as the other half of the prefix, sampled at every place's border, decides alike.
    private static int WidestExactPrefix(RandomSteering steering, PolicyModel policy, string address)
    {
        ClientAddress client = ClientAddress.FromIPAddress(IPAddress.Parse(address));
        string residual = steering.Reference.Residual(policy.Root, policy, PlaceOf(steering, address));
        int length = 32;
        while (length > 0 && IsUniform(steering, policy, residual, client.Mask(length - 1).IPv4, length - 1))
        {
            length--;
        }
        return length;
    }

    private static bool IsUniform(RandomSteering steering, PolicyModel policy, string residual, uint first, int length)
    {
        ulong size = 1UL << (32 - length);
        // Every prefix of the database begins somewhere: the places at those points and at the start are all there are.
        for (ulong at = first; at < first + size;)
        {
            Place place = PlaceAt(steering, (uint)at, out int placeLength);
            if (steering.Reference.Residual(policy.Root, policy, place) != residual)
            {
                return false;
            }
            ulong placeSize = 1UL << (32 - placeLength);
            at = (at & ~(placeSize - 1)) + placeSize;
        }
        return true;
    }

    private static Place PlaceOf(RandomSteering steering, string address) =>
        PlaceAt(steering, ClientAddress.FromIPAddress(IPAddress.Parse(address)).IPv4, out _);

    private static Place PlaceAt(RandomSteering steering, uint address, out int prefixLength) =>
        steering.Places.Places[steering.Places.Find(ClientAddress.FromIPv4(address), out prefixLength)];

    private static string Describe(TestResponse response) => response.Result.Rcode == Rcode.ServFail
        ? "SERVFAIL"
        : response.AnswerCount == 0 ? "NODATA" : string.Join(',', response.Addresses.Order(StringComparer.Ordinal));
}

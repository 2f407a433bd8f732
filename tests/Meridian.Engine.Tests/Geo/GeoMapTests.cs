using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Geo;

public sealed class GeoMapTests
{
    private const int AddressesPerCase = 60;

    // Seeded: a failure is the same for everybody.
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20_261_120, 7);

    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void Find_RandomDatabaseAndOverrides_AgreesWithTheReference() => ForEachCase((places, _) =>
    {
        for (int i = 0; i < AddressesPerCase; i++)
        {
            ClientAddress address = places.NextAddress();

            int place = places.Database.Find(address, out int length);

            Assert.Equal(places.Reference.Find(address), places.Database.Places[place]);
            Assert.InRange(length, 0, address.IsIPv4 ? 32 : 128);
            Assert.True(places.Reference.IsUniform(address, length, found => places.Database.Places.IndexOf(found)));
        }
    });

    [Fact]
    public void Compile_RandomPartition_GivesEachAddressTheClassOfItsPlace() => ForEachCase((places, random) =>
    {
        ushort[] partition = places.NextPartition(random.Next(1, 6));
        GeoMap map = places.Database.Compile(partition);
        for (int i = 0; i < AddressesPerCase; i++)
        {
            ClientAddress address = places.NextAddress();
            int place = places.Database.Places.IndexOf(places.Reference.Find(address));

            Assert.Equal(partition[place], map.Find(address, out _));
        }
    });

    [Fact]
    public void Find_RandomPartition_ScopeIsTheShortestPrefixOfOneClass() => ForEachCase((places, random) =>
    {
        ushort[] partition = places.NextPartition(random.Next(1, 6));
        GeoMap map = places.Database.Compile(partition);
        int ClassOf(Place place) => partition[places.Database.Places.IndexOf(place)];
        for (int i = 0; i < AddressesPerCase; i++)
        {
            ClientAddress address = places.NextAddress();

            map.Find(address, out int scope);

            Assert.InRange(scope, 0, address.IsIPv4 ? 32 : 128);
            Assert.True(places.Reference.IsUniform(address, scope, ClassOf), $"{address}/{scope} has two classes");
            Assert.False(scope > 0 && places.Reference.IsUniform(address, scope - 1, ClassOf), $"{address}/{scope} is not the shortest");
        }
    });

    [Fact]
    public void Visit_RandomPartition_CoversBothFamiliesWithTheScopesThatFindGives() => ForEachCase((places, random) =>
    {
        GeoMap map = places.Database.Compile(places.NextPartition(random.Next(1, 6)));
        UInt128 covered4 = 0;
        UInt128 next6 = 0;
        int count = 0;
        map.Visit((network, length, classIndex) =>
        {
            Assert.Equal(classIndex, map.Find(network, out int scope));
            Assert.Equal(length, scope);
            if (network.IsIPv4)
            {
                Assert.Equal(covered4, network.IPv4);
                covered4 += UInt128.One << (32 - length);
            }
            else
            {
                Assert.Equal(next6, ReferencePlaces.Key(network));
                // Wraps to 0 behind the last address, and only there.
                next6 = (ReferencePlaces.Key(network) | ~ReferencePlaces.Mask(length)) + 1;
            }
            count++;
        });
        Assert.Equal(UInt128.One << 32, covered4);
        Assert.Equal(UInt128.Zero, next6);
        Assert.Equal(count, map.PrefixCount);
    });

    [Fact]
    public void Compile_OneClass_IsOnePrefixPerFamily()
    {
        GeoMap map = PlaceDatabase.Empty.Compile([7]);

        Assert.Equal(7, map.Find(ClientAddress.FromIPv4(0xC0000201), out int scope4));
        Assert.Equal(7, map.Find(new ClientAddress(0x2001_0DB8_0000_0000, 1), out int scope6));
        Assert.Equal((0, 0, 2), (scope4, scope6, map.PrefixCount));
    }

    [Fact]
    public void Find_BorderInsideANetworkOf64Bits_ScopeIsExactOnBothSides()
    {
        PlaceDatabase database = PlaceDatabase.Empty.WithOverrides(
        [
            new GeoOverrideModel(System.Net.IPNetwork.Parse("2001:db8::/127"), new PlaceKey(PlaceKind.Country, "NL"), null),
            new GeoOverrideModel(System.Net.IPNetwork.Parse("2001:db8:0:1::/64"), new PlaceKey(PlaceKind.Country, "NL"), null),
        ]);
        GeoMap map = database.Compile([0, 1]);

        Assert.Equal((1, 127), Find(map, "2001:db8::1"));
        Assert.Equal((0, 127), Find(map, "2001:db8::2"));
        Assert.Equal((0, 65), Find(map, "2001:db8:0:0:8000::"));
        Assert.Equal((1, 64), Find(map, "2001:db8:0:1::1"));
        Assert.Equal((0, 63), Find(map, "2001:db8:0:2::1"));
        Assert.Equal((0, 1), Find(map, "ffff::1"));
    }

    [Fact]
    public void Compile_WrongNumberOfClasses_Throws()
    {
        Assert.Throws<ArgumentException>(() => PlaceDatabase.Empty.Compile([0, 1]));
        Assert.Throws<ArgumentException>(() => PlaceDatabase.Empty.Compile([ushort.MaxValue]));
    }

    [Fact]
    public void Find_SteadyState_AllocatesNothing()
    {
        var places = new RandomPlaces(20);
        GeoMap map = places.Database.Compile(places.NextPartition(4));
        ClientAddress[] addresses = [.. Enumerable.Range(0, 1000).Select(_ => places.NextAddress())];
        long Sum() => addresses.Sum(address => map.Find(address, out int scope) + scope);
        long expected = Sum();

        long before = GC.GetAllocatedBytesForCurrentThread();
        long sum = 0;
        foreach (ClientAddress address in addresses)
        {
            sum += map.Find(address, out int scope) + scope;
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(expected, sum);
        Assert.Equal(0, allocated);
    }

    private static (int Class, int Scope) Find(GeoMap map, string address)
    {
        int found = map.Find(ClientAddress.FromIPAddress(System.Net.IPAddress.Parse(address)), out int scope);
        return (found, scope);
    }

    private static void ForEachCase(Action<RandomPlaces, Random> check) => Check.One(
        Seeded, Prop.ForAll(Seeds, seed => check(new RandomPlaces(seed), new Random(seed))));
}

using System.Text;
using Meridian.Control.Observing;
using Meridian.Engine.Answering;

namespace Meridian.Control.Tests.Observing;

/// <summary>What a share of the clients is chosen by: every query, also of who spreads them over so many names that each is small.</summary>
public sealed class BucketVolumesTests
{
    private const int Names = 2000;
    private const int Small = 40;
    private const int PerSmall = 100;

    [Fact]
    public async Task Read_LargeResolversAskManyNamesOnce_TheyAreCountedAndNoShareIsExceeded()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml());
        uint[] large = [0x0A00_0001, 0x0A01_0001, 0x0A02_0001];
        uint[] small = [.. Enumerable.Range(0, Small).Select(i => (uint)(0x0B00_0001 + (i << 8)))];
        int asked = 0;
        for (int name = 0; name < Names; name++)
        {
            foreach (uint resolver in large)
            {
                Ask($"n{name}.example.com.", resolver);
            }
        }
        for (int i = 0; i < PerSmall; i++)
        {
            foreach (uint resolver in small)
            {
                Ask("www.example.com.", resolver);
            }
        }
        server.Observer.Fetch();

        // The account by name has shed most of what the large ones asked.
        ObservedPopulation seen = server.Observer.Read(TimeSpan.FromHours(1));
        Assert.InRange(seen.Rest.Sum(pair => pair.Value), asked * 0.2, asked);
        long[] volumes = new BucketVolumes(new ClientVolumes(), server.Observer).Read();
        Assert.Equal(asked, volumes.Sum());
        Assert.All(large, resolver => Assert.Equal(Names, volumes[BucketOf(resolver)]));
        for (ulong seed = 1; seed <= 200; seed++)
        {
            ClientStage stage = ClientStage.Create(0.1, volumes, seed);
            int taken = (large.Count(resolver => stage.Takes(ClientAddress.FromIPv4(resolver))) * Names)
                + (small.Count(resolver => stage.Takes(ClientAddress.FromIPv4(resolver))) * PerSmall);
            Assert.InRange(taken / (double)asked, 0.09, 0.1);
        }

        // An hour later nothing is known of them; the counts of the threads are all that is left.
        server.Time.Advance(TimeSpan.FromMinutes(66));
        Assert.Equal(0, new BucketVolumes(new ClientVolumes(), server.Observer).Read().Sum());

        void Ask(string name, uint resolver)
        {
            // So many a second that the thread looks at each query, and in few enough minutes that they overflow.
            if (asked++ % 500 == 0)
            {
                server.Observer.Fetch();
                server.Time.Advance(TimeSpan.FromSeconds(1));
            }
            server.Ask(name, resolver);
        }
    }

    private static int BucketOf(uint resolver) => ClientStage.BucketOf(ClientAddress.FromIPv4(resolver));

    private static string Yaml()
    {
        StringBuilder yaml = new(ObservedServer.Split);
        yaml.Append("      www: {A: {steer: split}}\n");
        for (int name = 0; name < Names; name++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"      n{name}: {{A: 192.0.2.77}}\n");
        }
        return yaml.ToString();
    }
}

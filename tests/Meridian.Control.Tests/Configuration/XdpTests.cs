using Meridian.Control.Configuration;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

public sealed class XdpTests
{
    [Fact]
    public void Load_XdpInFull_IsRead()
    {
        XdpModel? xdp = Read("{interface: eth0, queues: 4, mode: native, zero-copy: false, vlans: [100, 200]}");
        Assert.Equal(
            new XdpModel { Interface = "eth0", Queues = 4, Mode = XdpMode.Native, ZeroCopy = false, Vlans = [100, 200] }, xdp);
    }

    [Theory]
    [InlineData("{interface: eth0}")]
    [InlineData("{interface: eth0, queues: auto, mode: auto, zero-copy: true}")]
    public void Load_XdpDefaults_AreAutomatic(string text)
    {
        XdpModel? xdp = Read(text);
        Assert.Equal(new XdpModel { Interface = "eth0" }, xdp);
        Assert.Null(xdp?.Queues);
        Assert.Equal(XdpMode.Auto, xdp?.Mode);
    }

    [Fact]
    public void Load_NoXdp_IsSocketsOnly() =>
        Assert.Null(TestFiles.Load("listen: {dns: [\"127.0.0.1:5300\"]}").Model?.Listen.Xdp);

    [Theory]
    [InlineData("{queues: 4}", "interface")]
    [InlineData("{interface: eth0/1}", "the name of a network interface")]
    [InlineData("{interface: abcdefghijklmnop}", "the name of a network interface")]
    [InlineData("{interface: eth0, queues: 0}", "a whole number, 1 to 256")]
    [InlineData("{interface: eth0, mode: driver}", "one of auto, native, generic")]
    [InlineData("{interface: eth0, vlans: [4095]}", "1 to 4094")]
    [InlineData("{interface: eth0, zerocopy: true}", "unknown key 'zerocopy'")]
    [InlineData("eth0", "expected a map")]
    public void Load_XdpMistakes_AreSaid(string text, string said)
    {
        LoadResult result = TestFiles.Load($"listen: {{xdp: {text}}}");
        Assert.Null(result.Model);
        ConfigurationError error = Assert.Single(result.Errors);
        Assert.Contains(said, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TooManyVlans_SaysHowMany()
    {
        string vlans = string.Join(", ", Enumerable.Range(1, 65));
        LoadResult result = TestFiles.Load($"listen: {{xdp: {{interface: eth0, vlans: [{vlans}]}}}}");
        Assert.Contains("there are 65 VLANs", Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
    }

    private static XdpModel? Read(string text)
    {
        LoadResult result = TestFiles.Load($"listen: {{xdp: {text}}}");
        Assert.Empty(result.Errors);
        return result.Model?.Listen.Xdp;
    }
}

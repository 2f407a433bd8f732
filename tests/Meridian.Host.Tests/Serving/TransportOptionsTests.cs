using Meridian.Engine.Model;
using Meridian.Host.Serving;
using Meridian.Server;

namespace Meridian.Host.Tests.Serving;

/// <summary>What the configuration says reaches the transports.</summary>
public sealed class TransportOptionsTests
{
    [Fact]
    public void OptionsOf_Defaults_AreTheTransports() =>
        Assert.Equal(new ServerOptions().Tcp, ServerComposition.OptionsOf(new ListenModel()).Tcp);

    [Fact]
    public void OptionsOf_TcpLimits_AreThoseOfTheConfiguration()
    {
        TcpModel tcp = new() { Connections = 3, ConnectionsPerClient = 2, IdleTimeout = TimeSpan.FromSeconds(1), BufferMebibytes = 5 };
        ServerOptions options = ServerComposition.OptionsOf(new ListenModel { Tcp = tcp });
        Assert.Equal(
            (3, 2, TimeSpan.FromSeconds(1), 5L << 20),
            (options.Tcp.Connections, options.Tcp.ConnectionsPerClient, options.Tcp.IdleTimeout, options.Tcp.BufferedOctets));
        Assert.Empty(options.Validate());
    }
}

using Meridian.Control.Configuration;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

public sealed class TcpTests
{
    [Fact]
    public void Load_TcpInFull_IsRead() => Assert.Equal(
        new TcpModel
        {
            Connections = 50_000,
            ConnectionsPerClient = 8,
            IdleTimeout = TimeSpan.FromSeconds(3),
            QueryTimeout = TimeSpan.FromMilliseconds(500),
            SendTimeout = TimeSpan.FromMinutes(1),
            BufferMebibytes = 256,
        },
        Read("{connections: 50000, connections-per-client: 8, idle-timeout: 3s, query-timeout: 500ms, send-timeout: 1m, buffer-mebibytes: 256}"));

    [Theory]
    [InlineData("{}")]
    [InlineData("{connections: 10000, connections-per-client: 256, idle-timeout: 10s, query-timeout: 5s, send-timeout: 10s, buffer-mebibytes: 64}")]
    public void Load_TcpDefaults_AreWhatTheReferenceSays(string text) => Assert.Equal(new TcpModel(), Read(text));

    [Theory]
    [InlineData("{connections: 0}", "a whole number, 1 to 1000000")]
    [InlineData("{idle-timeout: 10}", "10s")]
    [InlineData("{query-timeout: 2m}", "a duration, 100ms to 1m")]
    [InlineData("{per-client: 3}", "unknown key 'per-client'")]
    [InlineData("fast", "expected a map")]
    public void Load_TcpMistakes_AreSaid(string text, string said)
    {
        LoadResult result = TestFiles.Load($"listen: {{tcp: {text}}}");
        Assert.Null(result.Model);
        Assert.Contains(said, Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    private static TcpModel? Read(string text) => TestFiles.Load($"listen: {{tcp: {text}}}").Model?.Listen.Tcp;
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Http;
using Meridian.Health.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Meridian.Health.Tests.Probes;

public sealed class HttpProbeTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready";

    [Fact]
    public async Task Probe_OkAnswer_SucceedsWithAllPhasesTimed()
    {
        string? request = null;
        await using LoopbackServer server = LoopbackServer.Start(async (stream, stop) =>
        {
            request = await LoopbackServer.ReadRequestAsync(stream, stop);
            await LoopbackServer.SendAsync(stream, stop, Ok);
        });
        MonitorModel monitor = Models.Monitor() with
        {
            Path = "/healthz?deep=1",
            Host = "www.example.com",
            Headers = Models.Monitor().Headers.Add("X-Probe", "yes").Add("accept", "text/plain"),
        };

        ProbeResult result = await ProbeAsync(server, monitor);

        Assert.Equal((ProbeOutcome.Success, "status 200"), (result.Outcome, result.Reason));
        Assert.NotNull(result.Timings.Connect);
        Assert.NotNull(result.Timings.FirstByte);
        Assert.NotNull(result.Timings.Body);
        Assert.Null(result.Timings.Tls);
        Assert.Null(result.Timings.Resolve);
        Assert.Equal(
            "GET /healthz?deep=1 HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Meridian-Health\r\n"
            + "accept: text/plain\r\nX-Probe: yes\r\nConnection: close\r\n\r\n",
            request);
    }

    [Fact]
    public async Task Probe_NoHostGiven_SendsAddressAndPort()
    {
        string? request = null;
        await using LoopbackServer server = LoopbackServer.Start(
            async (stream, stop) =>
            {
                request = await LoopbackServer.ReadRequestAsync(stream, stop);
                await LoopbackServer.SendAsync(stream, stop, Ok);
            },
            IPAddress.IPv6Loopback);

        ProbeResult result = await ProbeAsync(server, Models.Monitor(), IPAddress.IPv6Loopback);

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"\r\nHost: [::1]:{server.Port}\r\n"), request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("OPTIONS", false)]
    [InlineData("POST", true)]
    public async Task Probe_Method_IsSentAndSaysWhenItsContentIsEmpty(string method, bool hasLength)
    {
        string request = "";
        await using LoopbackServer server = LoopbackServer.Start(async (stream, stop) =>
        {
            request = await LoopbackServer.ReadRequestAsync(stream, stop);
            await LoopbackServer.SendAsync(stream, stop, "HTTP/1.1 204 No Content\r\n\r\n");
        });

        ProbeResult result = await ProbeAsync(server, Models.Monitor() with { Method = method });

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
        Assert.StartsWith(method + " / HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Equal(hasLength, request.Contains("\r\nContent-Length: 0\r\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST", "{\"probe\":\"ä\"}\r\n", true)]
    [InlineData("GET", "ignored", false)]
    public async Task Probe_Content_IsSentByPostWithItsTrueLength(string method, string content, bool isSent)
    {
        TaskCompletionSource<string> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebServer server = await WebServer.StartAsync(
            async context =>
            {
                using StreamReader reader = new(context.Request.Body);
                received.TrySetResult($"{context.Request.ContentLength} {context.Request.ContentType} {await reader.ReadToEndAsync()}");
            },
            HttpProtocols.Http1);
        MonitorModel monitor = Models.Monitor() with { Method = method, Content = content };
        monitor = monitor with { Headers = monitor.Headers.Add("Content-Type", "application/json") };
        monitor = isSent ? monitor with { Headers = monitor.Headers.Add("Content-Length", "5") } : monitor;

        ProbeResult result = await Probing.OnceAsync(new HttpProbe(TimeProvider.System, new SystemNameResolver()), monitor, server.Port);

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
        string length = isSent ? System.Text.Encoding.UTF8.GetByteCount(content).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        Assert.Equal($"{length} application/json {(isSent ? content : "")}", await received.Task);
    }

    [Fact]
    public async Task Probe_NobodyListens_SaysRefused()
    {
        int port = LoopbackServer.FreePort();

        ProbeResult result = await ProbeAsync(port, Models.Monitor());

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
        Assert.Matches($@"^connection refused by 127\.0\.0\.1:{port} after [0-9.]+ ms$", result.Reason);
    }

    [Theory]
    [InlineData("", "waiting for the first byte")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", "reading the answer")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nread", "reading the answer")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nread\r\n", "reading the answer")]
    public async Task Probe_ServerFallsSilent_EndsAtDeadline(string sent, string phase)
    {
        await using LoopbackServer server = LoopbackServer.Start(async (stream, stop) =>
        {
            await LoopbackServer.ReadRequestAsync(stream, stop);
            await LoopbackServer.SendAsync(stream, stop, sent);
            await Task.Delay(Timeout.Infinite, stop);
        });
        MonitorModel monitor = Models.Monitor() with { Timeout = TimeSpan.FromSeconds(2) };

        ProbeResult result = await ProbeAsync(server, monitor);

        Assert.Equal((ProbeOutcome.TimedOut, $"no answer within 2 s (stopped {phase})"), (result.Outcome, result.Reason));
        Assert.InRange(result.Timings.Total, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Probe_BacklogFull_EndsAtDeadlineWhileConnecting()
    {
        // A listener that accepts nothing: once its queue is full, the kernel answers no further SYN.
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        List<Socket> fillers = [];
        for (int i = 0; i < 4; i++)
        {
            Socket filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            fillers.Add(filler);
            filler.ConnectAsync(new SocketAsyncEventArgs { RemoteEndPoint = listener.LocalEndPoint });
        }

        MonitorModel monitor = Models.Monitor() with { Timeout = TimeSpan.FromMilliseconds(250) };
        ProbeResult result = await ProbeAsync(((IPEndPoint)listener.LocalEndPoint!).Port, monitor);

        fillers.ForEach(filler => filler.Dispose());
        Assert.Equal((ProbeOutcome.TimedOut, "no answer within 250 ms (stopped waiting for the connection)"), (result.Outcome, result.Reason));
    }

    [Theory]
    [InlineData(500, "200-299", "status 500, expected 200-299")]
    [InlineData(301, "200-299,404", "status 301, expected 200-299, 404")]
    public async Task Probe_OtherStatus_SaysWhichWasExpected(int status, string expected, string reason)
    {
        await using LoopbackServer server = LoopbackServer.Answering(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Whatever\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));
        MonitorModel monitor = Models.Monitor() with
        {
            ExpectedStatus = expected == "200-299" ? [new StatusRange(200, 299)] : [new StatusRange(200, 299), new StatusRange(404, 404)],
        };

        ProbeResult result = await ProbeAsync(server, monitor);

        Assert.Equal((ProbeOutcome.UnexpectedStatus, reason), (result.Outcome, result.Reason));
        Assert.Equal(1, server.Accepted);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"ready\":true", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"ready\":false", false)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n{\"ready\":true}", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"r\r\nA;x=y\r\neady\":true\r\n0\r\nTrailer: x\r\n\r\n", true)]
    public async Task Probe_ExpectedBody_DecidesHoweverItIsCut(string answer, bool isMatch)
    {
        MonitorModel monitor = Models.Monitor() with { ExpectedBody = "\"ready\":true" };
        foreach (int pieces in new[] { 1, 3, 50 })
        {
            string[] cut = [.. answer.Chunk((answer.Length / pieces) + 1).Select(chunk => new string(chunk))];
            await using LoopbackServer server = LoopbackServer.Answering(cut);

            ProbeResult result = await ProbeAsync(server, monitor);

            Assert.Equal(isMatch ? ProbeOutcome.Success : ProbeOutcome.UnexpectedBody, result.Outcome);
            Assert.Equal(isMatch ? "status 200" : "body does not hold \"\"ready\":true\"", result.Reason);
        }
    }

    [Theory]
    [InlineData(HttpProbeLimits.MaxBodyLength - 5, ProbeOutcome.Success)]
    [InlineData(HttpProbeLimits.MaxBodyLength - 4, ProbeOutcome.UnexpectedBody)]
    public async Task Probe_TextAtTheLimitOf64KiB_CountsOnlyWithin(int before, ProbeOutcome expected)
    {
        await using LoopbackServer server = LoopbackServer.Answering(
            "HTTP/1.1 200 OK\r\n\r\n", new string('x', before), "ready", new string('x', 100_000));
        MonitorModel monitor = Models.Monitor() with { ExpectedBody = "ready", Timeout = TimeSpan.FromSeconds(10) };

        ProbeResult result = await ProbeAsync(server, monitor);

        Assert.Equal(expected, result.Outcome);
    }

    [Fact]
    public async Task Probe_Head_NeedsNoBody()
    {
        string? request = null;
        await using LoopbackServer server = LoopbackServer.Start(async (stream, stop) =>
        {
            request = await LoopbackServer.ReadRequestAsync(stream, stop);
            await LoopbackServer.SendAsync(stream, stop, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
            await Task.Delay(Timeout.Infinite, stop);
        });

        ProbeResult result = await ProbeAsync(server, Models.Monitor() with { Method = "HEAD" });

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
        Assert.StartsWith("HEAD / HTTP/1.1\r\n", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP: it begins with \"SSH-2.0-OpenSSH_9.2\"")]
    [InlineData("\u0015\u0003\u0001\u0000", "the answer is not HTTP: it begins with \"....\"")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n", "the status line is not valid: \"HTTP/1.1 2x0 OK\"")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "the header of the answer is not valid: \"Content-Length: -1\"")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "the chunked body is not valid")]
    public async Task Probe_Garbage_SaysWhatCame(string answer, string reason)
    {
        await using LoopbackServer server = LoopbackServer.Answering(answer);

        ProbeResult result = await ProbeAsync(server, Models.Monitor());

        Assert.Equal((ProbeOutcome.InvalidAnswer, reason), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_HeaderWithoutEnd_StopsAtTheLimit()
    {
        await using LoopbackServer server = LoopbackServer.Answering(
            ["HTTP/1.1 200 OK\r\n", .. Enumerable.Repeat("X-Filler: " + new string('x', 1000) + "\r\n", 100)]);

        ProbeResult result = await ProbeAsync(server, Models.Monitor());

        Assert.Equal((ProbeOutcome.InvalidAnswer, "the header of the answer is longer than 16384 octets"), (result.Outcome, result.Reason));
    }

    [Theory]
    [InlineData("", "without an answer")]
    [InlineData("HTTP/1.1 200 OK\r\nServer: x\r\n", "in the middle of the header")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nread", "after 4 of 10 octets of the body")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nread\r\n", "after 4 octets of the body, before its last chunk")]
    public async Task Probe_ClosedTooEarly_SaysWhen(string sent, string when)
    {
        await using LoopbackServer server = LoopbackServer.Answering(sent);

        ProbeResult result = await ProbeAsync(server, Models.Monitor());

        Assert.Equal(ProbeOutcome.Closed, result.Outcome);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"connection closed by 127.0.0.1:{server.Port} {when}"), result.Reason);
    }

    [Fact]
    public async Task Probe_Reset_SaysSo()
    {
        await using LoopbackServer server = LoopbackServer.Start(async (stream, stop) =>
        {
            await LoopbackServer.ReadRequestAsync(stream, stop);
            stream.Socket.LingerState = new LingerOption(true, 0);
            stream.Socket.Dispose();
        });

        ProbeResult result = await ProbeAsync(server, Models.Monitor());

        Assert.Equal(ProbeOutcome.Closed, result.Outcome);
        Assert.Matches(@"^connection reset by 127\.0\.0\.1:\d+ after [0-9.]+ ms \(waiting for the first byte\)$", result.Reason);
    }

    [Fact]
    public async Task Probe_HeaderValueWithLineBreak_IsNotSent()
    {
        await using LoopbackServer server = LoopbackServer.Answering(Ok);
        MonitorModel monitor = Models.Monitor() with { Headers = Models.Monitor().Headers.Add("X", "a\r\nEvil: b") };

        ProbeResult result = await ProbeAsync(server, monitor);

        Assert.Equal(ProbeOutcome.NotMade, result.Outcome);
        Assert.False(result.Outcome.IsConclusive());
        Assert.Equal(0, server.Accepted);
    }

    [Fact]
    public async Task Probe_Hostname_IsResolvedAndTimed()
    {
        await using LoopbackServer server = LoopbackServer.Answering(Ok);
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
        HttpProbe probe = new(TimeProvider.System, new FixedResolver(IPAddress.Loopback));

        ProbeResult found = await probe.ProbeAsync(new ProbeTarget(null, "lb.example.net", server.Port), Models.Monitor(), deadline.Token);
        ProbeResult missing = await new HttpProbe(TimeProvider.System, new FixedResolver(null))
            .ProbeAsync(new ProbeTarget(null, "lb.example.net", server.Port), Models.Monitor(), deadline.Token);

        Assert.Equal(ProbeOutcome.Success, found.Outcome);
        Assert.NotNull(found.Timings.Resolve);
        Assert.Equal((ProbeOutcome.NameNotResolved, "the name lb.example.net has no address"), (missing.Outcome, missing.Reason));
    }

    [Fact]
    public async Task Probe_Success_ClosesInAnOrderlyWay()
    {
        TaskCompletionSource<int> lastRead = new();
        await using LoopbackServer server = LoopbackServer.Start(async (stream, stop) =>
        {
            await LoopbackServer.ReadRequestAsync(stream, stop);
            await LoopbackServer.SendAsync(stream, stop, Ok);
            try
            {
                lastRead.SetResult(await stream.ReadAsync(new byte[1], stop));
            }
            catch (IOException e)
            {
                lastRead.SetException(e);
            }
        });

        await ProbeAsync(server, Models.Monitor());

        // An orderly end reads as zero octets; a reset would throw.
        Assert.Equal(0, await lastRead.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(5118, true)]
    [InlineData(5119, false)]
    public async Task Probe_TextAtTheEdgeOfWhatCounts_IsFoundWhereAllOfItIsWithin(int before, bool isFound)
    {
        await using LoopbackServer server = LoopbackServer.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {before + 2 + 900}\r\n\r\n{new string('.', before)}ok{new string('.', 900)}");

        ProbeResult result = await ProbeAsync(server, Models.Monitor() with { ExpectedBody = "ok", ExpectedBodyWithin = 5120 });

        Assert.Equal(
            isFound ? (ProbeOutcome.Success, "status 200") : (ProbeOutcome.UnexpectedBody, "the first 5 KiB of the body do not hold \"ok\""), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Resolve_IPv4Only_GivesNoIPv6Address()
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));

        Assert.Null(await new SystemNameResolver().ResolveAsync("::1", isIPv4Only: true, deadline.Token));
        Assert.Equal(IPAddress.IPv6Loopback, await new SystemNameResolver().ResolveAsync("::1", isIPv4Only: false, deadline.Token));
    }

    private static Task<ProbeResult> ProbeAsync(LoopbackServer server, MonitorModel monitor, IPAddress? address = null) =>
        ProbeAsync(server.Port, monitor, address);

    private static async Task<ProbeResult> ProbeAsync(int port, MonitorModel monitor, IPAddress? address = null)
    {
        using CancellationTokenSource deadline = new(monitor.Timeout);
        HttpProbe probe = new(TimeProvider.System, new SystemNameResolver());
        return await probe.ProbeAsync(new ProbeTarget(address ?? IPAddress.Loopback, null, port), monitor, deadline.Token);
    }

    private sealed class FixedResolver(IPAddress? address) : INameResolver
    {
        public ValueTask<IPAddress?> ResolveAsync(string hostname, bool isIPv4Only, CancellationToken deadline) => ValueTask.FromResult(address);
    }
}

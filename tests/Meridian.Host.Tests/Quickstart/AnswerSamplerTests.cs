using System.Net;
using System.Net.Sockets;
using Meridian.Host.Quickstart;

namespace Meridian.Host.Tests.Quickstart;

public sealed class AnswerSamplerTests
{
    private static readonly IPAddress Answered = IPAddress.Parse("127.0.1.1");

    [Fact]
    public async Task Sample_ServerAnswers_CountsTheAddressOfEveryQuestion()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var sampler = new AnswerSampler((IPEndPoint)server.Client.LocalEndPoint!, new Random(1), TimeProvider.System);
        Task serving = AnswerAsync(server, QuickstartPlan.Samples.Count);

        await sampler.SampleAsync(TestContext.Current.CancellationToken);
        await serving;

        Assert.All(QuickstartPlan.Samples, plan => Assert.Equal(1.0, sampler.SharesOf(plan).ShareOf(Answered)));
        Assert.Equal(0, sampler.UnansweredCount);
    }

    [Fact]
    public async Task Sample_NobodyListens_CountsWhatWasNotAnswered()
    {
        IPEndPoint nobody;
        using (var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
        {
            nobody = (IPEndPoint)server.Client.LocalEndPoint!;
        }
        using var sampler = new AnswerSampler(nobody, new Random(1), TimeProvider.System);

        await sampler.SampleAsync(TestContext.Current.CancellationToken);

        Assert.Equal(QuickstartPlan.Samples.Count, sampler.UnansweredCount);
        Assert.All(QuickstartPlan.Samples, plan => Assert.Null(sampler.SharesOf(plan).ShareOf(Answered)));
    }

    // Sends a late answer to another question first, which must be passed over.
    private static async Task AnswerAsync(UdpClient server, int count)
    {
        for (int index = 0; index < count; index++)
        {
            UdpReceiveResult query = await server.ReceiveAsync(TestContext.Current.CancellationToken);
            byte[] late = [(byte)(query.Buffer[0] ^ 0xFF), .. query.Buffer[1..]];
            await server.SendAsync(late, query.RemoteEndPoint, TestContext.Current.CancellationToken);
            // One answer, no question: the name is the root, A IN, TTL 0.
            byte[] answer = [query.Buffer[0], query.Buffer[1], 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, .. Answered.GetAddressBytes()];
            await server.SendAsync(answer, query.RemoteEndPoint, TestContext.Current.CancellationToken);
        }
    }
}

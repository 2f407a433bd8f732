using System.Diagnostics;
using System.Globalization;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>
/// While configuration and health change all the time, no NXDOMAIN, NODATA or SERVFAIL is given for names that always exist: a
/// resolver would remember it for as long as the SOA says (RFC 2308 §5), long after the change.
/// </summary>
public sealed class ContinuousChangeTests(ITestOutputHelper output)
{
    private const int Reloads = 120;

    // On a machine that others keep busy there are fewer of them, not a test without an end.
    private const int ReloadsNeeded = 24;
    private static readonly TimeSpan TimeForReloads = TimeSpan.FromSeconds(15);
    private const int QuestionsNeeded = 20_000;

    // Every policy of these fails open, so that there is an answer whatever the checks say.
    private const string Zones = """

          steady.test:
            soa: {primary: ns1, contact: hostmaster@steady.test, negative-ttl: 300s}
            records:
              "@": {NS: [ns1], A: {steer: www}}
              ns1: {A: 127.0.0.1}
              www: {A: {steer: www}, HTTPS: {steer: www, priority: 1, alpn: [h2]}}
              alias: {CNAME: www}
              "*.wild": {A: {steer: www}}
              text: {TXT: steady}

        """;

    private static readonly string[] Questions =
    [
        "www.example.test A", "www.example.test A 193.0.6.0/24", "canary.example.test A", "multi.example.test A", "example.test SOA",
        "steady.test A", "www.steady.test A 8.8.8.0/24", "www.steady.test HTTPS", "alias.steady.test A", "anything.wild.steady.test A",
        "text.steady.test TXT", "steady.test NS",
    ];

    [Fact]
    public async Task NamesThatAlwaysExist_UnderContinuousChanges_AlwaysHaveRecords()
    {
        using QuickstartScene scene = new(Zones);
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        using SteadyAsker first = new(server.Dns, Questions);
        using SteadyAsker second = new(server.Dns, [.. Questions.Reverse()]);
        int revision = 1;
        long start = Stopwatch.GetTimestamp();
        int reloads = 0;
        for (int i = 1; i <= Reloads && (i <= ReloadsNeeded || Stopwatch.GetElapsedTime(start) < TimeForReloads); i++)
        {
            reloads = i;
            ChangeHealth(scene, i);
            bool isBroken = i % 10 == 0;
            scene.Rewrite(isBroken ? scene.Text + "\nnonsense: [" : Edit(scene.Text, i));
            server.Send(Signal.HangUp);
            await (isBroken
                ? server.WaitForLogAsync("goes on being served", i / 10)
                : server.WaitForLogAsync($"Revision {++revision} is served"));
        }

        string[] complaints = [.. first.Stop(), .. second.Stop()];
        double changes = await VerdictChangesAsync(server);
        string text = $"{first.Asked + second.Asked} questions during {revision - 1} changes of configuration, {reloads / 10} broken ones and {changes} verdicts that changed: {complaints.Length} answers that should not have been given";
        output.WriteLine(text);
        Assert.True(complaints.Length == 0, $"{text}\n{string.Join('\n', complaints)}");
        Assert.True(first.Asked + second.Asked >= QuestionsNeeded, text);
        Assert.True(changes > 0, text);
    }

    /// <summary>One site after the other goes and comes back; in between both are gone.</summary>
    private static void ChangeHealth(QuickstartScene scene, int step)
    {
        BackendMood eu = (step / 12 % 4) is 1 or 2 ? BackendMood.Failing : BackendMood.Well;
        BackendMood us = (step / 12 % 4) is 2 or 3 ? BackendMood.Failing : BackendMood.Well;
        Array.ForEach(scene.Eu, backend => backend.Mood = eu);
        Array.ForEach(scene.Us, backend => backend.Mood = us);
    }

    /// <summary>
    /// What is beside, below and above the names that are asked for comes, goes and changes; so do the members of their pools,
    /// the shape of their policy and whole zones.
    /// </summary>
    private static string Edit(string text, int step)
    {
        string edited = QuickstartScene.Replace(
            text, "ns1:       {A: 127.0.0.1}", string.Create(CultureInfo.InvariantCulture, $"ns1:       {{A: 127.1.0.{step}}}"));
        if (step % 2 == 0)
        {
            edited = QuickstartScene.Replace(edited, "      text: {TXT: steady}", """
                      text: {TXT: steady}
                      below.www: {A: 192.0.2.1}
                      below.anything.other: {A: 192.0.2.1}
                      sub: {NS: [ns.sub]}
                      ns.sub: {A: 192.0.2.2}
                """);
        }
        if (step % 3 == 0)
        {
            edited += $"  zone{step}.test:\n" + """
                    soa: {primary: ns1, contact: h}
                    records: {"@": {NS: [ns1], A: 192.0.2.3}, ns1: {A: 192.0.2.4}}

                """;
        }
        return step % 4 == 0 ? QuickstartScene.Replace(edited, "negative-ttl: 300s", "negative-ttl: 30s") : edited;
    }

    private static async Task<double> VerdictChangesAsync(ServerProcess server) =>
        (await server.GetTextAsync("metrics")).Split('\n')
            .Where(line => line.StartsWith("meridian_health_state_changes", StringComparison.Ordinal) && !line.StartsWith('#'))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}

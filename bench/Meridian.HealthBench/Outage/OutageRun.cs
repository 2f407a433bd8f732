using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Meridian.HealthBench.Outage;

/// <summary>
/// Members die and return at random times, each in its way, under a real server; what is timed is the first changed answer
/// on the wire.
/// </summary>
internal sealed class OutageRun(string server, int memberCount, int intervalMs, int seed)
{
    private const int MemberPort = 18090;

    // Twelve intervals, and a minute at least: what is not seen by then is missed, however busy the machine.
    private readonly TimeSpan _limit = TimeSpan.FromMilliseconds(Math.Max(60_000, 12.0 * intervalMs));

    private readonly Random _random = new(seed);
    private int _httpPort;

    public async Task<int> RunAsync()
    {
        CertificatePair certificates = CertificateMaker.Make();
        WayToDie[] ways = Enum.GetValues<WayToDie>();
        MortalMember[] members = [.. Enumerable.Range(1, memberCount).Select(i => new MortalMember(i, ways[i % ways.Length], MemberPort, certificates))];
        Array.ForEach(members, member => member.Start());
        string directory = Directory.CreateTempSubdirectory("meridian-outage").FullName;
        string authority = Path.Combine(directory, "ca.pem");
        await File.WriteAllTextAsync(authority, certificates.AuthorityPem);
        int dnsPort = FreePort();
        _httpPort = FreePort();
        string configuration = Path.Combine(directory, "outage.yaml");
        await File.WriteAllTextAsync(configuration, OutageConfiguration.Write(members, dnsPort, _httpPort, MemberPort, intervalMs, authority));
        using Process process = Process.Start(new ProcessStartInfo(server)
        {
            ArgumentList = { "serve", configuration, "--exit-with-input" },
            RedirectStandardInput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("the server cannot be started");
        Task<string> log = process.StandardError.ReadToEndAsync();
        try
        {
            using WireObserver observer = new(new IPEndPoint(IPAddress.Loopback, dnsPort));
            if (!observer.WaitForAll(members, _limit))
            {
                Console.WriteLine($"FAILED: not every member is answered by its own address after {_limit.TotalSeconds:0} s");
                await ExplainAsync([.. members.Where(member => !member.Address.Equals(observer.Ask(member.Number)))]);
                return 1;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(3000, intervalMs)));
            return await MeasureAsync(members, observer);
        }
        finally
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            await log;
            Array.ForEach(members, member => member.Dispose());
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<int> MeasureAsync(MortalMember[] members, WireObserver observer)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{members.Length} members, each dies once at a random moment; interval {intervalMs} ms, timeout {Math.Min(intervalMs, 1000)} ms, confirm 5 within 500 ms (300 ms each); seconds to the first changed answer"));
        Outcome[] deaths = Sweep(members, observer, member => member.Die(), OutageConfiguration.Fallback);
        Dictionary<string, FirstFailure> failures = await ReadFirstFailuresAsync(deaths);
        Console.WriteLine("way                   n     from death: p50   p99   max   from first failed attempt, its start: p50   p99   its end: p50   p99");
        foreach (IGrouping<WayToDie, Outcome> way in deaths.GroupBy(death => death.Member.Way))
        {
            Print(way.Key.ToString(), [.. way], failures);
        }
        Print("all", deaths, failures);
        await Task.Delay(TimeSpan.FromMilliseconds(intervalMs));
        Outcome[] returns = Sweep(members, observer, member => member.Return(), null);
        Console.WriteLine("return                n     from return: p50   p99   max");
        foreach (IGrouping<WayToDie, Outcome> way in returns.GroupBy(death => death.Member.Way))
        {
            Print(way.Key.ToString(), [.. way], null);
        }
        Print("all", returns, null);
        int missed = deaths.Concat(returns).Count(outcome => outcome.Changed is null);
        Console.WriteLine($"{observer.Queries} queries asked, {observer.Unanswered} without an answer; {missed} deaths or returns not seen within {_limit.TotalSeconds} s");
        await ExplainAsync([.. deaths.Concat(returns).Where(outcome => outcome.Changed is null).Select(outcome => outcome.Member)]);
        return missed == 0 ? 0 : 1;
    }

    /// <summary>Lets every member change at its moment within two intervals, and asks for those whose answer is not the new one yet.</summary>
    private Outcome[] Sweep(MortalMember[] members, WireObserver observer, Action<MortalMember> change, IPAddress? expected)
    {
        double window = 2.0 * intervalMs;
        Queue<(double At, MortalMember Member)> due = new(members.Select(member => (At: _random.NextDouble() * window, member)).OrderBy(entry => entry.At));
        List<Outcome> pending = [];
        List<Outcome> done = [];
        long started = Stopwatch.GetTimestamp();
        TimeSpan longestSweep = TimeSpan.Zero;
        while (due.Count > 0 || (pending.Count > 0 && Stopwatch.GetElapsedTime(started) < _limit + TimeSpan.FromMilliseconds(window)))
        {
            while (due.TryPeek(out (double At, MortalMember Member) next) && next.At <= Stopwatch.GetElapsedTime(started).TotalMilliseconds)
            {
                due.Dequeue();
                Outcome outcome = new(next.Member, TimeProvider.System.GetUtcNow(), Stopwatch.GetTimestamp());
                change(next.Member);
                pending.Add(outcome);
            }
            long sweep = Stopwatch.GetTimestamp();
            foreach (Outcome outcome in pending)
            {
                if (observer.Ask(outcome.Member.Number) is { } address && address.Equals(expected ?? outcome.Member.Address))
                {
                    outcome.Changed = Stopwatch.GetElapsedTime(outcome.Timestamp);
                }
            }
            TimeSpan took = Stopwatch.GetElapsedTime(sweep);
            longestSweep = took > longestSweep ? took : longestSweep;
            done.AddRange(pending.Where(outcome => outcome.Changed is not null));
            pending.RemoveAll(outcome => outcome.Changed is not null);

            // Leaves the processor to what is measured; one sweep a millisecond is fine enough.
            Thread.Sleep(1);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"(each pending name asked at least every {longestSweep.TotalMilliseconds + 1:0} ms)"));
        return [.. done, .. pending];
    }

    private async Task<Dictionary<string, FirstFailure>> ReadFirstFailuresAsync(Outcome[] deaths)
    {
        using JsonDocument document = await ReadStatusAsync();
        Dictionary<string, Outcome> byTarget = deaths.ToDictionary(death => death.Member.Address.ToString());
        Dictionary<string, FirstFailure> first = [];
        foreach (JsonElement member in document.RootElement.GetProperty("members").EnumerateArray())
        {
            string target = member.GetProperty("target").GetString() ?? "";
            if (!byTarget.TryGetValue(target, out Outcome? death))
            {
                continue;
            }
            FirstFailure? earliest = member.GetProperty("attempts").EnumerateArray()
                .Where(attempt => !attempt.GetProperty("succeeded").GetBoolean() && !attempt.GetProperty("confirming").GetBoolean())
                .Select(attempt => new FirstFailure(attempt.GetProperty("at").GetDateTimeOffset(), attempt.GetProperty("milliseconds").GetDouble()))
                // On a busy machine there may be others from before, which the death did not bring.
                .Where(attempt => attempt.At.AddMilliseconds(attempt.Milliseconds) >= death.At)
                .OrderBy(attempt => attempt.At)
                .FirstOrDefault();
            if (earliest is not null && death.Changed is not null)
            {
                first[target] = earliest;
            }
        }
        return first;
    }

    /// <summary>What the server itself says of the first few members that are not as they should be.</summary>
    private async Task ExplainAsync(MortalMember[] members)
    {
        if (members.Length == 0)
        {
            return;
        }
        using JsonDocument status = await ReadStatusAsync();
        Dictionary<string, JsonElement> reports = status.RootElement.GetProperty("members").EnumerateArray()
            .ToDictionary(report => $"{report.GetProperty("target").GetString()} {report.GetProperty("pool").GetString()}");
        Console.WriteLine($"{members.Length} members, among them:");
        foreach (MortalMember member in members.Take(5))
        {
            JsonElement report = reports[$"{member.Address} {OutageConfiguration.NameOf(member.Number)}"];
            string attempts = string.Join("; ", report.GetProperty("attempts").EnumerateArray().Take(4)
                .Select(attempt => $"{attempt.GetProperty("at").GetDateTimeOffset():HH:mm:ss.f} {attempt.GetProperty("reason").GetString()}"));
            Console.WriteLine($"  {member.Address} ({member.Way}): {report.GetProperty("health").GetString()}; {attempts}");
        }
    }

    private async Task<JsonDocument> ReadStatusAsync()
    {
        using Process status = Process.Start(new ProcessStartInfo(server)
        {
            ArgumentList = { "status", "--json", "--url", $"http://127.0.0.1:{_httpPort}" },
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("the status cannot be asked");
        JsonDocument document = JsonDocument.Parse(await status.StandardOutput.ReadToEndAsync());
        await status.WaitForExitAsync();
        return document;
    }

    private static void Print(string name, Outcome[] outcomes, Dictionary<string, FirstFailure>? failures)
    {
        double[] times = [.. outcomes.Where(one => one.Changed is not null).Select(one => one.Changed!.Value.TotalSeconds).Order()];
        string line = string.Create(CultureInfo.InvariantCulture, $"{name,-20} {times.Length,4}   {At(times, 0.5),16:0.00} {At(times, 0.99),5:0.00} {At(times, 1),5:0.00}");
        if (failures is not null)
        {
            (double Start, double End)[] since =
            [
                .. outcomes.Where(one => one.Changed is not null && failures.ContainsKey(one.Member.Address.ToString()))
                    .Select(one => (Changed: one.At + one.Changed!.Value, First: failures[one.Member.Address.ToString()]))
                    .Select(one => ((one.Changed - one.First.At).TotalSeconds, (one.Changed - one.First.At).TotalSeconds - (one.First.Milliseconds / 1000))),
            ];
            double[] starts = [.. since.Select(one => one.Start).Order()];
            double[] ends = [.. since.Select(one => one.End).Order()];
            line += string.Create(CultureInfo.InvariantCulture,
                $" {At(starts, 0.5),46:0.00} {At(starts, 0.99),5:0.00} {At(ends, 0.5),14:0.00} {At(ends, 0.99),5:0.00}");
        }
        Console.WriteLine(line);
    }

    private static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(quantile * sorted.Length))];

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Outcome(MortalMember Member, DateTimeOffset At, long Timestamp)
    {
        public TimeSpan? Changed { get; set; }
    }

    private sealed record FirstFailure(DateTimeOffset At, double Milliseconds);
}

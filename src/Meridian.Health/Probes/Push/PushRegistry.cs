using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Push;

/// <summary>
/// The last report of each member that reports by itself. Reports are taken only for what is configured, so that nobody
/// can fill the memory with members that do not exist.
/// </summary>
public sealed class PushRegistry(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Monitor, string Host), PushReport> _reports = new();
    private readonly long _startedAt = time.GetTimestamp();

    // Replaced whole at each configuration; read by any thread.
    private volatile FrozenDictionary<(string, string), MonitorModel> _expected =
        FrozenDictionary<(string, string), MonitorModel>.Empty;

    /// <summary>Takes a report in.</summary>
    /// <param name="monitor">The monitor's name.</param>
    /// <param name="host">The member's address or hostname, as its pool writes it.</param>
    /// <param name="token">What the report carries to prove itself.</param>
    /// <param name="isUp">What the member says of itself.</param>
    /// <param name="message">Its words, if any; cut to 200 characters.</param>
    public PushOutcome Receive(string monitor, string host, string token, bool isUp, string? message)
    {
        bool isKnown = _expected.TryGetValue((monitor, host.TrimEnd('.')), out MonitorModel? model);

        // The comparison takes as long for a monitor that does not exist, so that names cannot be found out by time either.
        string expected = model?.Push?.Token ?? "";
        bool isRight = CryptographicOperations.FixedTimeEquals(Digest(token), Digest(expected)) && expected.Length > 0;
        if (!isRight || !isKnown)
        {
            return PushOutcome.Refused;
        }

        const int MaxMessageLength = 200;
        string words = message is { Length: > MaxMessageLength } ? message[..MaxMessageLength] : message ?? "";
        _reports[(monitor, host.TrimEnd('.'))] = new PushReport(time.GetTimestamp(), isUp, words);
        return PushOutcome.Accepted;
    }

    /// <summary>Follows a new configuration; reports of members that stay are kept.</summary>
    internal void Follow(IEnumerable<(MonitorModel Monitor, ProbeTarget Target)> expected)
    {
        Dictionary<(string, string), MonitorModel> next = [];
        foreach ((MonitorModel monitor, ProbeTarget target) in expected)
        {
            next[(monitor.Name, HostOf(target))] = monitor;
        }

        _expected = next.ToFrozenDictionary();
        foreach ((string Monitor, string Host) key in _reports.Keys)
        {
            if (!next.ContainsKey(key))
            {
                _reports.TryRemove(key, out _);
            }
        }
    }

    /// <summary>The last report and its age; null when there was none since the start.</summary>
    internal (PushReport Report, TimeSpan Age)? Find(string monitor, ProbeTarget target) =>
        _reports.TryGetValue((monitor, HostOf(target)), out PushReport? report) ? (report, time.GetElapsedTime(report.At)) : null;

    /// <summary>How long reports could have come.</summary>
    internal TimeSpan Listening => time.GetElapsedTime(_startedAt);

    private static string HostOf(ProbeTarget target) => target.Address?.ToString() ?? target.Hostname ?? "";

    // Digests have one length, so that the comparison does not tell the token's.
    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

/// <summary>What became of a report.</summary>
public enum PushOutcome : byte
{
    Accepted,

    /// <summary>The token is wrong, or there is no such monitor or member: which of them is not told.</summary>
    Refused,
}

/// <summary>What a member said of itself.</summary>
/// <param name="At">When, as a timestamp of the clock.</param>
/// <param name="IsUp">Whether it works.</param>
/// <param name="Message">Its words; may be empty.</param>
internal sealed record PushReport(long At, bool IsUp, string Message);

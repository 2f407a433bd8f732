using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>Between the engine's terms and the lines of a vote stream: one JSON object per line.</summary>
internal static class VoteCodec
{
    /// <summary>What a monitor must not take along: what it follows from elsewhere, and what only its server can judge.</summary>
    internal static bool CanTravel(MonitorModel monitor) => monitor.Type is not (MonitorType.Push or MonitorType.Calculated);

    internal static byte[] Write(Assignment assignment)
    {
        List<MonitorModel> monitors = [];
        Dictionary<MonitorModel, int> places = new(ReferenceEqualityComparer.Instance);
        ImmutableArray<CheckMessage>.Builder checks = ImmutableArray.CreateBuilder<CheckMessage>(assignment.Checks.Length);
        foreach ((long id, CheckKey key) in assignment.Checks)
        {
            if (!places.TryGetValue(key.Monitor, out int place))
            {
                places.Add(key.Monitor, place = monitors.Count);

                // A vantage point judges by its own probes alone; the votes are counted here.
                monitors.Add(key.Monitor with { Quorum = null, Damping = null });
            }

            checks.Add(new CheckMessage(id, place, key.Target.Address?.ToString(), key.Target.Hostname, key.Target.Port));
        }

        AssignmentMessage message = new([.. monitors], checks.ToImmutable(), [.. assignment.References.Select(one => one.ToString())]);
        return Line(JsonSerializer.SerializeToUtf8Bytes(new DeskLine { Assignment = message }, VoteJson.Default.DeskLine));
    }

    internal static byte[] Write(VoteLine line) => Line(JsonSerializer.SerializeToUtf8Bytes(line, VoteJson.Default.VoteLine));

    internal static AttemptMessage ToMessage(long check, ProbeAttempt attempt)
    {
        ProbeTimings timings = attempt.Result.Timings;
        return new AttemptMessage(
            check,
            attempt.At,
            attempt.Result.Outcome,
            attempt.Result.Reason,
            attempt.IsConfirmation,
            [Micros(timings.Resolve), Micros(timings.Connect), Micros(timings.Tls), Micros(timings.FirstByte), Micros(timings.Body)]);
    }

    internal static ProbeAttempt FromMessage(AttemptMessage message)
    {
        ProbeTimings timings = default;
        for (int phase = 0; phase <= (int)ProbePhase.Body && !message.Micros.IsDefault && phase < message.Micros.Length; phase++)
        {
            timings = message.Micros[phase] >= 0
                ? timings.With((ProbePhase)phase, TimeSpan.FromMicroseconds(message.Micros[phase]))
                : timings;
        }

        return new ProbeAttempt(message.At, new ProbeResult(message.Outcome, Shorten(message.Reason), timings), message.Confirming);
    }

    internal static CheckReport FromMessage(VoteMessage vote) => new(
        vote.Check, vote.State, vote.MayChangeIn, vote.Degraded, vote.Since, Shorten(vote.Cause), vote.ProbedAt);

    /// <summary>The target of a check; null when the message is not one that we write.</summary>
    internal static ProbeTarget? TargetOf(CheckMessage check)
    {
        bool isAddress = IPAddress.TryParse(check.Address, out IPAddress? address);
        bool isValid = isAddress != (check.Hostname is not null) && check.Port is >= 0 and <= 65535;
        return isValid ? new ProbeTarget(address, check.Hostname, check.Port) : null;
    }

    // Reasons are shown to people, and held for each check and vantage point: none is longer than a few lines.
    private static string Shorten(string? text)
    {
        const int MaxLength = 500;
        return text is { Length: > MaxLength } ? text[..MaxLength] : text ?? "";
    }

    private static int Micros(TimeSpan? time) => time is { } value ? (int)Math.Clamp(value.TotalMicroseconds, 0, int.MaxValue) : -1;

    private static byte[] Line(byte[] json) => [.. json, (byte)'\n'];
}

using System.Collections.Immutable;
using Meridian.Control.Changes.Planning;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Planned;

/// <summary>Looks at what clients are told of a changed name, through the seam that answers them.</summary>
internal sealed class AnswerCheck(DataPlane dataPlane, AnswerLimits limits, TimeProvider time)
{
    private const int ResponseLength = 4096;
    private const ushort Port = 53_000;
    private const uint Loopback = 0x7F00_0001;

    private readonly QueryAnswerer _answerer = new(dataPlane, limits);
    private readonly byte[] _response = new byte[ResponseLength];

    /// <summary>What is wrong with the answers of a name, in words; null when every type that it has is answered.</summary>
    public string? ProblemOf(MeridianModel model, DomainName name)
    {
        if (!ReferenceEquals(dataPlane.Snapshot?.Model, model) && dataPlane.Snapshot?.Model.Zones.Values.SelectMany(zone => zone.RRsets).Any(rrset => rrset.Owner == name) != true)
        {
            return $"{name} is not served";
        }
        ClientAddress? source = SourceOf(model, name);
        foreach (RecordType type in source is null ? [] : model.Zones.Values.SelectMany(zone => zone.RRsets).Where(rrset => rrset.Owner == name).Select(rrset => rrset.Type).Distinct())
        {
            byte[] query = (new QueryBuilder(name.ToString(), type) { UdpPayloadSize = 1232, Flags = MessageFlags.None }).Build();
            // Over TCP, so that nothing is cut short.
            ClientInfo client = new(source.GetValueOrDefault(), Port, Transport.Tcp, time.GetUtcNow().ToUnixTimeSeconds());
            AnswerResult result = _answerer.Answer(query, in client, _response);
            if (result.Disposition != AnswerDisposition.Respond
                || Message.TryParse(_response.AsSpan(0, result.Length), out Message? message) != MessageParseStatus.Ok
                || message is not { Rcode: Rcode.NoError, Answer.Length: > 0 })
            {
                return $"{name} {type.ToMnemonic()} has no answer";
            }
        }
        return null;
    }

    /// <summary>Nobody in particular, or somebody who sees the zone of a name; null where nobody does yet.</summary>
    private ClientAddress? SourceOf(MeridianModel model, DomainName name)
    {
        ZoneModel? zone = model.Zones.Values.Where(zone => name.IsSubdomainOf(zone.Apex)).MaxBy(zone => zone.Apex.Wire.Length);
        return zone is { IsPrivate: true } && dataPlane.Snapshot is { } snapshot && ReferenceEquals(snapshot.Model, model)
            ? snapshot.SourceThatSees(zone)
            : ClientAddress.FromIPv4(Loopback);
    }

    /// <summary>The member that a guarding monitor has found down, in words; null while all are up.</summary>
    public static string? FailedGuard(Candidate current, ImmutableArray<string> guard, IVerdictSource verdicts)
    {
        foreach (MemberSlot slot in current.Snapshot.Members.Where(slot => slot.Monitor is { } monitor && guard.Contains(monitor.Name)))
        {
            if (verdicts.GetVerdict(slot.Key).State == HealthState.Down)
            {
                return $"monitor '{slot.Monitor!.Name}' says that {slot.Key} is down"; // Filtered.
            }
        }
        return null;
    }
}

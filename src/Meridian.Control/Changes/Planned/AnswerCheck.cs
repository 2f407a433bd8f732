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

    private readonly QueryAnswerer _answerer = new(dataPlane, limits);
    private readonly byte[] _response = new byte[ResponseLength];

    /// <summary>What is wrong with the answers of the name of a plan, in words; null when every type that it has is answered.</summary>
    public string? ProblemOf(MeridianModel model, PlannedDocument document)
    {
        var name = DomainName.Parse(document.Name);
        // A plan is about the name in one zone: another of that name has other types, for other clients.
        RecordType[] types = TypesOf(PlannedRecords.ZoneOf(model, document.RecordsKey), name);
        ZoneModel? served = dataPlane.Snapshot is { } snapshot ? PlannedRecords.ZoneOf(snapshot.Model, document.RecordsKey) : null;
        if (!ReferenceEquals(dataPlane.Snapshot?.Model, model) && TypesOf(served, name).Length == 0)
        {
            return $"{name} is not served";
        }
        // Where nobody sees the zone yet, there is nobody to be told anything.
        if (served is null || dataPlane.Snapshot?.SourceThatSees(served, name) is not { } source)
        {
            return null;
        }
        foreach (RecordType type in types)
        {
            byte[] query = (new QueryBuilder(name.ToString(), type) { UdpPayloadSize = 1232, Flags = MessageFlags.None }).Build();
            // Over TCP, so that nothing is cut short.
            ClientInfo client = new(source, Port, Transport.Tcp, time.GetUtcNow().ToUnixTimeSeconds());
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

    private static RecordType[] TypesOf(ZoneModel? zone, DomainName name) =>
        zone is null ? [] : [.. zone.RRsets.OfOwner(name).Select(rrset => rrset.Type)];

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

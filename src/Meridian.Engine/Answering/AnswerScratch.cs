using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering;

/// <summary>Memory that one thread uses over and over while answering.</summary>
internal sealed class AnswerScratch
{
    private const int ServiceRdataLength = 2 + DomainName.MaxLength + 2048;

    /// <summary>Candidates that a multivalue node considers; the rest of larger unions is left out.</summary>
    public const int CandidateCount = 512;

    /// <summary>The current name in lower case, with room for the vector step of folding.</summary>
    public byte[] Name { get; } = new byte[DomainName.MaxLength + 1];

    /// <summary>The target of a DNAME, put together from the name asked and the DNAME.</summary>
    public byte[] Target { get; } = new byte[DomainName.MaxLength];

    /// <summary>Hashes of the names that a chain of aliases has passed.</summary>
    public ulong[] Chain { get; } = new ulong[AnswerLimits.MaxCnameChainLength];

    /// <summary>The DNAMEs among them.</summary>
    public RedirectPlace[] Redirects { get; } = new RedirectPlace[AnswerLimits.MaxCnameChainLength];

    public byte[] LabelOffsets { get; } = new byte[128];

    public int[] Pools { get; } = new int[SteeringLimits.PoolsPerDecision];

    /// <summary>Members chosen by a multivalue node.</summary>
    public int[] Members { get; } = new int[SteeringLimits.MultivalueMax];

    public int[] Candidates { get; } = new int[CandidateCount];

    /// <summary>How often each candidate's site was drawn from already.</summary>
    public int[] SiteUse { get; } = new int[CandidateCount];

    /// <summary>What a client that asks is told of the decision: the words of a command line, with the id.</summary>
    public byte[] DecisionText { get; } = new byte[DecisionTextPrefix.Length + DecisionId.MaxTextLength];

    /// <summary>Octets of <see cref="DecisionText"/> that hold an id of the present query; 0 when nobody asked.</summary>
    public int DecisionTextLength { get; set; }

    /// <summary>What stands before the id: what a person can do with it.</summary>
    public static ReadOnlySpan<byte> DecisionTextPrefix => "explain --id "u8;

    /// <summary>Records or RDATA put together for one answer.</summary>
    public byte[] Records { get; } = new byte[Math.Max(SteeringLimits.MultivalueMax * AnswerSet.AaaaRecordLength, ServiceRdataLength)
        + (SteeringLimits.MembersPerPool * 20)];

    /// <summary>Puts the id of a query's decision into <see cref="DecisionText"/>.</summary>
    public void WriteDecisionText(in QueryView view, in ClientInfo client, long stamp)
    {
        DecisionTextPrefix.CopyTo(DecisionText);
        DecisionTextLength = DecisionTextPrefix.Length
            + DecisionId.Write(in view, in client, stamp, DecisionText.AsSpan(DecisionTextPrefix.Length));
    }
}

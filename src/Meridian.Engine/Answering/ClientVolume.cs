using System.Runtime.CompilerServices;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Engine.Observing;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>The counts and samples of one thread, which alone writes them.</summary>
public sealed class ClientVolume
{
    /// <summary>1 to 255: one query of so many is counted, by its message id, so that counting costs nothing that can be measured.</summary>
    public const int SampledOf = QuerySampling.OneOf;

    private readonly ClientVolumes _owner;
    private readonly uint[] _counts = new uint[ClientStage.BucketCount];
    private readonly SampleRing _ring = new();
    private readonly byte[] _name = new byte[DomainName.MaxLength];
    private QuerySampling _sampling;
    private bool _isObserving;

    internal ClientVolume(ClientVolumes owner) => _owner = owner;

    internal long Lost => _ring.Lost;

    /// <summary>Whether a query is noted down: it is counted, or a sample, or both.</summary>
    /// <param name="messageId">Chooses those that are counted.</param>
    /// <param name="client">Who asked, and when.</param>
    /// <param name="weight">How many queries it stands for as a sample; 0 when it is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsNoted(ushort messageId, in ClientInfo client, out byte weight)
    {
        if (_sampling.IsNewSecond(client.UnixSeconds))
        {
            _isObserving = _owner.IsObserving;
        }
        weight = _isObserving ? _sampling.WeightOf(client.Address) : (byte)0;
        return weight > 0 || QuerySampling.IsChosen(messageId);
    }

    /// <summary>Notes down a query that was answered.</summary>
    /// <param name="view">The query.</param>
    /// <param name="client">Who asked.</param>
    /// <param name="network">The client's network that the answer went by.</param>
    /// <param name="isSample">Whether it was a question that this server answers; what was refused is only counted.</param>
    /// <param name="weight">What <see cref="IsNoted"/> said.</param>
    /// <param name="answer">The response behind the question.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Note(in QueryView view, in ClientInfo client, in ClientNetwork network, bool isSample, byte weight, ReadOnlySpan<byte> answer)
    {
        if (QuerySampling.IsChosen(view.Id))
        {
            _counts[ClientStage.BucketOf(network.Address)]++;
        }
        if (weight == 0 || !isSample)
        {
            return;
        }
        WireNames.ToLower(view.QName, _name);
        ulong hash = NameHash.Compute(_name.AsSpan(0, view.QNameLength));
        uint identity = AnswerIdentity.Read(answer, out int ttl);
        _ring.Write(new QuerySample(
            client.Address, network.IsFromOption ? network.Address : default, hash, client.UnixSeconds, view.QType, weight,
            network.IsFromOption ? (byte)network.SourcePrefixLength : (byte)0, identity, ttl)
        {
            Milliseconds = client.Milliseconds,
        });
    }

    // A count that is read while it is written is one too few: that makes no difference to anybody.
    internal void AddTo(long[] sum)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += _counts[i];
        }
    }

    internal int Read(Span<QuerySample> into) => _ring.Read(into);
}

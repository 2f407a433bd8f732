using System.Diagnostics;
using System.Runtime.CompilerServices;
using Meridian.Engine.Answering;

namespace Meridian.Server.Metrics;

/// <summary>
/// The counters of one thread. That thread alone writes them, as plain 64-bit words (which 64-bit machines never tear);
/// a scrape reads them from outside, and may be a query behind. Padding keeps other threads' data off their cache
/// lines.
/// </summary>
internal sealed class TrafficCounters
{
    public const int RcodeCount = 32;
    public const int KindCount = 8;
    public const int FlagCombinations = 256;
    public const int DropCount = (int)ServerDrop.Fault + 1;

    private const int Padding = 16;
    private const int RcodeBase = Padding + 32;
    private const int KindBase = RcodeBase + RcodeCount;
    private const int FlagBase = KindBase + KindCount;
    private const int DropBase = FlagBase + FlagCombinations;
    private const int QueryOctetsCell = DropBase + 16;
    private const int AnswerOctetsCell = QueryOctetsCell + 1;
    private const int BatchesCell = QueryOctetsCell + 2;
    private const int SendErrorsCell = QueryOctetsCell + 3;
    private const int ReceiveErrorsCell = QueryOctetsCell + 4;
    private const int DeferredCell = QueryOctetsCell + 5;
    private const int TypeBase = Padding;

    private readonly long[] _cells = new long[DeferredCell + 1 + Padding];

    public long QueryOctets => Read(QueryOctetsCell);

    public long AnswerOctets => Read(AnswerOctetsCell);

    /// <summary>Receive calls that brought something.</summary>
    public long Batches => Read(BatchesCell);

    public long SendErrors => Read(SendErrorsCell);

    public long ReceiveErrors => Read(ReceiveErrorsCell);

    /// <summary>Messages handed to the queue of what is not answered in place.</summary>
    public long Deferred => Read(DeferredCell);

    /// <summary>Counts a message that came, before it is answered: answering in place overwrites it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountQuery(ReadOnlySpan<byte> query)
    {
        _cells[TypeBase + QTypeBuckets.Of(query)]++;
        _cells[QueryOctetsCell] += query.Length;
    }

    /// <summary>Counts what the answerer made of it.</summary>
    /// <returns>The octets to send; 0 for none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CountResult(in AnswerResult result)
    {
        if (result.Disposition != AnswerDisposition.Respond)
        {
            bool deferred = result.Disposition == AnswerDisposition.Deferred;
            CountDrop(deferred ? ServerDrop.Deferred : (ServerDrop)result.DropReason);
            return 0;
        }

        long[] cells = _cells;
        cells[RcodeBase + ((int)result.Rcode & (RcodeCount - 1))]++;
        cells[KindBase + ((int)result.Kind & (KindCount - 1))]++;
        cells[FlagBase + (int)result.Flags]++;
        cells[AnswerOctetsCell] += result.Length;
        return result.Length;
    }

    public void CountDrop(ServerDrop reason, int count = 1)
    {
        Debug.Assert((int)reason < DropCount);
        _cells[DropBase + (int)reason] += count;
    }

    public void CountDeferred() => _cells[DeferredCell]++;

    public void CountBatch() => _cells[BatchesCell]++;

    public void CountSendError() => _cells[SendErrorsCell]++;

    public void CountReceiveError() => _cells[ReceiveErrorsCell]++;

    public long Queries(int typeBucket) => Read(TypeBase + typeBucket);

    public long Answers(int rcode) => Read(RcodeBase + rcode);

    public long Kinds(int kind) => Read(KindBase + kind);

    /// <summary>Answers with exactly this combination of <see cref="AnswerFlags"/>.</summary>
    public long FlagCombination(int flags) => Read(FlagBase + flags);

    public long Drops(int reason) => Read(DropBase + reason);

    private long Read(int cell) => Volatile.Read(ref _cells[cell]);
}

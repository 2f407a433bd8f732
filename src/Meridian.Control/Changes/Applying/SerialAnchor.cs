using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Changes.Applying;

/// <summary>
/// Serials count revisions from a point that is kept once: they grow with every revision, also with one that takes others
/// back, and are the same after a restart.
/// </summary>
internal sealed class SerialAnchor(RevisionLedger ledger, TimeProvider time, ILogger logger)
{
    /// <summary>Tells the point that serials count from from the revisions of files in the same ledger.</summary>
    private const string AnchorDigest = "store";

    private RevisionInfo _anchor = new(0, 0, "", DateTimeOffset.UnixEpoch);

    /// <summary>Takes the point that is kept, or makes and keeps one.</summary>
    /// <param name="number">The revision at the start; 0 before the first.</param>
    public void Fix(long number)
    {
        if (ledger.Last is { Digest: AnchorDigest } kept && kept.Number <= Math.Max(1, number))
        {
            _anchor = kept;
            return;
        }
        _anchor = ledger.Propose(AnchorDigest) with { Number = Math.Max(1, number) };
        try
        {
            ledger.Commit(_anchor);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only the serial is lost: after a restart it begins with the clock again.
            logger.StateNotKept(e.Message);
        }
    }

    /// <summary>What a snapshot of a revision says it is.</summary>
    public RevisionInfo RevisionOf(DocumentSet documents, long number) => new(
        number, unchecked(_anchor.SoaSerial + (uint)(number - _anchor.Number)), documents.Digest, time.GetUtcNow());
}

using System.Collections.Immutable;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Control.History;

/// <summary>What a segment says of one moment: the checkpoint that it begins with, and what came after it.</summary>
internal sealed class PastMoment
{
    private readonly Dictionary<int, string> _evidence = [];
    private readonly List<HistoryRecord> _changes = [];
    private CheckpointRecord? _checkpoint;
    private ImmutableArray<uint> _serials = [];
    private MemberStatus[] _members = [];

    private PastMoment()
    {
    }

    /// <summary>The last checkpoint, with the members that it had.</summary>
    public CheckpointRecord Checkpoint => _checkpoint ?? throw new InvalidOperationException("A moment has a checkpoint.");

    /// <summary>The SOA serials of its zones.</summary>
    public ImmutableArray<uint> Serials => _serials;

    /// <summary>What happened since, in order.</summary>
    public IReadOnlyList<HistoryRecord> Changes => _changes;

    /// <summary>Why members had their status, by slot.</summary>
    public IReadOnlyDictionary<int, string> Evidence => _evidence;

    /// <summary>When the server was stopped before the moment; null when it was not.</summary>
    public long? ClosedAt { get; private set; }

    /// <summary>Goes through a segment; null when it does not begin with a checkpoint.</summary>
    /// <exception cref="InvalidDataException">Its records do not go together.</exception>
    public static PastMoment? Find(IEnumerable<HistoryRecord> segment, long stamp)
    {
        PastMoment moment = new();
        foreach (HistoryRecord record in segment)
        {
            if (moment._checkpoint is null && record is not CheckpointRecord)
            {
                return null;
            }
            // The first one counts in any case: a segment begins with what was there already.
            if (record.Stamp > stamp && moment._checkpoint is not null)
            {
                break;
            }
            moment.Take(record);
        }
        return moment._checkpoint is null ? null : moment;
    }

    private void Take(HistoryRecord record)
    {
        switch (record)
        {
            case CheckpointRecord checkpoint:
                Begin(checkpoint);
                break;
            case EvidenceRecord told:
                _evidence[told.Slot] = told.Text;
                break;
            case SwapRecord:
                // It changed nothing; when it did is asked of PastSwaps.
                break;
            case ClosedRecord closed:
                ClosedAt = closed.Stamp;
                break;
            default:
                _changes.Add(record);
                foreach (SlotStatus changed in record is StatusesRecord statuses ? statuses.Statuses : [])
                {
                    if (changed.Slot >= _members.Length)
                    {
                        throw new InvalidDataException("a member changed that there is not");
                    }
                    _members[changed.Slot] = changed.Status;
                }
                break;
        }
    }

    private void Begin(CheckpointRecord checkpoint)
    {
        _serials = SerialRuns.Resolve(
            checkpoint.Entry.Serials, checkpoint.Entry.Revision.SoaSerial, checkpoint.KeepsZones ? _serials : default);
        if (!checkpoint.KeepsMembers)
        {
            _members = [.. checkpoint.Entry.Image.Members];
            _evidence.Clear();
        }
        _changes.Clear();
        _checkpoint = checkpoint with
        {
            Entry = checkpoint.Entry with { Image = checkpoint.Entry.Image with { Members = [.. _members] } },
        };
    }
}

using System.Collections.Immutable;
using Meridian.Dns.Records;
using Meridian.Engine.Outside;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>
/// What is known of names outside, also of those that no snapshot has yet. Belongs to the writer of a data plane, under its
/// lock; what is answered are the tables that it makes.
/// </summary>
internal sealed class KnownResolutions
{
    private readonly Dictionary<(OutsideName Name, RecordType Type), ResolvedAnswer> _known = [];

    public ImmutableArray<ResolvedAnswer> All => [.. _known.Values];

    /// <summary>The table of the names that a snapshot answers from.</summary>
    public ResolutionTable TableOf(DataPlaneSnapshot snapshot) => ResolutionTable.Create(snapshot.OutsideNames, _known);

    /// <summary>Takes answers; <see cref="ResolutionState.Unknown"/> forgets a name.</summary>
    public void Take(ImmutableArray<ResolvedAnswer> answers)
    {
        foreach (ResolvedAnswer answer in answers)
        {
            if (answer.State == ResolutionState.Unknown)
            {
                _known.Remove((answer.Name, answer.Type));
            }
            else
            {
                _known[(answer.Name, answer.Type)] = answer;
            }
        }
    }

    /// <summary>Those of some answers that change what is served, by this state or by its candidate.</summary>
    public static ImmutableArray<ResolvedAnswer> ServedBy(DataPlaneState state, ImmutableArray<ResolvedAnswer> answers) =>
        [.. answers.Where(answer => answer.State != ResolutionState.Unknown && IsFollowed(state, answer.Name))];

    /// <summary>The tables with some answers changed; the very same health table when no pool answers otherwise.</summary>
    public static (ResolutionTable Resolutions, HealthTable Health) Apply(DataPlaneState state, ImmutableArray<ResolvedAnswer> answers)
    {
        OutsideIndex index = state.Snapshot.Outside;
        List<(int Number, ResolvedAnswer Answer)> changes = [];
        HashSet<int> changed = [];
        foreach (ResolvedAnswer answer in answers)
        {
            if (index.TryFind(answer.Name, out int number))
            {
                changes.Add((number, answer));
                if (!answer.SameAnswer(state.Resolutions.Find(number, answer.Type)))
                {
                    changed.Add(number);
                }
            }
        }
        ResolutionTable resolutions = state.Resolutions.With(changes);
        int[] pools = [.. index.PoolsWith(changed)];
        return (resolutions, pools.Length == 0
            ? state.Health
            : state.Health.With(state.Snapshot.Steering, pools, new MemberResolutions(index, resolutions)));
    }

    private static bool IsFollowed(DataPlaneState state, OutsideName name) =>
        state.Snapshot.Outside.TryFind(name, out _) || state.Staged?.Candidate.Snapshot?.Outside.TryFind(name, out _) == true;
}

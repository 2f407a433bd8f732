using System.Collections.Immutable;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;

namespace Meridian.Health.Quorum;

/// <summary>Which vantage points there are, and how they stand. Guarded by the engine's lock.</summary>
internal sealed class VantageTable
{
    private Dictionary<string, Vantage> _vantages;

    /// <summary>Before the first configuration there is this server alone.</summary>
    internal VantageTable()
    {
        Local = new Vantage(new VantageModel().Name, isLocal: true);
        _vantages = new Dictionary<string, Vantage>(StringComparer.Ordinal) { [Local.Name] = Local };
    }

    internal Vantage Local { get; private set; }

    internal IReadOnlyCollection<Vantage> All => _vantages.Values;

    internal Vantage? Find(string name) => _vantages.GetValueOrDefault(name);

    /// <summary>Follows a new configuration; gives vantage points that are no longer in it. Those that stay keep their streams.</summary>
    internal List<Vantage> Follow(VantageModel local, IEnumerable<VantagePointModel> others)
    {
        if (Local.Name != local.Name)
        {
            Local = new Vantage(local.Name, isLocal: true) { State = Local.State, Since = Local.Since, Remark = Local.Remark };
        }

        Dictionary<string, Vantage> next = new(StringComparer.Ordinal) { [Local.Name] = Local };
        foreach (VantagePointModel other in others)
        {
            next.TryAdd(other.Name, _vantages.GetValueOrDefault(other.Name) is { IsLocal: false } known ? known : new Vantage(other.Name, isLocal: false));
        }

        List<Vantage> gone = [.. _vantages.Values.Where(vantage => !vantage.IsLocal && next.GetValueOrDefault(vantage.Name) != vantage)];
        _vantages = next;
        return gone;
    }

    /// <summary>Those that a monitor asks, in its order; unknown names are validation's to find.</summary>
    internal ImmutableArray<Vantage> Of(QuorumModel quorum) => [.. quorum.From.Select(Find).OfType<Vantage>()];

    internal ImmutableArray<VantageReport> ToReports() =>
    [
        .. _vantages.Values.OrderBy(vantage => vantage.Name, StringComparer.Ordinal).Select(vantage => new VantageReport(
            vantage.Name, vantage.IsLocal, vantage.State, vantage.Since, vantage.Remark, vantage.HeardAt, vantage.Address)),
    ];
}

/// <summary>A vantage point whose standing changed.</summary>
/// <param name="Name">Which.</param>
/// <param name="From">How it stood.</param>
/// <param name="To">How it stands.</param>
/// <param name="Remark">Why.</param>
/// <param name="SightedLeft">How many vantage points see now.</param>
/// <param name="Configured">How many there are.</param>
internal sealed record VantageChange(string Name, VantageState From, VantageState To, string Remark, int SightedLeft, int Configured);

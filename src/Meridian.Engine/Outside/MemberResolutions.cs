using Meridian.Dns.Records;

namespace Meridian.Engine.Outside;

/// <summary>What is known of the hostnames of one pool's members.</summary>
/// <param name="index">The snapshot's names outside.</param>
/// <param name="table">What is known of them.</param>
internal readonly struct MemberResolutions(OutsideIndex index, ResolutionTable table)
{
    private readonly int[]? _numbers;

    private MemberResolutions(OutsideIndex index, ResolutionTable table, int[]? numbers)
        : this(index, table) => _numbers = numbers;

    /// <summary>Those of another pool.</summary>
    public MemberResolutions Of(int pool) => new(index, table, index.OfPool(pool));

    /// <summary>The addresses of a member's hostname; null when it has none of the family, or is no hostname that is resolved.</summary>
    public ResolvedAnswer? Find(int member, RecordType type) =>
        _numbers is not null && _numbers[member] is var number and >= 0 && table.Find(number, type) is { State: ResolutionState.Found } found
            ? found
            : null;

    /// <summary>Whether a member is a hostname whose addresses are asked for and that has none.</summary>
    public bool IsWithoutAddresses(int member) => _numbers is not null && _numbers[member] is var number and >= 0 && !table.HasAddresses(number);

    /// <summary>Whether a first answer for a member's hostname is awaited.</summary>
    public bool IsAwaited(int member) => _numbers is not null && _numbers[member] is var number and >= 0 && table.IsAwaited(number);
}

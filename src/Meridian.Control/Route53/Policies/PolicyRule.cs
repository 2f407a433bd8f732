using System.Collections.Immutable;

namespace Meridian.Control.Route53.Policies;

/// <summary>A rule of a traffic policy document that was understood.</summary>
/// <param name="Branches">Where it leads.</param>
/// <param name="Size">How large it is.</param>
internal sealed record PolicyRule(ImmutableArray<PolicyBranch> Branches, RuleSize Size);

/// <summary>How large a rule is, written out: every reference counts as all that it leads to.</summary>
/// <param name="Branches">Its branches and all below them.</param>
/// <param name="Depth">Rules below each other, itself included; 0 for an endpoint.</param>
internal readonly record struct RuleSize(int Branches, int Depth);

/// <summary>The branches of a rule while they are read.</summary>
internal sealed class PolicyRuleBuilder
{
    // A rule that is referred to twice is there twice: without a bound, a small document would be a huge tree.
    private const int BranchesMax = 1000;

    private readonly ImmutableArray<PolicyBranch>.Builder _branches = ImmutableArray.CreateBuilder<PolicyBranch>();
    private RuleSize _size = new(0, 1);

    public bool IsEmpty => _branches.Count == 0;

    /// <summary>Adds a branch.</summary>
    /// <param name="branch">The branch.</param>
    /// <param name="size">It, with everything below it.</param>
    /// <exception cref="Wire.Route53Exception">The rule becomes too large.</exception>
    public void Add(PolicyBranch branch, RuleSize size)
    {
        _size = new RuleSize(_size.Branches + size.Branches, Math.Max(_size.Depth, size.Depth + 1));
        if (_size.Branches > BranchesMax)
        {
            throw PolicyNode.Refuse($"written out, its rules have more than {BranchesMax} branches");
        }
        _branches.Add(branch);
    }

    public PolicyRule ToRule() => new(_branches.ToImmutable(), _size);
}

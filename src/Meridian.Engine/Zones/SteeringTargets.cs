using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>The policies as zones see them: a number and a TTL by name.</summary>
internal sealed class SteeringTargets
{
    private readonly Dictionary<string, int> _indexOf = new(StringComparer.Ordinal);
    private readonly ImmutableSortedDictionary<string, PolicyModel> _policies;

    public SteeringTargets(ImmutableSortedDictionary<string, PolicyModel> policies)
    {
        _policies = policies;
        foreach (string name in policies.Keys)
        {
            _indexOf.Add(name, _indexOf.Count);
        }
    }

    /// <summary>Policies are numbered in order of name.</summary>
    public int IndexOf(string policy) => _indexOf[policy];

    public bool Contains(string policy) => _indexOf.ContainsKey(policy);

    public uint? TtlOf(string policy) => _policies[policy].TtlSeconds;
}

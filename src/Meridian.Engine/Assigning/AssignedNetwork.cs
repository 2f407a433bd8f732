using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Meridian.Engine.Assigning;

/// <summary>Where the clients of one network are sent by one weighted node. 16 octets: four to a cache line.</summary>
/// <param name="Network">Hash of the network, as <see cref="NetworkKey"/> makes it; never 0.</param>
/// <param name="Share">Its part of the traffic that comes to the node, 0 to 1; for people.</param>
/// <param name="Home">The child that it is assigned to, by position in the configuration.</param>
/// <param name="Present">The child that takes it now: its home, or another one while that is not available.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AssignedNetwork(ulong Network, float Share, byte Home, byte Present);

/// <summary>What one weighted node has assigned, by names: it can be carried over to another configuration, and written down.</summary>
/// <param name="Policy">The policy that the node is written in.</param>
/// <param name="Children">What its children are called there, in order.</param>
/// <param name="Networks">Who is assigned, in the order of their hashes.</param>
public sealed record NodeAssignment(string Policy, ImmutableArray<string> Children, ImmutableArray<AssignedNetwork> Networks)
{
    public bool Equals(NodeAssignment? other) => other is not null && Policy == other.Policy
        && Children.AsSpan().SequenceEqual(other.Children.AsSpan()) && Networks.AsSpan().SequenceEqual(other.Networks.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Policy, Children.Length, Networks.Length);
}

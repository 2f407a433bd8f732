using System.Collections.Immutable;

namespace Meridian.Engine.Assigning;

/// <summary>
/// The assignment of one node. Homes follow the weights alone, whatever is up; the present place is the home while that can
/// answer. So a child that goes down redistributes only its own networks, and gets the same ones back.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="before">What it has assigned so far.</param>
/// <param name="available">The part of each child that is available.</param>
internal sealed class NodePlan(CompiledAssigned node, NodeAssignment before, double[] available)
{
    private readonly Dictionary<ulong, AssignedNetwork> _before = before.Networks.ToDictionary(network => network.Network);

    /// <summary>Makes it.</summary>
    /// <param name="demand">Lookups per second by network.</param>
    public (NodeAssignment Assignment, AssignedNodeReport Report) Make(Dictionary<ulong, double> demand)
    {
        double all = demand.Values.Sum();
        KeyValuePair<ulong, double>[] networks =
        [
            .. demand.Where(pair => pair.Key != 0)
                .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(AssignmentLimits.NetworksPerNode),
        ];
        double[] weights = node.Targets([.. available.Select(_ => 1.0)]);
        double[] targets = node.Targets(available);
        int tooLarge = FitHomes(networks, weights, out int[] homes);
        networks = networks[tooLarge..];
        double[] volumes = [.. networks.Select(pair => pair.Value)];
        int[] present = PresentOf(networks, volumes, homes, targets);
        double moved = 0;
        ImmutableArray<AssignedNetwork>.Builder rows = ImmutableArray.CreateBuilder<AssignedNetwork>(networks.Length);
        for (int i = 0; i < networks.Length; i++)
        {
            float share = all > 0 ? (float)(volumes[i] / all) : 0;
            if (_before.TryGetValue(networks[i].Key, out AssignedNetwork known))
            {
                moved += known.Present == present[i] ? 0 : share;
                share = Math.Abs(share - known.Share) <= AssignmentLimits.ShareKept * known.Share ? known.Share : share;
            }
            rows.Add(new AssignedNetwork(networks[i].Key, share, (byte)homes[i], (byte)present[i]));
        }
        rows.Sort((left, right) => left.Network.CompareTo(right.Network));
        return (new NodeAssignment(node.Policy, node.Children, rows.ToImmutable()), Report(all, volumes, present, targets, tooLarge, moved));
    }

    /// <summary>
    /// Homes of as many as fit. Where a few carry so much that shares cannot be met by any assignment, the largest are left to
    /// the draw, which meets them in the mean; what they leave is divided by the same weights.
    /// </summary>
    /// <returns>How many, from the front, are left to the draw.</returns>
    private int FitHomes(KeyValuePair<ulong, double>[] networks, double[] weights, out int[] homes)
    {
        double[] volumes = [.. networks.Select(pair => pair.Value)];
        int[] places = [.. networks.Select(pair => _before.TryGetValue(pair.Key, out AssignedNetwork known) ? known.Home : VolumeBalancer.Nowhere)];
        for (int left = 0; ; left++)
        {
            ReadOnlySpan<double> rest = volumes.AsSpan(left);
            homes = [.. places.AsSpan(left)];
            VolumeBalancer.Deal(rest, weights, homes);
            if (left == Math.Min(volumes.Length, AssignmentLimits.TooLargeMax) || VolumeBalancer.OffOf(rest, weights, homes) <= AssignmentLimits.FitWithin)
            {
                return left;
            }
        }
    }

    private int[] PresentOf(KeyValuePair<ulong, double>[] networks, double[] volumes, int[] homes, double[] targets)
    {
        if (targets.Sum() <= 0)
        {
            return [.. homes];
        }
        int[] present = new int[homes.Length];
        bool[] mayMove = new bool[homes.Length];
        for (int i = 0; i < present.Length; i++)
        {
            bool isHome = targets[homes[i]] > 0;
            // Who has been put up elsewhere stays there while its home is away.
            present[i] = isHome ? homes[i]
                : _before.TryGetValue(networks[i].Key, out AssignedNetwork known) && targets[known.Present] > 0 ? known.Present
                : VolumeBalancer.Nowhere;
            mayMove[i] = !isHome;
        }
        VolumeBalancer.Deal(volumes, targets, present, node.IsScaled ? null : mayMove);
        return present;
    }

    private AssignedNodeReport Report(double all, double[] volumes, int[] present, double[] targets, int tooLarge, double moved)
    {
        double sum = Math.Max(targets.Sum(), double.Epsilon);
        double assigned = all > 0 ? Math.Min(1, volumes.Sum() / all) : 0;
        double[] expected = [.. targets.Select(target => (1 - assigned) * target / sum)];
        for (int i = 0; i < volumes.Length; i++)
        {
            expected[present[i]] += volumes[i] / all;
        }
        return new AssignedNodeReport
        {
            Policy = node.Policy,
            Networks = volumes.Length,
            Assigned = assigned,
            TooLarge = tooLarge,
            Moved = moved,
            Lookups = all,
            Children = [.. node.Children.Select((name, i) => new AssignedChildReport(name, targets[i] / sum, expected[i]))],
        };
    }
}

using System.Collections.Immutable;

namespace Meridian.Engine.Assigning;

/// <summary>A weighted node that assigns resolvers.</summary>
/// <param name="Policy">The policy that it is written in.</param>
/// <param name="Children">What its children are called, in the order of the configuration.</param>
/// <param name="Weights">Their weights.</param>
/// <param name="IsScaled">Whether weights follow the health of pools.</param>
internal sealed record CompiledAssigned(string Policy, ImmutableArray<string> Children, uint[] Weights, bool IsScaled)
{
    /// <summary>All weights 0 is equal shares, as for a draw.</summary>
    private bool IsEven => Array.TrueForAll(Weights, weight => weight == 0);

    /// <summary>Whether every child takes somebody while all are available.</summary>
    public bool HasAllWeights => IsEven || !Array.Exists(Weights, weight => weight == 0);

    /// <summary>Whether a child takes anybody while all are available.</summary>
    public bool CanTake(int child) => Weights[child] > 0 || IsEven;

    /// <summary>The weights as a draw takes them.</summary>
    /// <param name="available">The part of each child that is available, 0 to 1; a child of 0 takes nobody.</param>
    public double[] Targets(ReadOnlySpan<double> available)
    {
        double[] targets = new double[Weights.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            double part = IsScaled ? available[i] : Math.Ceiling(available[i]);
            targets[i] = Weights[i] * part;
        }
        if (targets.Sum() > 0)
        {
            return targets;
        }
        // Only children of weight 0 are left, or there are no others: each as likely as another.
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = available[i] > 0 ? 1 : 0;
        }
        return targets;
    }
}

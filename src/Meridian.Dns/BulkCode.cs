using System.Runtime.CompilerServices;

namespace Meridian.Dns;

/// <summary>How methods are compiled that do the same for each record of a zone.</summary>
public static class BulkCode
{
    /// <summary>
    /// With all optimisations when they are called first. Otherwise loading a large zone is over before tiered compilation has got to its methods: in
    /// a million records half of the processor time went into code that was not optimised yet, and into counting what it does.
    /// </summary>
    public const MethodImplOptions Optimized = MethodImplOptions.AggressiveOptimization;
}
